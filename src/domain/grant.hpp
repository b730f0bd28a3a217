// From a folded subscription to grants: who holds what until when (STRIPE.md section 4, DESIGN.md 3.10).
#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "domain/catalog.hpp"
#include "domain/customer.hpp"
#include "domain/session.hpp"
#include "domain/subscription.hpp"

namespace purser::domain {

/// A tier or add-on held because of one subscription item, or a credit because of one payment. Holds as long as now < valid_until_ms.
struct Grant {
  std::string product;       ///< product key; empty for an add-on and a credit
  std::string tier;          ///< tier key, or the add-on's or one-time item's key
  std::string cause;         ///< subscription, add_on, credit
  std::string subscription;  ///< empty for a credit
  std::string item;          ///< si_…; a credit's checkout session
  std::string price;
  std::string customer;
  std::string status;  ///< the subscription's; a credit's payment_status
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

/// What a checkout session of this store says about itself in its metadata: only a holder of the API key can write it.
inline constexpr const char *price_metadata = "purser_price";
inline constexpr const char *lookup_key_metadata = "purser_lookup_key";
inline constexpr const char *quantity_metadata = "purser_quantity";
/// The credit of a paid one-time checkout; nullopt while it is not paid, and for every other session. One session, one credit, however
/// often it is told.
std::optional<Grant> credit(std::string_view id, const Session &session, const Catalog &catalog);

/// active | trial | grace | stale | ended, as of `at`.
std::string_view reason(const Grant &grant, TimeMs at);

}  // namespace purser::domain
