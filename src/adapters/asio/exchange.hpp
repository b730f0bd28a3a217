// One request over one connection, step by step: resolve → connect → handshake → write → read. Any failure, and the deadline, end it.
#pragma once
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "adapters/asio/connection.hpp"

namespace purser::adapters {

class AsioExchange;
/// What an exchange needs of the client around it.
class AsioHome {
 public:
  virtual asio::io_context &io() = 0;
  virtual asio::ssl::context &tls() = 0;
  virtual std::chrono::milliseconds connect_timeout() const = 0;
  /// A kept connection to the place, or nullptr.
  virtual std::unique_ptr<AsioConnection> kept(const HttpUrl &url) = 0;
  virtual void keep(std::unique_ptr<AsioConnection> connection) = 0;
  virtual void ended(AsioExchange &exchange) = 0;

 protected:
  ~AsioHome() = default;
};

class AsioExchange : public std::enable_shared_from_this<AsioExchange> {
 public:
  AsioExchange(AsioHome &home, HttpJob job) : home_(home), job_(std::move(job)), timer_(home.io()), resolver_(home.io()) {}
  void begin();
  /// Answers `closed` and stops.
  void abandon() { fail("closed", "the client was closed"); }

 private:
  using Error = boost::system::error_code;
  using Parser = beast::http::response_parser<beast::http::string_body>;

  void open_connection();
  void resolve();
  void connect(const std::vector<tcp::endpoint> &endpoints);
  void handshake();
  void write();
  void read();
  void read_on();
  void answer();

  void arm(HttpTime::time_point at);
  void write_request();
  /// True when the step must not go on: the exchange has ended, or ends now.
  bool stopped(const Error &error, const char *reason);
  void lost_connection(const Error &error);
  void fail(const char *reason, std::string message);
  void finish();
  template <class Work>
  void step(Work work);
  template <class Next>
  auto then(Next next);

  AsioHome &home_;
  HttpJob job_;
  asio::steady_timer timer_;
  tcp::resolver resolver_;
  std::unique_ptr<AsioConnection> connection_;
  std::string request_;
  std::optional<Parser> parser_;
  std::size_t head_bytes_ = 0;
  bool connected_ = false;
  bool timed_out_ = false;
  bool over_ = false;
};

}  // namespace purser::adapters
