// Transfers to connected accounts, and what is taken back of them.
#pragma once
#include "sandbox/world.hpp"

namespace purser::sandbox {

/// An event of API versions before 2017-04-06, when a transfer had a status: `transfer.paid`, `transfer.failed`.
void send_old_transfer(World &world, const Object &transfer, std::string_view type);

}  // namespace purser::sandbox
