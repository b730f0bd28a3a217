#pragma once
#include <purser.h>

#include <memory>

#include "ports/http.hpp"

namespace purser::capi {

/// The host's vtable behind the engine's port.
std::shared_ptr<ports::Http> host_http(const purser_http &vtable);

}  // namespace purser::capi
