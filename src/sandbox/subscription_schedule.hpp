// Subscription schedules: phases that the clock moves through.
#pragma once
#include "sandbox/world.hpp"

namespace purser::sandbox {

/// One that has not begun begins: its subscription comes to be.
void schedule_starts(World &world, const std::string &schedule);
/// The phase that has ended makes room for the next one; after the last the schedule ends.
void schedule_moves(World &world, const std::string &schedule);
/// Seven days before its end.
void schedule_expiring(World &world, const std::string &schedule);
/// Its subscription has ended: canceled, or aborted where that was for lack of payment.
void schedule_loses_subscription(World &world, const Object &subscription, bool unpaid);

}  // namespace purser::sandbox
