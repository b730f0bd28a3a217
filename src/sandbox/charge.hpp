#pragma once
#include "sandbox/world.hpp"

namespace purser::sandbox {

/// Charges the method for the intent's amount; tells of charge.succeeded or charge.failed.
std::string make_charge(World &world, const Object &intent, std::string_view method, bool succeeded);
void capture_charge(World &world, std::string_view charge, std::int64_t amount);

}  // namespace purser::sandbox
