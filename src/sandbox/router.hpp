#pragma once
#include "sandbox/world.hpp"

namespace purser::sandbox {

/// The answer of the handler for this method and path, expanded; throws ApiFailure.
Value answer_call(World &world, std::string_view method, std::string_view path, const Value &parameters, std::string account);

}  // namespace purser::sandbox
