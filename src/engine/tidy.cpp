// What is kept for a time only: bodies, objects that are nobody's, the single facts of a past that a checkpoint can tell. In slices, so
// that a delivery never waits longer than for one of them.
#include <chrono>

#include "engine/impl.hpp"
#include "store/belonging.hpp"
#include "store/compaction.hpp"

namespace purser::engine {
namespace {

constexpr std::int64_t budget_default_ms = 1000;
constexpr std::int64_t budget_max_ms = 3'600'000;
constexpr std::int64_t slice_ms = 30;  ///< looked at between steps: a slice ends within 50 ms
constexpr std::int64_t payloads_per_step = 64;
constexpr std::int64_t objects_per_step = 16;
constexpr std::int64_t objects_per_page = 200;
constexpr std::int64_t foreign_days = 90, parked_days = 400;
constexpr std::int64_t nobodys_max = 100'000;
constexpr std::int64_t facts_worth_it = 2;

using Clock = std::chrono::steady_clock;

class Budget {
 public:
  explicit Budget(std::int64_t ms) : end_(Clock::now() + std::chrono::milliseconds(ms)) {}
  bool left() const { return Clock::now() < end_; }

 private:
  Clock::time_point end_;
};

}  // namespace

Tidied Engine::Impl::store_tidy(std::int64_t budget_ms) {
  if (budget_ms < 0 || budget_ms > budget_max_ms)
    throw Failure(Status::invalid, "budget_invalid", "expected a budget of 0 (1,000) to 3,600,000 ms, found another number; correct it",
                  "budget_ms");
  const Budget budget(budget_ms == 0 ? budget_default_ms : budget_ms);
  const std::lock_guard lock(tidy_mutex_);
  Tidied tidied;
  finish_erasures();
  // Each step does a little and says whether there is more of its kind.
  const auto all_of = [&](const std::function<bool(ports::SqlSession &, Change &)> &step) {
    for (bool more = true; more;) {
      if (!budget.left()) return false;
      const Budget slice(slice_ms);
      change([&](ports::SqlSession &db, Change &change) {
        while (more && slice.left()) more = step(db, change);
      });
    }
    return true;
  };
  Beyond beyond;
  read([&](ports::SqlSession &db) {
    beyond = {store::count_nobodys(db, true) - nobodys_max, store::count_nobodys(db, false) - nobodys_max};
  });
  const bool done = all_of([&](auto &db, Change &change) { return delete_old_payloads(db, change, tidied); }) &&
                    all_of([&](auto &db, Change &change) { return forget_nobodys(db, change, beyond, tidied); }) &&
                    compact_objects([&] { return budget.left(); }, tidied);
  tidied.more = !done;
  return tidied;
}

bool Engine::Impl::delete_old_payloads(ports::SqlSession &db, Change &change, Tidied &tidied) {
  if (config_.payload_days < 0) return false;
  const TimeMs before = now_ms() - config_.payload_days * day_ms;
  std::int64_t deleted = 0;
  for (const store::Shelf shelf : {store::Shelf::payloads, store::Shelf::quarantine})
    deleted += store::delete_old_payloads(db, shelf, before, payloads_per_step);
  if (deleted > 0) change.touch();
  tidied.payloads += deleted;
  return deleted >= payloads_per_step;
}

/// Too old, and silent for as long; or too many. What Stripe sends of them later begins anew.
bool Engine::Impl::forget_nobodys(ports::SqlSession &db, Change &change, Beyond &beyond, Tidied &tidied) {
  std::int64_t forgotten = store::begin_ageing(db, now_ms(), objects_per_step);
  for (const bool foreign : {true, false}) {
    const TimeMs before = now_ms() - (foreign ? foreign_days : parked_days) * day_ms;
    std::int64_t &too_many = foreign ? beyond.foreign : beyond.parked;
    for (const store::Nobodys &one : store::oldest_nobodys(db, foreign, objects_per_step)) {
      const bool old = one.seen_at_ms < before && to_ms(store::newest_fact_s(db, one.key)) < before;
      if (!old && too_many <= 0) {
        // Still heard of: it counts from then on, and does not stand in the way of the others.
        if (one.seen_at_ms >= before) break;
        store::seen_again(db, one.key, to_ms(store::newest_fact_s(db, one.key)));
        ++forgotten;
        continue;
      }
      store::delete_object(db, one.key);
      store::delete_facts(db, one.key, std::numeric_limits<std::int64_t>::max());
      ++forgotten;
      ++tidied.forgotten;
      --too_many;
    }
  }
  if (forgotten > 0) change.touch();
  return forgotten > 0;
}

/// Goes on where the last call ended; false: the budget ended before the last object.
bool Engine::Impl::compact_objects(const std::function<bool()> &time_left, Tidied &tidied) {
  const std::int64_t latest_s = now_ms() / second_ms - domain::compaction_age_s;
  while (time_left()) {
    std::vector<domain::ObjectKey> page, worth_it;
    read([&](ports::SqlSession &db) {
      page = store::object_keys(db, compacted_until_, objects_per_page);
      for (const domain::ObjectKey &key : page)
        if (store::count_old(db, key, latest_s, facts_worth_it) >= facts_worth_it) worth_it.push_back(key);
    });
    for (const domain::ObjectKey &key : worth_it) {
      if (!time_left()) return false;
      while (compact_one(key, latest_s, tidied))
        if (!time_left()) return false;
      compacted_until_ = key;
    }
    if (!page.empty()) compacted_until_ = page.back();
    if (page.size() < objects_per_page) {
      compacted_until_ = {};
      return true;
    }
  }
  return false;
}

/// True: there may be more to do for it.
bool Engine::Impl::compact_one(const domain::ObjectKey &key, std::int64_t latest_s, Tidied &tidied) {
  std::int64_t replaced = 0;
  try {
    write([&](ports::SqlSession &db, const World &world, Sequence &sequence) {
      Change change(db, world, now_ms(), sequence);
      replaced = change.compact(key, latest_s);
      if (replaced > 0) gone_ = store::gone(db);
      return change.published();
    });
  } catch (const Failure &failure) {
    if (failure.error().status != Status::internal) throw;
    log(ports::LogLevel::warning, failure.error().message);
    return false;
  }
  tidied.compacted += replaced;
  return replaced > facts_worth_it;
}

}  // namespace purser::engine
