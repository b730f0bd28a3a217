#pragma once
#include <cstdint>

namespace purser::domain {

/// What became of one delivery. Closed; the numbers are ABI (PURSER_OUTCOME_*).
enum class Outcome : std::int32_t {
  rejected = 0,          ///< not 2xx: signature, body, or it could not be stored
  applied = 1,           ///< folded, and its account is known
  applied_unmapped = 2,  ///< the same, with a price that no tier lists: a finding
  duplicate = 3,         ///< this event id is stored already
  parked = 4,            ///< folded; whose it is, is not known yet
  foreign = 5,           ///< another application's on the same Stripe account
  recorded = 6,          ///< stored; this type has no effect
  late = 7,              ///< older than the compaction boundary: stored, not folded
  test_event = 8,        ///< evt_000…: stored, no effect
  quarantined = 9,       ///< no id, no created, wrong livemode, unknown Connect account: stored, no effect
};
const char *name(Outcome outcome);

}  // namespace purser::domain
