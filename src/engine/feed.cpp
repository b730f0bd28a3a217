// The change feed as hosts read it, and the changes that time alone makes.
#include "store/feed.hpp"
#include "domain/account.hpp"
#include "engine/impl.hpp"

namespace purser::engine {
namespace {

constexpr std::int64_t changes_default = 100;
constexpr std::int64_t changes_max = 1000;
constexpr std::int64_t due_per_transaction = 100;
constexpr std::size_t consumer_max_bytes = 100;

void require_consumer(std::string_view consumer) {
  if (consumer.size() > consumer_max_bytes || !domain::valid_account(consumer))
    throw Failure(Status::invalid, "consumer_invalid",
                  "expected a consumer's name of 1 to 100 bytes without control characters; correct it", "consumer");
}

}  // namespace

void Engine::Impl::come_due() {
  if (now_ms() < next_due_.load(std::memory_order_relaxed)) return;
  for (bool more = true; more;) {
    more = false;
    TimeMs next = forever_ms;
    const std::uint64_t seen = due_moved_.load();
    read([&](ports::SqlSession &db) { next = store::next_due(db); });
    if (next > now_ms()) {
      next_due_ = next;
      if (due_moved_.load() != seen) next_due_ = 0;  // somebody committed meanwhile: look again next time
      return;
    }
    write([&](ports::SqlSession &db, const World &world, Sequence &sequence) {
      Change change(db, world, now_ms(), sequence);
      const auto due = store::due_accounts(db, now_ms(), due_per_transaction);
      more = static_cast<std::int64_t>(due.size()) == due_per_transaction;
      for (const store::Due &one : due) change.come_due(one.account, one.at_ms);
      return change.published();
    });
  }
}

Changes Engine::Impl::change_next(std::string_view consumer, std::int64_t limit) {
  require_consumer(consumer);
  if (limit < 0 || limit > changes_max)
    throw Failure(Status::invalid, "limit_invalid", "expected a limit of 0 (100) to 1,000, found another number; correct it", "limit");
  come_due();
  Changes next;
  read([&](ports::SqlSession &db) {
    next.cursor = store::cursor_of(db, consumer);
    for (store::ChangeRow &c : store::changes_after(db, next.cursor, limit == 0 ? changes_default : limit))
      next.changes.push_back({c.seq, std::move(c.account), std::move(c.product), std::move(c.tier_before), std::move(c.tier),
                              std::move(c.cause), std::move(c.customer), std::move(c.subscription), c.at_ms});
  });
  return next;
}

Cursor Engine::Impl::change_done(std::string_view consumer, std::int64_t seq) {
  require_consumer(consumer);
  Cursor cursor;
  write([&](ports::SqlSession &db, const World &world, Sequence &sequence) {
    // An erasure takes changes along that were read before it; numbers above the sequence were never given.
    const std::int64_t greatest = world.gone.erased ? store::current_sequence(db) : store::last_change(db);
    if (seq > greatest)
      throw Failure(Status::invalid, "seq_unknown", "expected the seq of a change that change_next gave, found a later one; correct it",
                    "seq");
    const std::int64_t before = store::cursor_of(db, consumer);
    cursor.seq = seq > before ? store::move_cursor(db, consumer, seq, now_ms()) : before;
    sequence.wrote = seq > before;
    return Change::Published{};
  });
  return cursor;
}

}  // namespace purser::engine
