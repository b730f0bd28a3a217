// Waiting events on their way: which, in what order, how often, and signed.
#pragma once
#include "sandbox/world.hpp"

namespace purser::sandbox {

/// Takes out what is lost and returns what is to be sent, signed at the sandbox's now.
std::vector<Delivery> prepare(World &world, const Deliver &how, Report &report);

}  // namespace purser::sandbox
