#pragma once
#include "sandbox/world.hpp"

namespace purser::sandbox {

std::optional<Portal> find_portal(const World &world, std::string_view session);

}  // namespace purser::sandbox
