// Payouts from a balance to a bank: of a connected account, or the own.
#pragma once
#include "sandbox/world.hpp"

namespace purser::sandbox {

/// What the bank does with it. One that was paid can fail later.
void end_payout(World &world, const std::string &payout, PayoutOutcome outcome);
void payout_arrives(World &world, const std::string &payout);

}  // namespace purser::sandbox
