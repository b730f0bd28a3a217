// The HTTP port: a request goes in, its answer comes back once. What is asked belongs to src/stripe; an adapter only carries it.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace purser::ports {

struct HttpHeader {
  std::string name;  ///< any case; compared without it
  std::string value;
};

struct HttpRequest {
  std::string method;  ///< GET, POST, DELETE
  std::string url;     ///< absolute; https, or http on loopback
  std::vector<HttpHeader> headers;
  std::string body;
  std::int64_t timeout_ms = 30'000;            ///< for all of it: name, connection, TLS, answer
  std::size_t response_max_bytes = 4'194'304;  ///< a greater answer is `lost` with reason answer_too_large
};

/// How far an exchange came. The numbers are ABI (PURSER_HTTP_*).
enum class HttpEnd : std::int32_t {
  answered = 0,  ///< status, headers and body are there
  not_sent = 1,  ///< nothing of the request can have arrived: it may be repeated whatever it was
  lost = 2,      ///< it may have arrived and may have had its effect
};

struct HttpAnswer {
  HttpEnd end = HttpEnd::lost;
  std::int32_t status = 0;
  std::vector<HttpHeader> headers;
  std::string body;
  std::string reason;   ///< stable word where not answered: connect, tls, timeout, dns, answer_too_large, closed …
  std::string message;  ///< one line, without any secret
};
/// Empty where there is none. Names are compared without case.
std::string_view header(const HttpAnswer &answer, std::string_view name);

class Http {
 public:
  using Done = std::function<void(HttpAnswer)>;
  virtual ~Http() = default;
  /// Any thread. `done` is called exactly once, on any thread, possibly before send returns; never throws.
  /// TLS verified, no redirects followed, no proxy from the environment, answers bounded.
  virtual void send(HttpRequest request, Done done) noexcept = 0;
};

}  // namespace purser::ports
