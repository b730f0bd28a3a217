// The sandbox on loopback: a small HTTP server over one function. What is answered is the sandbox's matter; this one only carries it.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace purser::sandbox {

using WebHeaders = std::vector<std::pair<std::string, std::string>>;

struct WebRequest {
  std::string method;
  std::string target;  ///< path and query as they came
  WebHeaders headers;
  std::string body;
};
/// Empty where there is none. Names are compared without case.
std::string_view header(const WebHeaders &headers, std::string_view name);

struct WebAnswer {
  std::int32_t status = 200;
  WebHeaders headers;
  std::string body;
  bool hang_up = false;  ///< the connection ends without an answer: a fault
};

/// Called from several threads at once; must not throw.
using WebHandler = std::function<WebAnswer(const WebRequest &)>;

/// Listens on 127.0.0.1 and nowhere else. Requests whose Host is another name, or whose Origin is another site, are refused: with a
/// fixed seed the ids are known to everybody, so a page elsewhere must not be able to press a button here.
class Server {
 public:
  static constexpr std::size_t connections_max = 256;
  static constexpr std::size_t body_max_bytes = 1024 * 1024;
  static constexpr std::size_t head_max_bytes = 32 * 1024;
  static constexpr std::int64_t idle_max_s = 60;

  /// port 0 = any free one. Throws Failure(unavailable) where the port is taken.
  Server(WebHandler handler, std::uint16_t port);
  /// Ends every connection; waits for handlers that run.
  ~Server();
  Server(const Server &) = delete;
  Server &operator=(const Server &) = delete;

  std::uint16_t port() const;
  std::string url() const;  ///< http://127.0.0.1:PORT

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace purser::sandbox
