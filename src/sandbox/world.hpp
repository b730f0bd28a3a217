// Everything that the sandbox keeps, and how a step changes it: objects are edited, and what changed becomes events. Not synchronised: the
// Sandbox holds the lock.
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sandbox/clock.hpp"
#include "sandbox/event_log.hpp"
#include "sandbox/idempotency.hpp"
#include "sandbox/ids.hpp"
#include "sandbox/sandbox.hpp"
#include "sandbox/table.hpp"
#include "sandbox/value.hpp"

namespace purser::sandbox {

inline constexpr std::string_view api_version = "2026-06-24.dahlia";

/// Which API call causes a step; both empty where a page or time does.
struct Cause {
  std::string request;
  std::string idempotency_key;
};

class World {
 public:
  explicit World(const Options &options);

  // Time.
  TimeMs moment_ms() const { return moment_ms_; }
  std::int64_t now_s() const { return moment_ms_ / second_ms; }
  /// Does all that is due until the clock's now, each at its own moment, and stands at now.
  void settle();
  /// Before a customer changes what there is: never in the second of an answer of the API. People are not that fast, programs are, and
  /// which of two facts of one second came first can be told by nobody.
  void let_a_second_pass();
  std::int64_t asked_s = 0;  ///< when the API last answered

  // A step: edits, events, then finish().
  Row &insert(Table &table, Object object, std::string_view created_event = {});
  Row &row(Table &table, std::string_view id);
  const Object &get(const Table &table, std::string_view id) const;
  /// The object, to be changed; remembers how it was when the last event about it was made.
  Object &edit(Table &table, std::string_view id);
  void emit(std::string_view type, const Object &object, const Object *previous = nullptr, std::string_view version = api_version);
  /// Emits `….updated` now if the object differs; finish() does it for the rest.
  void flush(Table &table, std::string_view id);
  /// The object's last event is one of another type, e.g. `…deleted`: no `….updated` follows.
  void forget(const Table &table, std::string_view id);
  void finish();
  /// Takes all edits since the last finish() back that no event has told of.
  void undo();

  /// The table that keeps objects with ids like this; nullptr for none.
  Table *table_of(std::string_view id);

  mutable std::mutex mutex;  ///< the Sandbox holds it
  Clock clock;
  Agenda agenda;
  Ids ids;
  Ids dice;  ///< of deliveries: so that a drop does not change the ids that follow
  EventLog events;
  Cause cause;
  Idempotency idempotency;
  std::deque<std::pair<Fault, int>> faults;  ///< with how many matching requests it has seen

  Table products{"product", "product.updated", {}};
  Table prices{"price", "price.updated", {"product", "lookup_key"}};
  Table customers{"customer", "customer.updated", {"email"}};
  Table payment_methods{"PaymentMethod", "payment_method.updated", {"customer"}};
  Table sessions{"checkout.session", "", {"customer", "subscription", "payment_intent", "payment_link"}};
  Table subscriptions{"subscription", "customer.subscription.updated", {"customer"}};
  Table invoices{"invoice", "invoice.updated", {"customer", "subscription"}};
  Table invoice_payments{"invoice_payment", "", {"invoice", "payment_intent"}};
  Table invoice_items{"invoiceitem", "", {"customer", "invoice"}};
  Table payment_intents{"payment_intent", "", {"customer"}};
  Table setup_intents{"setupintent", "", {"customer"}};
  Table charges{"charge", "charge.updated", {"customer", "payment_intent"}};
  Table refunds{"refund", "refund.updated", {"charge", "payment_intent"}};
  Table disputes{"dispute", "charge.dispute.updated", {"charge", "payment_intent"}};
  Table schedules{"subscription schedule", "subscription_schedule.updated", {"customer", "subscription"}};
  Table accounts{"account", "account.updated", {}};
  Table transfers{"transfer", "transfer.updated", {"destination", "transfer_group"}};
  Table reversals{"transfer reversal", "", {"transfer"}};
  Table payouts{"payout", "payout.updated", {"account"}};
  Table features{"feature", "", {"lookup_key"}};
  Table product_features{"product feature", "", {"product", "feature"}};
  Table entitlements{"active entitlement", "", {"customer"}};
  Table transactions{"balance_transaction", "", {}};
  Table coupons{"coupon", "coupon.updated", {}};
  Table promotion_codes{"promotion code", "promotion_code.updated", {"code", "customer"}};
  Table discounts{"discount", "", {}};
  Table portal_sessions{"billing_portal.session", "", {}};
  Table portal_configurations{"configuration", "billing_portal.configuration.updated", {}};
  Table payment_links{"payment link", "payment_link.updated", {}};
  Table webhook_endpoints{"webhook endpoint", "", {}};

  std::unordered_map<std::string, std::string> items;                       ///< si_… → its subscription
  std::unordered_map<std::string, std::vector<std::string>> pending_items;  ///< by customer: ii_… that no invoice has taken yet
  std::unordered_map<std::string, std::string> portal_tokens;               ///< the last part of a portal URL → bps_…

  std::string secret_key, publishable_key;
  struct Secret {
    std::string text;
    TimeMs until_ms;
  };
  std::vector<Secret> webhook_secrets;  ///< the newest last
  std::string connect_secret;           ///< of the endpoint to which the events of connected accounts go
  std::string page_base, webhook_url;
  std::int64_t draft_s, dunning_s;
  DunningEnd dunning_end;
  std::string account = "acct_";

 private:
  struct Edited {
    Table *table;
    std::string id;
    Object before;
  };
  std::vector<Edited>::iterator edited(const Table &table, std::string_view id);
  void flush(Edited change);
  TimeMs moment_ms_;
  std::vector<Edited> edited_;
  std::set<std::string, std::less<>> entitled_anew_;  ///< customers whose subscriptions have changed since finish()
};

/// The connected account that an event about this object belongs to; empty = the own one.
std::string account_of(World &world, const Object &object);
/// Tells of the customer's active entitlements where they are others than before.
void refresh_entitlements(World &world, const std::string &customer);
/// What happens by itself at its moment.
void happen(World &world, const Due &due);
/// Products and prices of a catalog file; throws Failure(invalid).
void read_catalog(World &world, std::string_view catalog, const std::string &name);

}  // namespace purser::sandbox
