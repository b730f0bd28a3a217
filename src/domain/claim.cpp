#include "domain/claim.hpp"

namespace purser::domain {

ClaimStep next_step(IntentState intent, SessionState session, bool same) {
  switch (intent) {
    case IntentState::open:
    case IntentState::unknown: return ClaimStep::resume;
    case IntentState::failed: return ClaimStep::make;
    case IntentState::done: break;
  }
  // A complete session is no reason to refuse: what it made counts, and that is looked at before.
  if (session != SessionState::open) return ClaimStep::make;
  return same ? ClaimStep::reuse : ClaimStep::replace;
}

}  // namespace purser::domain
