// The HTTP port: a request goes in, its answer comes back once. What is asked belongs to src/stripe; an adapter only carries it.
#pragma once
#include <algorithm>
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
/// Header names are ASCII.
inline bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

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
  /// Stable word where not answered. not_sent: url, request (neither was tried), dns, connect, tls, timeout, busy, no_memory,
  /// thread_start, forked, closed. lost: timeout, disconnected, bad_answer, answer_too_large, no_memory, closed. A host's client: host.
  std::string reason;
  std::string message;  ///< one line, without any secret
};
/// Empty where there is none; the first where there are several. Names are compared without case.
inline std::string_view header(const HttpAnswer &answer, std::string_view name) {
  for (const HttpHeader &h : answer.headers)
    if (same_name(h.name, name)) return h.value;
  return {};
}

class Http {
 public:
  using Done = std::function<void(HttpAnswer)>;
  virtual ~Http() = default;
  /// Any thread. `done` is called exactly once, on any thread, possibly before send returns; never throws.
  /// TLS verified, no redirects followed, no proxy from the environment, answers bounded. GET, DELETE and what carries an Idempotency-Key
  /// may be sent again on a new connection where a kept one closed before any byte of an answer; nothing else is ever sent twice.
  virtual void send(HttpRequest request, Done done) noexcept = 0;
  /// Sends and waits, no longer than the request's time. The caller may hold locks: no `done` of others runs on its thread. Never from
  /// within a `done`. A client that can carries the bytes on the caller's own thread.
  virtual HttpAnswer ask(HttpRequest request) noexcept;
};

}  // namespace purser::ports
