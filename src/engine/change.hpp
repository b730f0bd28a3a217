// One open write transaction: facts in, folded objects, grants and ledger out. What it changed is published after the commit, not before.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.hpp"
#include "domain/account.hpp"
#include "domain/catalog.hpp"
#include "domain/expectation.hpp"
#include "engine/engine.hpp"
#include "ports/random.hpp"
#include "ports/sql.hpp"
#include "store/account.hpp"
#include "store/erased.hpp"
#include "store/event.hpp"
#include "store/intent.hpp"
#include "store/link.hpp"
#include "store/object.hpp"
#include "stripe/envelope.hpp"
#include "stripe/named.hpp"
#include "stripe/reader.hpp"

namespace purser::engine {

/// A delivery that was verified and read, before it is stored. Made on the caller's thread.
struct PreparedEvent {
  std::string body;
  stripe::Envelope envelope;
  std::optional<stripe::Observation> observation;  ///< none: this type has no effect
  Digest payload_hash{};
};

/// What every transaction needs to know, and does not change.
struct World {
  const domain::Catalog &catalog;
  const HmacKey &ledger_key;
  ports::Random &random;
  Mode mode;
  const std::string &stripe_account;
  const std::vector<std::string> &connect_accounts;
  store::Gone gone = {};  ///< what deliveries must be compared with
};

/// Which events are stored without any effect, and why: an empty reason means "go on" (FOLD.md section 1).
struct Intake {
  domain::Outcome outcome = domain::Outcome::recorded;
  std::string_view reason;
};
Intake intake(const stripe::Envelope &envelope, const World &world);

struct Erasing;

/// Fetch only after an object was quiet for so long: an answer that is as old as an event cannot decide (FOLD.md: Q).
inline constexpr TimeMs quiet_ms = 12 * second_ms;

/// Numbers of the store's sequence, taken in blocks. Belongs to one transaction; forgotten when a savepoint is rolled back, because
/// the block it came from may have been given back with it.
struct Sequence {
  std::int64_t next = 0, last = -1;
  bool wrote = false;  ///< anything was stored since the transaction began
};

/// One unit of work inside a write transaction. When it throws, its savepoint is rolled back and it is dropped whole.
class Change {
 public:
  Change(ports::SqlSession &db, const World &world, TimeMs now, Sequence &sequence)
      : db_(db), world_(world), now_(now), sequence_(sequence) {}

  Receipt event(PreparedEvent event);
  Receipt fetch(const stripe::Observation &observation, std::int64_t date_s, std::int64_t lo_s);
  enum class OnConflict { refuse, least };  ///< `least`: the order of documents must not matter (replay)
  /// The transaction has something to commit that was written beside this class.
  void touch() { sequence_.wrote = true; }
  /// The object is to be fetched, at `due_at_ms` or some time after; later when it goes on changing.
  void open_gap(const domain::ObjectKey &key, std::string_view reason, TimeMs due_at_ms);
  LinkMade link(const std::string &account, const std::string &customer, OnConflict on_conflict);
  /// An intent with its claim, before it is sent; and what became of it.
  void add_intent(const store::IntentRow &intent);
  void keep_intent(const store::IntentRow &intent);
  /// Time alone has changed what the account holds: says so in the feed, and when that will be the next time.
  void come_due(const std::string &account, TimeMs at);
  /// After a catalog change: every object's outcome and every account's grants anew. Returns the accounts that changed.
  std::int64_t rederive_all(std::string_view cause);

  /// Nothing can be bought for the account from now on. Returns since when.
  TimeMs close(const std::string &account, domain::CloseWhen when);
  /// The account and all that is named by it; the rest of what is theirs is in the erasure that it returns (change_erase.cpp).
  Erasing erase(const std::string &account);
  /// Old facts give way to a checkpoint at or before `latest_s`. Returns how many. Throws where the fold would change.
  std::int64_t compact(const domain::ObjectKey &key, std::int64_t latest_s);
  /// Its data is gone and must stay gone. An account: until the host itself begins it anew.
  bool erased_object(std::string_view id);
  bool erased_account(std::string_view account);

  /// Accounts whose grants this transaction changed, with what they hold now.
  using Published = std::map<std::string, std::vector<domain::Grant>>;
  const Published &published() const { return published_; }

 private:
  struct Cause {
    std::string text;
    Digest payload_hash{};
  };
  struct Settled {
    domain::Outcome outcome;
    std::string account;
    domain::Doubt doubt;
  };

  Receipt store_without_effect(const PreparedEvent &event, domain::Outcome outcome, std::string_view reason);
  Receipt rendering(const PreparedEvent &event, const store::StoredEvent &stored);
  // change_aside.cpp
  std::optional<Receipt> set_aside(const PreparedEvent &event, const Intake &taken);
  std::optional<Receipt> set_aside(const stripe::Observation &observation, std::int64_t date_s);
  bool about_erased(const stripe::Named &named);
  void learn_erased(const stripe::Named &named);
  bool late(const domain::ObjectKey &key, std::int64_t created_s);
  // change_compact.cpp
  std::int64_t compact_edges(const store::ObjectRow &object, std::int64_t latest_s);
  std::int64_t compact_joined(const store::ObjectRow &object, std::int64_t latest_s);
  domain::Folded folded(const domain::ObjectKey &key);
  /// Where a fact comes from: its moment, its name, and by which way.
  struct Told {
    std::int64_t created_s = 0;
    std::string_view fact;
    domain::Heard heard = domain::Heard::by_event;
  };
  Settled absorb(const stripe::Observation &observation, const Told &told, const Cause &cause);
  store::ObjectRow fold_object(const stripe::Observation &observation, const std::optional<store::ObjectRow> &before);
  store::ObjectRow join_object(const stripe::Observation &observation, const std::optional<store::ObjectRow> &before);
  void expect(store::ObjectRow &object, domain::Heard heard) const;
  void find_gaps(const stripe::Observation &observation, const store::ObjectRow &object, std::int64_t created_s);
  std::optional<std::string> account_of(const domain::ObjectKey &key, const std::string &customer);
  std::string refolded_record(const stripe::Observation &observation, const std::optional<store::ObjectRow> &before, const Digest &state);
  void learn_price_keys(const stripe::Observation &observation, std::int64_t created_s, std::string_view fact, const Cause &cause);
  domain::Outcome unlinked_outcome(const store::ObjectRow &object);
  void rederive(const std::string &account, const Cause &cause);
  void derive_customer(const store::CustomerKey &customer, std::vector<store::GrantRow> &grants);
  void derive_entitlements(const store::CustomerKey &customer, std::vector<store::GrantRow> &grants);
  void announce(const std::string &account, const std::vector<domain::Grant> &held, std::string_view cause, TimeMs at);
  void settle_unlinked(const store::CustomerKey &customer);
  // change_money.cpp
  /// Before `object` is stored: keeps what it names, gives it and others the customer that they have by what they name, compares a price
  /// with the catalog. Returns the accounts whose access may be another one now, beside the object's own.
  std::set<std::string> connect(store::ObjectRow &object, const std::optional<store::ObjectRow> &before);
  void settle_money(std::vector<store::ObjectRow> all, store::ObjectRow *unsaved, std::set<std::string> &accounts);
  std::string drift_of(const store::ObjectRow &price, const store::ObjectRow *product);
  void recheck_prices_of(const store::ObjectRow &product);
  void recheck_price(store::ObjectRow price, const store::ObjectRow *product);
  void save_if_changed(store::ObjectRow object, domain::Outcome outcome, std::string unmapped);
  void ensure_account(const std::string &account);
  std::vector<std::string> price_keys(const domain::ObjectKey &key, std::string_view price);
  std::int64_t next_sequence();

  ports::SqlSession &db_;
  const World &world_;
  TimeMs now_;
  Published published_;
  std::map<domain::ObjectKey, domain::Outcome> outcomes_;  ///< as derived in this transaction
  std::map<std::string, store::AccountRow> made_;          ///< accounts that this transaction made and has written nothing of yet
  Sequence &sequence_;
};

}  // namespace purser::engine
