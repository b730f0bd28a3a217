// What the use cases share. One writer at a time; readers have a session of their own; the snapshot is published after each commit.
#pragma once
#include <atomic>
#include <condition_variable>
#include <limits>
#include <list>
#include <mutex>
#include <set>

#include "base/timed_lock.hpp"
#include "engine/change.hpp"
#include "engine/engine.hpp"
#include "engine/erasing.hpp"
#include "engine/gap.hpp"
#include "engine/outgoing.hpp"
#include "engine/snapshot.hpp"
#include "store/payload.hpp"
#include "store/schema.hpp"
#include "stripe/signature.hpp"

namespace purser::engine {

inline constexpr std::size_t batch_deliveries_max = 64;
inline constexpr std::size_t batch_bytes_max = 4 * 1024 * 1024;
inline constexpr std::int64_t delivery_wait_ms = 5000;
inline constexpr std::size_t waiting_deliveries_max = 10'000;

struct Policy {
  std::int64_t version = 0;
  std::shared_ptr<const domain::Catalog> catalog;
};

/// One delivery on its way to its commit.
struct Pending {
  PreparedEvent event;
  Engine::Answer answer;
  std::int64_t deadline_steady_ms = 0;
  bool blocking = false;  ///< a thread waits for it, and may lead
  bool done = false;
  Receipt receipt;
};

class Engine::Impl final : public Books {
 public:
  Impl(Config config, Ports ports);

  // receive.cpp
  Receipt receive(std::string_view body, std::string_view signature, std::string_view endpoint, std::int64_t deadline_ms) noexcept;
  void begin(std::string body, std::string signature, std::string endpoint, const Answer &answer) noexcept;
  bool work();
  /// Verification and reading, on the caller's thread. False: `refused` says why.
  bool prepare(std::string body, std::string_view signature, std::string_view endpoint, PreparedEvent &event, Receipt &refused);

  ReplayReport replay(std::string_view documents, bool totals);                                                         // replay.cpp
  PolicyApplied catalog_apply(std::string_view text, std::string_view source, const domain::Environment &environment);  // policy.cpp
  void secrets_set(std::string_view endpoint, std::vector<std::string> secrets);                                        // secrets.cpp
  AccountView account_read(std::string_view account, std::optional<TimeMs> at);                                         // account.cpp
  LinkMade account_link(std::string_view account, std::string_view customer);                                           // account.cpp
  Table query(std::string_view sql, std::int64_t row_limit);                                                            // query.cpp
  CatalogListed catalog_read();                                                                                         // offers.cpp
  bool can_ask() const { return api_->usable(); }
  Gaps &gaps() { return *gaps_; }                                                                  ///< gap fetch and sweep
  Outgoing &outgoing() { return *outgoing_; }                                                      ///< checkout, confirm, portal, outbox
  Changes change_next(std::string_view consumer, std::int64_t limit);                              // feed.cpp
  Cursor change_done(std::string_view consumer, std::int64_t seq);                                 // feed.cpp
  ParkedList parked_list(std::int64_t limit, std::string_view after, bool foreign);                // health.cpp
  Health health_read();                                                                            // health.cpp
  InvoiceList invoice_list(std::string_view account, std::int64_t limit, std::string_view after);  // invoice.cpp
  Billing billing_read(std::string_view account, std::optional<TimeMs> at);                        // billing.cpp
  Earnings earning_read(std::string_view stripe_account, std::int64_t limit, std::string_view after);  // earning.cpp
  Erased account_erase(std::string_view account);                                                      // erase.cpp
  Exported account_export(std::string_view account);                                                   // export.cpp
  LedgerVerified ledger_verify(std::optional<std::string_view> account);                               // ledger.cpp
  Tidied store_tidy(std::int64_t budget_ms);                                                           // tidy.cpp
  int check(std::string_view account, std::string_view feature) noexcept;                              // access.cpp
  const char *tier(std::string_view account, std::string_view product) noexcept;                       // access.cpp
  void refresh();                                                                                      // access.cpp
  void come_due();                                                                                     // feed.cpp
  TimeMs now_ms() const { return ports_.clock->exact_ms(); }

  // Books: open.cpp
  void read(const std::function<void(ports::SqlSession &)> &body) override;
  void change(const std::function<void(ports::SqlSession &, Change &)> &body) override;
  std::shared_ptr<const domain::Catalog> catalog() const override;

 private:
  using Batch = std::list<std::shared_ptr<Pending>>;  ///< a list: moving deliveries needs no memory, so a leader cannot fail
  static constexpr std::int64_t never_seen = std::numeric_limits<std::int64_t>::min();

  // open.cpp
  void open_store();
  void check_stamp(const store::Stamp &stamp) const;
  void check_key();
  void load_policy(ports::SqlSession &db);
  void load_snapshot(ports::SqlSession &db);
  World world(const domain::Catalog &catalog) const {
    return {catalog, *ledger_key_, *ports_.random, config_.mode, config_.stripe_account, config_.connect_accounts, gone_};
  }
  /// Runs one write transaction and publishes what it changed: body(db, world, sequence) → Change::Published.
  void write(const std::function<Change::Published(ports::SqlSession &, const World &, Sequence &)> &body);
  /// What other processes have committed since the last look. Under writer_mutex_, inside a transaction.
  void take_over(ports::SqlSession &db);
  void publish(const Change::Published &published, const Sequence &sequence) noexcept;
  void put(const std::string &account, const std::vector<domain::Grant> &grants);
  void set_policy(std::int64_t version, std::shared_ptr<const domain::Catalog> catalog);
  int point_read(std::string_view account, std::string_view feature) noexcept;
  void log_unknown_feature(std::string_view feature) noexcept;
  void log(ports::LogLevel level, const std::string &message) const noexcept;

  // erase.cpp
  /// Erasures that a crash or a busy file left unfinished, this process's or another's. Throws unavailable: later.
  void finish_erasures();
  void delete_rest(Erasing &erasing);
  bool delete_bodies(Erasing &erasing, store::Shelf shelf);
  bool delete_loose(Erasing &erasing);
  void blank_events(const Erasing &erasing);
  void delete_facts(const Erasing &erasing);
  void keep(ports::SqlSession &db, const World &world, Erasing &erasing, const stripe::Named &named);
  void add_loose(Erasing &theirs, std::vector<store::ObjectRow> &objects);  // export.cpp
  // tidy.cpp; a step says whether there is more to do
  bool delete_old_payloads(ports::SqlSession &db, Change &change, Tidied &tidied);
  struct Beyond {
    std::int64_t foreign = 0, parked = 0;
  };  ///< how many objects that are nobody's are more than may be
  bool forget_nobodys(ports::SqlSession &db, Change &change, Beyond &beyond, Tidied &tidied);
  bool compact_objects(const std::function<bool()> &time_left, Tidied &tidied);
  bool compact_one(const domain::ObjectKey &key, std::int64_t latest_s, Tidied &tidied);
  /// Accounts that another process erased are no longer held in memory.
  void drop_erased(ports::SqlSession &db);

  // receive.cpp
  Receipt deliver(std::string_view body, std::string_view signature, std::string_view endpoint, std::int64_t deadline_ms);
  bool enqueue(const std::shared_ptr<Pending> &pending, Receipt &refused);
  void lead(const Pending *own) noexcept;
  Batch next_batch() noexcept;
  void commit_batch(const Batch &batch) noexcept;
  Change::Published apply(ports::SqlSession &db, const World &world, Sequence &sequence, const Batch &batch);
  Batch finish(Batch &batch) noexcept;

  Config config_;
  Ports ports_;
  std::unique_ptr<StripeApi> api_;
  std::unique_ptr<Outgoing> outgoing_;
  std::unique_ptr<Gaps> gaps_;
  std::unique_ptr<HmacKey> ledger_key_;

  std::mutex writer_mutex_;  ///< guards writer_, policy_, the snapshot's writers
  std::unique_ptr<ports::SqlSession> writer_;
  mutable std::mutex policy_mutex_;  ///< guards policy_ for readers; writers hold writer_mutex_ too
  Policy policy_;
  std::vector<std::shared_ptr<const domain::Catalog>> policies_kept_;  ///< names handed out by tier() live as long as the engine
  std::int64_t snapshot_policy_ = 0;                                   ///< the policy version that the whole snapshot was put under
  std::int64_t change_token_ = 0;
  std::int64_t last_changed_ = 0;
  store::Gone gone_;
  std::mutex tidy_mutex_;              ///< one at a time in this process
  domain::ObjectKey compacted_until_;  ///< where the walk over all objects has come
  std::atomic<TimeMs> next_due_{0};    ///< when time alone changes a tier next; 0 = look into the store
  std::atomic<std::uint64_t> due_moved_{0};
  void due_may_have_moved() noexcept {
    ++due_moved_;
    next_due_ = 0;
  }

  TimedLock reader_mutex_;
  std::unique_ptr<ports::SqlSession> reader_;

  TimedLock query_mutex_;  ///< the host's own SQL must not stand in the way of a point read
  std::unique_ptr<ports::SqlSession> query_;

  std::mutex queue_mutex_;
  std::condition_variable queue_moved_;
  Batch queue_;
  bool leading_ = false;

  std::mutex secrets_mutex_;
  std::map<std::string, std::shared_ptr<const stripe::Secrets>, std::less<>> secrets_;

  Snapshot snapshot_;
  std::atomic<bool> all_resident_{true};
  std::mutex unknown_mutex_;
  std::set<std::string, std::less<>> unknown_features_;  ///< logged once each
};

/// SHA-256 over the normalised customers, subscriptions, grants and credits; `account` limits it to one account's.
std::string state_hash(ports::SqlSession &db, std::optional<std::string_view> account);
/// The hash of a store without objects.
extern const std::string_view empty_state_hash;

}  // namespace purser::engine
