// Events in the shapes of older API versions, and as thin notifications. An account with two endpoints gets one event in two renderings,
// under one id.
#pragma once
#include <string>
#include <string_view>

#include "sandbox/world.hpp"

namespace purser::sandbox {

/// What older versions show of the object and today's does not, as a JSON object; empty where there is nothing. To be asked when the event
/// is made.
std::string beside(World &world, const Object &object);
/// The event as an endpoint of this version gets it. `version` begins with a date.
std::string in_version(World &world, const Event &event, std::string_view version);
/// The v2.core.event that names the object; its id is another, and it says which snapshot it stands for.
std::string thin(const Event &event);
std::string thin_id(std::string_view event);

}  // namespace purser::sandbox
