// A small server on loopback that answers as a test says, byte by byte where it must be wrong. One thread per connection: no cleverness
// shared with the clients under test.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace purser::test {

/// One request as it came.
struct HttpSeen {
  std::string method, target, body;
  std::string head;    ///< request line and headers
  int connection = 0;  ///< which one it came over, from 1 on
  int nth = 0;         ///< of all requests, from 1 on
  std::string header(const std::string &name) const;
};

/// What goes back, as raw bytes.
struct HttpReply {
  std::string bytes;
  int delay_ms = 0;     ///< before the bytes
  bool close = false;   ///< after them
  bool reset = false;   ///< hard, by RST
  int piece_bytes = 0;  ///< in pieces of that size, 1 ms apart; 0 = at once
};
/// A complete answer with Content-Length.
HttpReply reply(const std::string &body, int status = 200, const std::string &more_headers = {});

/// PEM files of a server; empty = plain.
struct ServerIdentity {
  std::string certificate_file, key_file;
};

class HttpServer {
 public:
  using Answer = std::function<HttpReply(const HttpSeen &)>;
  explicit HttpServer(Answer answer, ServerIdentity identity = {});
  ~HttpServer();
  HttpServer(const HttpServer &) = delete;
  HttpServer &operator=(const HttpServer &) = delete;

  int port() const;
  std::string url(const std::string &target, const std::string &host = "127.0.0.1") const;
  int connections() const;
  int requests() const;
  /// Closes the connections that stand open, as a server does with those it has heard nothing from.
  void drop_connections();

 private:
  struct Inside;
  std::shared_ptr<Inside> inside_;
};

/// A port on loopback where nobody listens.
int free_port();

}  // namespace purser::test
