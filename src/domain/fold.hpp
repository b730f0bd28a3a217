// The state of a Stripe object as a pure function of its set of facts (FOLD.md section 3).
#pragma once
#include <cstdint>
#include <optional>
#include <span>

#include "domain/fact.hpp"

namespace purser::domain {

inline constexpr std::int64_t cluster_gap_s = 5;   ///< SIG: events closer than this are one cluster
inline constexpr std::int64_t fetch_margin_s = 8;  ///< M: clock skew + staleness of reads + 2

/// Why a state is not confirmed. `none` = decided.
enum class Doubt : std::int32_t { none = 0, empty, two_sources, observations_only, fragments, two_ends, closed, no_start, start, race };
const char *name(Doubt doubt);

struct Folded {
  Digest state{};
  Doubt doubt = Doubt::none;
  bool known = false;  ///< false only for an empty set of facts
  bool decided() const { return known && doubt == Doubt::none; }
};

/// `events`: newest first by (created_s, id) without repetition; any other order is put right first, at the cost of a sort.
/// `fetches`: any order; only the latest counts, by (date_s, lo_s, state).
/// The terminal phase absorbs: where any fact is terminal, only terminal facts count (T6).
/// `complete` = these are all events of the object. When they are not and the answer could depend on older ones,
/// nullopt says: read more, fold again. So the cost of an arrival does not grow with the object's history.
/// Incomplete events are the newest part of all, or the newest part of the terminal ones; if none of them is terminal,
/// the object has no terminal event (the caller asks its index first: terminal facts may be the oldest ones).
std::optional<Folded> fold(std::span<const EventFact> events, std::span<const FetchFact> fetches, bool complete = true);

}  // namespace purser::domain
