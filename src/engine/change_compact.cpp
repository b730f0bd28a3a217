// The past of one object becomes one fact, or fewer facts; what is folded from it stays the same, or nothing happens.
#include <algorithm>

#include "domain/compaction.hpp"
#include "engine/change.hpp"
#include "store/compaction.hpp"
#include "store/erased.hpp"
#include "store/observation.hpp"

namespace purser::engine {
namespace {

constexpr std::int64_t facts_at_once = 1000;  ///< a slice of the writer's time; a longer past takes several
constexpr std::size_t joined_at_once = 64;    ///< each is tried without each other one

}  // namespace

std::int64_t Change::compact(const domain::ObjectKey &key, std::int64_t latest_s) {
  const auto object = store::load_object(db_, key);
  const auto folding = stripe::folding(key.type);
  if (!object || !folding) return 0;
  return folding == stripe::Folding::edges ? compact_edges(*object, latest_s) : compact_joined(*object, latest_s);
}

std::int64_t Change::compact_edges(const store::ObjectRow &object, std::int64_t latest_s) {
  store::OldFacts facts = store::old_facts(db_, object.key, latest_s + domain::compaction_quiet_s + 1, facts_at_once);
  if (!facts.all) latest_s = std::min(latest_s, facts.events.back().created_s - domain::compaction_quiet_s - 1);
  const auto point = domain::compact(facts.events, facts.fetches, latest_s);
  if (!point || point->boundary_s <= object.boundary_s) return 0;
  const std::string record = store::record_with_state(db_, object.key, point->state);
  if (record.empty()) return 0;
  store::put_checkpoint(db_, object.key, *point, record);
  const domain::Folded after = folded(object.key);
  if (after.state != object.state || after.doubt != object.doubt)
    throw Failure(Status::internal, "compaction_changed_the_fold", "a checkpoint gave another state than the facts; nothing was changed");
  store::mark_compacted(db_);
  sequence_.wrote = true;
  return point->replaced;
}

/// A join only rises: a fact without which the others join to the same says nothing now, and never will.
std::int64_t Change::compact_joined(const store::ObjectRow &object, std::int64_t latest_s) {
  std::vector<stripe::RecordFact> facts;
  for (store::RecordedFact &fact : store::records_of(db_, object.key))
    facts.push_back({fact.created_s, std::move(fact.fact), std::move(fact.record)});
  if (facts.size() < 2 || facts.size() > joined_at_once) return 0;
  std::ranges::sort(facts, {}, [](const stripe::RecordFact &f) { return std::tie(f.created_s, f.fact); });
  const std::string whole = stripe::join_records(object.key.type, facts).record;
  std::int64_t gone = 0;
  for (std::size_t i = 0; i < facts.size();) {
    const bool may_go = facts[i].created_s < latest_s && facts[i].fact != "fetch" && facts.size() > 1;
    std::vector<stripe::RecordFact> others = facts;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
    if (!may_go || stripe::join_records(object.key.type, others).record != whole) {
      ++i;
      continue;
    }
    store::delete_event_fact(db_, object.key, facts[i].created_s, facts[i].fact);
    facts = std::move(others);
    ++gone;
  }
  if (gone > 0) sequence_.wrote = true;
  return gone;
}

}  // namespace purser::engine
