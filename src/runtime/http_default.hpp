#pragma once
#include <memory>

#include "ports/http.hpp"

namespace purser::runtime {

/// The client of a host that plugs in none. A library is linked with one of its two definitions: src/runtime/curl, src/runtime/asio.
std::shared_ptr<ports::Http> default_http();

}  // namespace purser::runtime
