// From a folded subscription to grants: who holds what until when (STRIPE.md section 4, DESIGN.md 3.10).
#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "domain/catalog.hpp"
#include "domain/customer.hpp"
#include "domain/subscription.hpp"

namespace purser::domain {

/// A tier or add-on held because of one subscription item. Holds as long as now < valid_until_ms.
struct Grant {
  std::string product;  ///< product key; empty for an add-on
  std::string tier;     ///< tier key, or the add-on's key
  std::string cause;    ///< subscription, add_on
  std::string subscription;
  std::string item;
  std::string price;
  std::string customer;
  std::string status;  ///< the subscription's
  std::int64_t quantity = 1;
  TimeMs valid_until_ms = 0;  ///< 0 = denied whatever the time
  bool exact = false;         ///< the end is an end, not renewal slack
  bool unconfirmed = false;   ///< the fold could not decide
  bool operator==(const Grant &) const = default;
};
BOOST_DESCRIBE_STRUCT(Grant, (),
                      (product, tier, cause, subscription, item, price, customer, status, quantity, valid_until_ms, exact, unconfirmed))

struct AccessEnd {
  TimeMs until_ms = 0;
  bool exact = true;
};
/// Access by the object's own fields only, so that a webhook and a fetch agree. `customer` may be null (never seen).
AccessEnd access_end(const Subscription &subscription, const Customer *customer, const Catalog &catalog);

/// Lookup keys a price was seen with, newest first.
using PriceKeys = std::function<std::vector<std::string>(std::string_view price_id)>;
struct Derived {
  std::vector<Grant> grants;
  std::vector<std::string> unmapped_prices;  ///< prices that no tier lists
};
Derived derive(std::string_view id, const Subscription &subscription, bool unconfirmed, const Customer *customer, const Catalog &catalog,
               const PriceKeys &lookup_keys);

/// active | trial | grace | stale | ended, as of `at`.
std::string_view reason(const Grant &grant, TimeMs at);

}  // namespace purser::domain
