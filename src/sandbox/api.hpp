#pragma once
#include "sandbox/sandbox.hpp"
#include "sandbox/world.hpp"

namespace purser::sandbox {

/// One request with all that surrounds it: faults, authentication, idempotency, headers. `trusted` = from a page or C: no key asked for, no
/// faults.
Response answer_request(World &world, const Request &request, bool trusted);

}  // namespace purser::sandbox
