// Chargebacks: the cardholder's bank takes the money back, and the dispute is won or lost.
#pragma once
#include "sandbox/world.hpp"

namespace purser::sandbox {

/// Of the charge: dp_…; the money is withdrawn. Throws what Stripe would say where there is nothing to dispute.
std::string open_dispute(World &world, const std::string &charge);
void close_dispute(World &world, const std::string &dispute, bool won);
/// Of the charge, the one that was opened last; empty where there is none.
std::string dispute_of(World &world, std::string_view charge);
/// Has it an outcome?
bool dispute_ended(const Object &dispute);

}  // namespace purser::sandbox
