// One POST to a host on this machine: how webhooks are delivered. No other machine is ever asked.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "sandbox/server.hpp"

namespace purser::sandbox {

/// `http://127.0.0.1:8080/webhooks` taken apart.
struct LoopbackUrl {
  std::string host;  ///< 127.0.0.1 or localhost
  std::uint16_t port = 80;
  std::string target;  ///< path and query, at least `/`
};
/// Throws Failure(refused) for everything but http on 127.0.0.1 or localhost.
LoopbackUrl read_loopback(std::string_view url);

/// status 0 = no answer; `problem` says why in one line.
struct Posted {
  std::int32_t status = 0;
  std::string problem;
};
/// Waits for the answer, at most `timeout_ms` in all.
Posted post(const LoopbackUrl &url, const WebHeaders &headers, std::string_view body, std::int64_t timeout_ms);

}  // namespace purser::sandbox
