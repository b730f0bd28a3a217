// When the old facts of an object may become one checkpoint (FOLD.md section 6): the fold's answer must be the same afterwards, whatever
// is still to come.
#pragma once
#include <cstdint>
#include <optional>
#include <span>

#include "domain/fold.hpp"

namespace purser::domain {

/// Deliveries are repeated for 3 days, the Events API and resending go back 30; 5 are spare.
inline constexpr std::int64_t compaction_age_s = 35 * 86400;
/// No fact may lie nearer to the boundary: its cluster or its race would be cut in two.
inline constexpr std::int64_t compaction_quiet_s = cluster_gap_s + fetch_margin_s;

struct Checkpoint {
  std::int64_t boundary_s = 0;
  Digest state{};
  bool terminal = false;
  std::int64_t replaced = 0;  ///< facts
  FetchFact fact() const { return {boundary_s, boundary_s, state, terminal, true}; }
};
/// The latest boundary at or before `latest_s` with nothing near it, and what one checkpoint there says instead of all facts before it.
/// nullopt: nothing to gain, or what stands there is not decided by the events and by all facts alike.
/// `events` and `fetches`: all facts of the object up to latest_s + compaction_quiet_s, in any order.
std::optional<Checkpoint> compact(std::span<const EventFact> events, std::span<const FetchFact> fetches, std::int64_t latest_s);

/// An event that comes after the facts of its time have become a checkpoint: it is kept, and changes nothing.
constexpr bool late(std::int64_t created_s, std::int64_t boundary_s) { return created_s < boundary_s - fetch_margin_s; }

}  // namespace purser::domain
