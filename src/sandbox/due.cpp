// What happens by itself.
#include "sandbox/invoice.hpp"
#include "sandbox/payout.hpp"
#include "sandbox/refund.hpp"
#include "sandbox/session.hpp"
#include "sandbox/subscription.hpp"
#include "sandbox/subscription_schedule.hpp"

namespace purser::sandbox {

void happen(World &world, const Due &due) {
  switch (due.kind) {
    case DueKind::session_expires: return session_expires(world, due.id);
    case DueKind::trial_will_end: return subscription_trial_will_end(world, due.id);
    case DueKind::period_ends: return subscription_period_ends(world, due.id);
    case DueKind::cancels: return subscription_cancels(world, due.id);
    case DueKind::finalizes: return invoice_finalizes(world, due.id);
    case DueKind::retries: return invoice_retries(world, due.id);
    case DueKind::upcoming: return subscription_upcoming(world, due.id);
    case DueKind::resumes: return subscription_collection_resumes(world, due.id);
    case DueKind::incomplete_expires: return subscription_incomplete_expires(world, due.id);
    case DueKind::refund_arrives: return refund_arrives(world, due.id);
    case DueKind::pending_update_expires: return pending_update_expires(world, due.id);
    case DueKind::schedule_starts: return schedule_starts(world, due.id);
    case DueKind::schedule_moves: return schedule_moves(world, due.id);
    case DueKind::schedule_expiring: return schedule_expiring(world, due.id);
    case DueKind::payout_arrives: return payout_arrives(world, due.id);
  }
}

}  // namespace purser::sandbox
