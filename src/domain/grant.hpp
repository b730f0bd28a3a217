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
#include "domain/entitlement_summary.hpp"
#include "domain/money.hpp"
#include "domain/session.hpp"
#include "domain/subscription.hpp"

namespace purser::domain {

/// A tier or add-on held because of one subscription item, a credit because of one payment, or a feature because Stripe's entitlements say
/// so. Holds as long as now < valid_until_ms.
struct Grant {
  std::string product;       ///< product key; empty for all but tiers
  std::string tier;          ///< tier key, or the add-on's, one-time item's or feature's key
  std::string cause;         ///< subscription, add_on, credit, entitlement
  std::string subscription;  ///< empty for a credit and an entitlement
  std::string item;          ///< si_…; a credit's checkout session; an entitlement's feat_…
  std::string price;
  std::string customer;
  std::string status;  ///< the subscription's; a credit's payment_status
  std::int64_t quantity = 1;
  TimeMs valid_until_ms = 0;  ///< 0 = denied whatever the time
  bool exact = false;         ///< the end is an end, not renewal slack
  bool unconfirmed = false;   ///< the fold could not decide
  std::string held_back;      ///< why it is denied although it has not ended: refunded, disputed, paused, unpaid, incomplete
  TimeMs period_end_ms = 0;   ///< the item's
  TimeMs trial_end_ms = 0;    ///< the subscription's; 0 = it had none
  bool operator==(const Grant &) const = default;
};
BOOST_DESCRIBE_STRUCT(Grant, (),
                      (product, tier, cause, subscription, item, price, customer, status, quantity, valid_until_ms, exact, unconfirmed,
                       held_back, period_end_ms, trial_end_ms))

struct AccessEnd {
  TimeMs until_ms = 0;
  bool exact = true;
  std::string_view held_back = {};  ///< as in Grant; a literal
};
/// Access by the object's own fields only, so that a webhook and a fetch agree. `customer` may be null (never seen).
AccessEnd access_end(const Subscription &subscription, const Customer *customer, const Catalog &catalog);

/// Lookup keys a price was seen with, newest first.
using PriceKeys = std::function<std::vector<std::string>(std::string_view price_id)>;
struct Derived {
  std::vector<Grant> grants;
  std::vector<std::string> unmapped_prices;  ///< prices that no tier lists
};
/// `money`: what is known of what went back to this customer.
Derived derive(std::string_view id, const Subscription &subscription, bool unconfirmed, const Customer *customer, const Catalog &catalog,
               const PriceKeys &lookup_keys, const Money &money = {});

/// What a checkout session of this store says about itself in its metadata: only a holder of the API key can write it.
inline constexpr const char *price_metadata = "purser_price";
inline constexpr const char *lookup_key_metadata = "purser_lookup_key";
inline constexpr const char *quantity_metadata = "purser_quantity";
/// The credit of a paid one-time checkout; nullopt while it is not paid, and for every other session. One session, one credit, however
/// often it is told.
std::optional<Grant> credit(const std::string &id, const Session &session, const Catalog &catalog, const Money &money = {});

/// The features of the catalog that have the key of an entitlement. The set replaces; where it is not known whole, it is unconfirmed.
std::vector<Grant> granted_by_stripe(const EntitlementSummary &summary, const Catalog &catalog);

/// active | trial | grace | stale | ended | refunded | disputed | paused | unpaid | incomplete, as of `at`.
std::string_view reason(const Grant &grant, TimeMs at);

}  // namespace purser::domain
