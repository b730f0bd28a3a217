// Where a price at Stripe is not what the catalog says that it is: buyers would be charged something else, or could not buy.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "domain/catalog.hpp"
#include "domain/stripe_price.hpp"
#include "domain/stripe_product.hpp"

namespace purser::domain {

/// One line, `what: expected …, found …` for each difference; empty where there is none, where the catalog's price is retired, and for a
/// price that the catalog does not have (by its id, else by its lookup key). `keys_seen`: lookup keys that the price was ever seen with,
/// newest first: a deleted price has forgotten its own. `product` may be null (never seen).
std::string price_drift(const Catalog &catalog, std::string_view id, const StripePrice &price, const std::vector<std::string> &keys_seen,
                        const StripeProduct *product);

}  // namespace purser::domain
