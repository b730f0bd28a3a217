#include "adapters/asio/exchange.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <new>

namespace purser::adapters {
namespace {

namespace http = beast::http;

const char *reason_of(const boost::system::error_code &error) {
  if (error == http::error::body_limit || error == http::error::header_limit) return "answer_too_large";
  if (error == http::error::end_of_stream || error == http::error::partial_message) return "disconnected";
  return error.category() == http::make_error_code(http::error::bad_version).category() ? "bad_answer" : "disconnected";
}

/// Not asked of a name server: it could say anything.
std::vector<tcp::endpoint> known_endpoints(const HttpUrl &url) {
  const auto port = static_cast<asio::ip::port_type>(std::stoi(url.port));
  if (url.host == "localhost") return {{asio::ip::address_v4::loopback(), port}, {asio::ip::address_v6::loopback(), port}};
  if (is_address(url.host)) return {{asio::ip::make_address(url.host), port}};
  return {};
}

}  // namespace

/// A handler that keeps the exchange alive. Out of memory in one step ends this exchange and no other.
template <class Next>
auto AsioExchange::then(Next next) {
  return [self = shared_from_this(), next](const Error &error, const auto &...more) { self->step([&] { next(*self, error, more...); }); };
}

template <class Work>
void AsioExchange::step(Work work) {
  if (over_) return;
  try {
    work();
  } catch (const std::exception &) { fail("no_memory", "out of memory during the exchange"); }
}

void AsioExchange::begin() {
  step([this] {
    write_request();
    connection_ = repeatable(job_.request) ? home_.kept(job_.url) : nullptr;
    if (!connection_) return open_connection();
    arm(job_.deadline);
    write();
  });
}

void AsioExchange::arm(HttpTime::time_point at) {
  timer_.expires_at(at);
  timer_.async_wait(then([](AsioExchange &self, const Error &error) {
    if (error || HttpTime::now() < self.timer_.expiry()) return;
    self.timed_out_ = true;
    self.fail("timeout", self.connected_ ? "no answer came in time" : "no connection came about in time");
  }));
}

void AsioExchange::open_connection() {
  connection_ = std::make_unique<AsioConnection>(home_.io(), job_.url);
  connected_ = false;
  arm(std::min(job_.deadline, HttpTime::now() + home_.connect_timeout()));
  const std::vector<tcp::endpoint> known = known_endpoints(job_.url);
  if (known.empty()) return resolve();
  connect(known);
}

void AsioExchange::resolve() {
  resolver_.async_resolve(job_.url.host, job_.url.port,
                          then([](AsioExchange &self, const Error &error, const tcp::resolver::results_type &found) {
                            if (self.stopped(error, "dns")) return;
                            std::vector<tcp::endpoint> endpoints;
                            for (const auto &entry : found) endpoints.push_back(entry.endpoint());
                            self.connect(endpoints);
                          }));
}

void AsioExchange::connect(const std::vector<tcp::endpoint> &endpoints) {
  asio::async_connect(connection_->socket, endpoints, then([](AsioExchange &self, const Error &error, const auto &) {
                        if (self.stopped(error, "connect")) return;
                        Error ignored;
                        self.connection_->socket.set_option(tcp::no_delay(true), ignored);
                        self.connection_->socket.set_option(asio::socket_base::keep_alive(true), ignored);
                        if (self.connection_->tls) return self.handshake();
                        self.arm(self.job_.deadline);
                        self.write();
                      }));
}

void AsioExchange::handshake() {
  if (!connection_->prepare_tls(home_.tls())) throw std::bad_alloc();
  connection_->secure->async_handshake(asio::ssl::stream_base::client, then([](AsioExchange &self, const Error &error) {
                                         if (self.stopped(error, "tls")) return;
                                         self.arm(self.job_.deadline);
                                         self.write();
                                       }));
}

void AsioExchange::write_request() {
  const ports::HttpRequest &request = job_.request;
  request_ = request.method + " " + job_.url.target + " HTTP/1.1\r\nHost: " + job_.url.authority + "\r\n";
  for (const auto &[name, value] : request.headers) request_.append(name).append(": ").append(value).append("\r\n");
  if (request.method == "POST" || !request.body.empty()) request_ += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  request_ += "\r\n" + request.body;
}

void AsioExchange::write() {
  connected_ = true;
  job_.may_have_arrived = true;
  connection_->on_stream([this](auto &stream) {
    asio::async_write(stream, asio::buffer(request_), then([](AsioExchange &self, const Error &error, std::size_t) {
                        if (error) return self.lost_connection(error);
                        self.read();
                      }));
  });
}

void AsioExchange::read() {
  parser_.emplace();
  parser_->body_limit(job_.request.response_max_bytes);
  head_bytes_ = 0;
  read_on();
}

void AsioExchange::read_on() {
  connection_->on_stream([this](auto &stream) {
    http::async_read_some(stream, connection_->buffer, *parser_, then([](AsioExchange &self, const Error &error, std::size_t parsed) {
                            if (error) return self.lost_connection(error);
                            if (self.parser_->is_done()) return self.answer();
                            // Beast bounds one line of the head, not all of them.
                            self.head_bytes_ += parsed;
                            if (!self.parser_->is_header_done() && self.head_bytes_ > http_headers_max_bytes)
                              return self.fail("answer_too_large", "the headers of the answer are larger than 65536 bytes");
                            self.read_on();
                          }));
  });
}

void AsioExchange::lost_connection(const Error &error) {
  const bool no_answer_yet = !parser_ || !parser_->got_some();
  if (connection_->used && no_answer_yet) {
    // It was closed at the other end while nobody looked; only what may be repeated travels on a kept connection.
    connection_->close();
    parser_.reset();
    return open_connection();
  }
  fail(reason_of(error), error.message());
}

void AsioExchange::answer() {
  auto message = parser_->release();
  const auto status = static_cast<int>(message.result_int());
  if (status >= 100 && status < 200) {
    if (status == 101) return fail("bad_answer", "expected an answer, found a change of protocol");
    return read();  // only preliminary
  }
  ports::HttpAnswer answer;
  answer.end = ports::HttpEnd::answered;
  answer.status = status;
  std::size_t head_bytes = 0;
  for (const auto &field : message) head_bytes += field.name_string().size() + field.value().size() + 4;
  if (head_bytes > http_headers_max_bytes) return fail("answer_too_large", "the headers of the answer are larger than 65536 bytes");
  for (const auto &field : message) answer.headers.push_back({std::string(field.name_string()), std::string(field.value())});
  answer.body = std::move(message.body());
  if (message.keep_alive() && connection_->buffer.size() == 0) {
    connection_->used = true;
    connection_->idle_since = HttpTime::now();
    home_.keep(std::move(connection_));
  }
  const auto self = shared_from_this();
  finish();
  job_.end(std::move(answer));
}

bool AsioExchange::stopped(const Error &error, const char *reason) {
  if (over_) return true;
  if (!error) return false;
  fail(reason, error.message());
  return true;
}

void AsioExchange::fail(const char *reason, std::string message) {
  if (over_) return;
  const auto self = shared_from_this();
  finish();
  job_.end_unanswered(reason, std::move(message));
}

/// Every pending step comes back once more, finds `over_` and lets go.
void AsioExchange::finish() {
  over_ = true;
  timer_.cancel();
  resolver_.cancel();
  if (connection_) connection_->close();
  home_.ended(*this);
}

}  // namespace purser::adapters
