// An HTTP/1.1 server on 127.0.0.1: Boost.Beast reads and writes, a pool of threads answers, since answers may wait for Stripe.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>

#include "http.hpp"

namespace host {

class HttpServer {
 public:
  using Answer = std::function<Response(const Request &)>;  ///< any thread, several at once; must not throw

  /// Listens at once; port 0 = any free one. Throws std::system_error where the port is taken.
  explicit HttpServer(std::uint16_t port);
  ~HttpServer();
  std::uint16_t port() const;
  /// Serves on threads of its own until stop().
  void start(Answer answer);
  /// Ends all connections and waits for the answers that are being made.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace host
