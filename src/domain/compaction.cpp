#include "domain/compaction.hpp"

#include <algorithm>
#include <vector>

namespace purser::domain {
namespace {

/// The latest quiet moment at or before `latest_s`. A fetch fills the time from before it was sent until its answer.
std::int64_t quiet_before(std::int64_t latest_s, std::span<const EventFact> events, std::span<const FetchFact> fetches) {
  std::int64_t boundary = latest_s;
  for (bool moved = true; moved;) {
    moved = false;
    const auto avoid = [&](std::int64_t from_s, std::int64_t to_s) {
      if (to_s + compaction_quiet_s < boundary || from_s - compaction_quiet_s > boundary) return;
      boundary = from_s - compaction_quiet_s - 1;
      moved = true;
    };
    for (const EventFact &e : events) avoid(e.created_s, e.created_s);
    for (const FetchFact &f : fetches)
      if (!f.checkpoint) avoid(f.lo_s, f.date_s);
  }
  return boundary;
}

bool same(const std::optional<Folded> &a, const std::optional<Folded> &b) {
  return a && b && a->decided() && b->decided() && a->state == b->state;
}

}  // namespace

std::optional<Checkpoint> compact(std::span<const EventFact> events, std::span<const FetchFact> fetches, std::int64_t latest_s) {
  const std::int64_t boundary = quiet_before(latest_s, events, fetches);
  std::vector<EventFact> old_events;
  std::vector<FetchFact> old_fetches, checkpoints;
  bool terminal = false;
  for (const EventFact &e : events) {
    if (e.created_s >= boundary) continue;
    old_events.push_back(e);
    terminal = terminal || e.terminal;
  }
  for (const FetchFact &f : fetches) {
    if (f.date_s >= boundary) continue;
    old_fetches.push_back(f);
    if (f.checkpoint) checkpoints.push_back(f);
    terminal = terminal || f.terminal;
  }
  const std::size_t replaced = old_events.size() + old_fetches.size();
  if (replaced < 2) return std::nullopt;
  // A race later on asks the events alone: they must say what the fetches say.
  const auto all = fold(old_events, old_fetches);
  if (!same(all, fold(old_events, checkpoints))) return std::nullopt;
  return Checkpoint{boundary, all->state, terminal, static_cast<std::int64_t>(replaced)};
}

}  // namespace purser::domain
