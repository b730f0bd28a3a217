// The engine as the C ABI sees it. Every verb: validate → load → decide (pure) → store (one transaction) → publish.
// All functions throw Failure; all may be called from any thread. check and tier never throw, lock or allocate.
#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "domain/catalog.hpp"
#include "domain/grant.hpp"
#include "domain/offer.hpp"
#include "domain/outcome.hpp"
#include "engine/billing.hpp"
#include "engine/earning.hpp"
#include "engine/health.hpp"
#include "engine/lifecycle.hpp"
#include "ports/clock.hpp"
#include "ports/http.hpp"
#include "ports/log.hpp"
#include "ports/random.hpp"
#include "ports/sql.hpp"

namespace purser::engine {

enum class Mode { as_stamped, live, test, sandbox, offline };  ///< as_stamped: what the store says; a new store needs another
const char *name(Mode mode);

struct Config {
  Mode mode = Mode::as_stamped;
  std::string stripe_account;                               ///< own acct_…, stamped into the store; empty = not checked
  std::vector<std::string> connect_accounts;                ///< Connect accounts whose events are believed
  std::map<std::string, std::vector<std::string>> secrets;  ///< endpoint name ("" = default) → webhook secrets
  std::int64_t tolerance_s = 300;
  std::int64_t resident_accounts_max = 1'000'000;
  bool create = true;                        ///< make the store where there is none
  std::string secret_key;                    ///< Stripe's API key; empty = nothing can be asked
  bool secret_key_may_not_fit = false;       ///< one of another mode is left out instead of refused: the store is only looked at
  std::string api_base;                      ///< https://api.stripe.com, or loopback
  std::vector<std::string> allowed_origins;  ///< of success, cancel and return URLs
  std::int64_t payload_days = 90;            ///< how long event bodies are kept; -1 = for ever
};

struct Ports {
  std::shared_ptr<ports::SqlDatabase> database;
  std::shared_ptr<ports::Clock> clock;
  std::shared_ptr<ports::Random> random;
  ports::Log log;                          ///< may be empty
  std::shared_ptr<ports::Http> http = {};  ///< null = nothing can be asked
};

/// What one delivery became. `http_status` is what the host answers, whatever happened.
struct Receipt {
  domain::Outcome outcome = domain::Outcome::rejected;
  std::int32_t http_status = 500;
  std::string event_id;
  std::string event_type;
  std::string account;       ///< empty while unknown
  std::string reason;        ///< stable word: why rejected, parked, quarantined, unconfirmed …
  std::string message;       ///< one line with the fix
  bool unconfirmed = false;  ///< the folded state is a guess until the object is fetched
};
BOOST_DESCRIBE_STRUCT(Receipt, (), (outcome, http_status, event_id, event_type, account, reason, message, unconfirmed))

struct TierHeld {
  std::string product;
  std::string tier;
};
BOOST_DESCRIBE_STRUCT(TierHeld, (), (product, tier))
struct LimitHeld {
  std::string meter;
  std::int64_t limit = 0;
  std::string window;
};
BOOST_DESCRIBE_STRUCT(LimitHeld, (), (meter, limit, window))
struct GrantHeld {
  std::string product, tier, cause, subscription, item, price, status, reason;
  std::int64_t quantity = 1;
  TimeMs valid_until_ms = 0;
  bool unconfirmed = false;
  TimeMs period_end_ms = 0, trial_end_ms = 0;
};
BOOST_DESCRIBE_STRUCT(GrantHeld, (),
                      (product, tier, cause, subscription, item, price, status, reason, quantity, valid_until_ms, unconfirmed,
                       period_end_ms, trial_end_ms))
struct AccountView {
  std::string account;
  std::string mode;
  std::string customer;  ///< empty when none is linked; the first one when several are
  std::vector<TierHeld> tiers;
  std::vector<std::string> features;
  std::vector<LimitHeld> limits;
  std::vector<GrantHeld> grants;
  std::string state_hash;
};
BOOST_DESCRIBE_STRUCT(AccountView, (), (account, mode, customer, tiers, features, limits, grants, state_hash))

struct PolicyApplied {
  std::int64_t version = 0;
  bool changed = false;
  std::int64_t accounts = 0;
};
BOOST_DESCRIBE_STRUCT(PolicyApplied, (), (version, changed, accounts))

struct LinkMade {
  bool changed = false;
  std::int64_t subscriptions = 0;
};  ///< how many of the customer's subscriptions now count
BOOST_DESCRIBE_STRUCT(LinkMade, (), (changed, subscriptions))

struct Refused {
  std::int64_t line = 0;
  std::string reason;
  std::string message;
};
BOOST_DESCRIBE_STRUCT(Refused, (), (line, reason, message))
struct OutcomeCount {
  std::string outcome;
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(OutcomeCount, (), (outcome, count))
/// What a batch of offline documents became; the totals are of the whole store.
struct ReplayReport {
  std::int64_t documents = 0;
  std::vector<OutcomeCount> outcomes;  ///< every outcome of the closed list, zero included, in its order
  std::vector<Refused> refused;        ///< the first 100 documents that could not be read
  std::int64_t accounts = 0, subscriptions = 0, grants = 0;
  std::string state_hash;  ///< empty unless totals were asked for
};
BOOST_DESCRIBE_STRUCT(ReplayReport, (), (documents, outcomes, refused, accounts, subscriptions, grants, state_hash))

/// One click on "buy".
struct CheckoutWish {
  std::string account, email, name, tier, price, currency, promotion_code, locale, success_url, cancel_url;
  std::vector<std::pair<std::string, std::string>> metadata;
  std::int64_t quantity = 0;
  std::int64_t trial_days = 0;
  domain::Interval interval = domain::Interval::any;
  bool allow_promotion_codes = false;
  std::int64_t deadline_ms = 0;
};
struct Checkout {
  std::string session_id, url, price, customer, intent, mode;
  TimeMs expires_at_ms = 0;
  bool reused = false;
  std::int64_t trial_days = 0;
};
BOOST_DESCRIBE_STRUCT(Checkout, (), (session_id, url, price, customer, intent, mode, expires_at_ms, reused, trial_days))

struct Confirmation {
  std::string session_id, status, payment_status, customer, subscription;
  domain::Outcome outcome = domain::Outcome::recorded;
  bool granted = false;
  bool unconfirmed = false;
};
BOOST_DESCRIBE_STRUCT(Confirmation, (), (session_id, status, payment_status, customer, subscription, outcome, granted, unconfirmed))

struct PortalWish {
  std::string account, return_url, product, tier, locale;
  domain::PortalFlow flow = domain::PortalFlow::home;
  domain::Interval interval = domain::Interval::any;
  std::int64_t deadline_ms = 0;
};
struct Portal {
  std::string session_id, url, customer;
};
BOOST_DESCRIBE_STRUCT(Portal, (), (session_id, url, customer))

/// A tier that an account holds since `at_ms` and did not before.
struct TierChange {
  std::int64_t seq = 0;
  std::string account, product, tier_before, tier, cause, customer, subscription;
  TimeMs at_ms = 0;
};
BOOST_DESCRIBE_STRUCT(TierChange, (), (seq, account, product, tier_before, tier, cause, customer, subscription, at_ms))
struct Changes {
  std::vector<TierChange> changes;
  std::int64_t cursor = 0;
};
BOOST_DESCRIBE_STRUCT(Changes, (), (changes, cursor))
struct Cursor {
  std::int64_t seq = 0;
};
BOOST_DESCRIBE_STRUCT(Cursor, (), (seq))

struct Settlement {
  std::int64_t settled = 0, failed = 0, open = 0;
};
BOOST_DESCRIBE_STRUCT(Settlement, (), (settled, failed, open))

struct TierListed {
  std::string kind, product, product_name, tier, name;
  std::int64_t trial_days = 0;
  bool fallback = false;
};
BOOST_DESCRIBE_STRUCT(TierListed, (), (kind, product, product_name, tier, name, trial_days, fallback))
struct Offer {
  std::string kind, product, tier, price, lookup_key, currency, interval;
  std::int64_t interval_count = 1, unit_amount = 0;
};
BOOST_DESCRIBE_STRUCT(Offer, (), (kind, product, tier, price, lookup_key, currency, interval, interval_count, unit_amount))
struct FeatureListed {
  std::string product, tier, feature, name;
};
BOOST_DESCRIBE_STRUCT(FeatureListed, (), (product, tier, feature, name))
struct LimitListed {
  std::string product, tier, meter, name, window;
  std::int64_t limit = 0;
};
BOOST_DESCRIBE_STRUCT(LimitListed, (), (product, tier, meter, name, window, limit))
struct CatalogListed {
  std::int64_t version = 0;
  std::vector<TierListed> tiers;
  std::vector<Offer> offers;
  std::vector<FeatureListed> features;
  std::vector<LimitListed> limits;
};
BOOST_DESCRIBE_STRUCT(CatalogListed, (), (version, tiers, offers, features, limits))

enum class CellType : std::int32_t { null = 0, integer = 1, real = 2, text = 3, blob = 4 };
struct Cell {
  CellType type = CellType::null;
  std::int64_t integer = 0;
  double real = 0;
  std::string text;
};
struct Table {
  std::vector<std::string> columns;
  std::vector<Cell> cells;
  bool truncated = false;
};  ///< row-major

class Engine {
 public:
  Engine(Config config, Ports ports);  ///< opens and migrates the store, loads the policy and the snapshot
  ~Engine();
  Engine(const Engine &) = delete;

  // webhooks --------------------------------------------------------------------------------------------------
  using Answer = std::function<void(Receipt)>;
  /// Never throws: every failure is a Receipt. Waits at most `deadline_ms` (<= 0: 5,000) for its commit, then 503.
  Receipt webhook_receive(std::string_view body, std::string_view signature, std::string_view endpoint, std::int64_t deadline_ms) noexcept;
  /// Verifies now and queues; `answer` is called exactly once, by the thread that commits it (or at once when refused).
  void webhook_begin(std::string body, std::string signature, std::string endpoint, Answer answer) noexcept;
  /// Commits what waits, as leader; false when there was nothing to do or another thread leads.
  bool work() noexcept;

  // offline ---------------------------------------------------------------------------------------------------
  /// JSON lines (or one document): events, {"purser":"fetch",…}, {"purser":"link",…}. Offline stores only.
  ReplayReport replay(std::string_view documents, bool totals);

  // catalog, secrets, accounts ----------------------------------------------------------------------------------
  PolicyApplied catalog_apply(std::string_view text, std::string_view source_name, const domain::Environment &environment);
  void secrets_set(std::string_view endpoint, std::vector<std::string> secrets);
  AccountView account_read(std::string_view account, std::optional<TimeMs> at);
  LinkMade account_link(std::string_view account, std::string_view customer);
  Table query(std::string_view sql, std::int64_t row_limit);
  CatalogListed catalog_read();

  // money: these ask Stripe and wait for it ----------------------------------------------------------------------
  Checkout checkout_create(const CheckoutWish &wish);
  Confirmation checkout_confirm(std::string_view account, std::string_view session, std::int64_t deadline_ms);
  Portal portal_create(const PortalWish &wish);
  Settlement outbox_settle(std::int64_t limit, std::int64_t older_than_ms, std::int64_t deadline_ms);

  bool can_ask() const;                                ///< there is an API key
  bool outbox_open(std::int64_t older_than_ms) const;  ///< something waits to be settled

  // gaps: what the events did not tell -----------------------------------------------------------------------------
  GapsFetched gap_fetch(std::int64_t limit, std::int64_t deadline_ms);
  Swept event_sweep(TimeMs since_ms, std::int64_t deadline_ms);
  ParkedList parked_list(std::int64_t limit, std::string_view after, bool foreign);
  Health health_read();
  bool gap_due() const;  ///< something is to be fetched now

  // billing ---------------------------------------------------------------------------------------------------------
  InvoiceList invoice_list(std::string_view account, std::int64_t limit, std::string_view after);
  Billing billing_read(std::string_view account, std::optional<TimeMs> at);
  Earnings earning_read(std::string_view stripe_account, std::int64_t limit, std::string_view after);

  // the end of an account, and of what is kept for a time only -----------------------------------------------------
  Closed account_close(std::string_view account, domain::CloseWhen when, std::int64_t deadline_ms);
  Erased account_erase(std::string_view account);
  Exported account_export(std::string_view account);
  LedgerVerified ledger_verify(std::optional<std::string_view> account);
  Tidied store_tidy(std::int64_t budget_ms);

  // change feed ---------------------------------------------------------------------------------------------------
  Changes change_next(std::string_view consumer, std::int64_t limit);
  Cursor change_done(std::string_view consumer, std::int64_t seq);

  // hot ---------------------------------------------------------------------------------------------------------
  int check(std::string_view account, std::string_view feature) const noexcept;
  const char *tier(std::string_view account, std::string_view product) const noexcept;  ///< interned, lives as long as the engine

  /// Takes over what other processes have committed. Cheap when nothing changed.
  void refresh();
  /// Puts into the change feed what time alone has changed. Cheap while nothing is due.
  void come_due();
  TimeMs now_ms() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace purser::engine
