// The built-in HTTP clients. Each has one thread, started by the first `send`; `ask` carries its bytes itself. Requests wait while all
// connections are in use.
// Destruction ends what is under way (reason closed), calls every `done`, and joins. In a forked child nothing is sent (reason forked).
#pragma once
#include <memory>
#include <string>

#include "ports/http.hpp"

namespace purser::adapters {

struct HttpOptions {
  std::string ca_file;                       ///< PEM, instead of the system's certificates
  int connections_max = 64;                  ///< also how many requests are under way at once
  std::size_t waiting_max = 10'000;          ///< requests beyond it are not sent, reason busy
  std::int64_t connect_timeout_ms = 10'000;  ///< name, connection and TLS, within the request's own time
  std::int64_t idle_max_ms = 60'000;         ///< an older kept connection is not used again
};
inline constexpr std::size_t http_headers_max_bytes = 64 * 1024;  ///< of an answer, all together

std::shared_ptr<ports::Http> curl_http(HttpOptions options = {});  ///< libcurl; where built with PURSER_WITH_CURL
std::shared_ptr<ports::Http> asio_http(HttpOptions options = {});  ///< Boost.Asio and Beast; where built with PURSER_WITH_ASIO

}  // namespace purser::adapters
