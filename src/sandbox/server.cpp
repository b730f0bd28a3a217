#include "sandbox/server.hpp"

#include <atomic>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <optional>
#include <thread>

#include "base/error.hpp"

namespace purser::sandbox {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr unsigned http_1_1 = 11;
// The API answers without waiting for anybody. A page may wait for a host that asks the API meanwhile: each kind has threads of its own.
constexpr std::size_t api_threads = 2, page_threads = 8;

bool of_api(std::string_view target) { return target.starts_with("/v1/") || target.starts_with("/v2/"); }

struct Shared {
  WebHandler handler;
  std::string host_by_number, host_by_name;  // as the Host header may name us
  std::atomic<std::size_t> connections = 0;
  std::optional<asio::thread_pool> api{std::in_place, api_threads};
  std::optional<asio::thread_pool> pages{std::in_place, page_threads};

  bool is_us(std::string_view host) const { return host == host_by_number || host == host_by_name; }
  bool from_us(std::string_view origin) const {
    constexpr std::string_view scheme = "http://";
    return origin.empty() || (origin.starts_with(scheme) && is_us(origin.substr(scheme.size())));
  }
};

WebAnswer refusal(std::int32_t status, std::string text) {
  return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(text) + "\n", false};
}

WebRequest request_of(http::request<http::string_body> &&message) {
  WebRequest request{std::string(message.method_string()), std::string(message.target()), {}, std::move(message.body())};
  for (const auto &field : message) request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  return request;
}

// One connection: read, answer, read again. Holds itself alive through the operation under way.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, Shared &shared) : stream_(std::move(socket)), shared_(shared) {}
  ~Connection() { shared_.connections--; }
  void read() {
    parser_.emplace();
    parser_->body_limit(Server::body_max_bytes);
    parser_->header_limit(Server::head_max_bytes);
    stream_.expires_after(std::chrono::seconds(Server::idle_max_s));
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](beast::error_code error, std::size_t) { self->was_read(error); });
  }

 private:
  void was_read(beast::error_code error) {
    if (error == http::error::body_limit || error == http::error::header_limit)
      return answer(refusal(413, "too large: at most " + std::to_string(Server::body_max_bytes) + " bytes of body"), false);
    if (error) return close();
    keep_alive_ = parser_->get().keep_alive();
    auto request = request_of(parser_->release());
    if (!shared_.is_us(header(request.headers, "Host"))) return answer(refusal(421, "this is " + shared_.host_by_number), false);
    if (!shared_.from_us(header(request.headers, "Origin")))
      return answer(refusal(403, "a page of another origin may not ask here"), false);
    stream_.expires_never();
    auto &pool = of_api(request.target) ? *shared_.api : *shared_.pages;
    asio::post(pool, [self = shared_from_this(), request = std::move(request)] {
      auto made = self->shared_.handler(request);
      const bool keep = self->keep_alive_;
      asio::post(self->stream_.get_executor(), [self, made = std::move(made), keep]() mutable { self->answer(std::move(made), keep); });
    });
  }

  void answer(WebAnswer made, bool keep_alive) {
    if (made.hang_up) return close();
    response_.emplace(static_cast<http::status>(made.status), http_1_1);
    for (auto &[name, value] : made.headers) response_->set(name, value);
    response_->keep_alive(keep_alive);
    response_->body() = std::move(made.body);
    response_->prepare_payload();
    stream_.expires_after(std::chrono::seconds(Server::idle_max_s));
    http::async_write(stream_, *response_, [self = shared_from_this(), keep_alive](beast::error_code error, std::size_t) {
      if (error || !keep_alive) return self->close();
      self->read();
    });
  }

  void close() {
    beast::error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_both, ignored);
    stream_.close();
  }

  beast::tcp_stream stream_;
  Shared &shared_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<http::response<http::string_body>> response_;
  bool keep_alive_ = false;
};

}  // namespace

std::string_view header(const WebHeaders &headers, std::string_view name) {
  for (const auto &[known, value] : headers)
    if (beast::iequals(known, name)) return value;
  return {};
}

struct Server::Impl {
  Impl(WebHandler handler, std::uint16_t port) : acceptor(io) {
    shared.handler = std::move(handler);
    const tcp::endpoint here(asio::ip::address_v4::loopback(), port);
    beast::error_code error;
    acceptor.open(here.protocol());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    acceptor.bind(here, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error)
      throw Failure(
          Status::unavailable, "port_taken",
          "port " + std::to_string(port) + " of 127.0.0.1: " + error.message() + "; stop who listens there, or pass 0 for a free one",
          "port");
    const auto number = std::to_string(acceptor.local_endpoint().port());
    shared.host_by_number = "127.0.0.1:" + number;
    shared.host_by_name = "localhost:" + number;
    accept();
    thread = std::thread([this] { io.run(); });
  }

  // Handlers that run are waited for; connections that wait end with the context. What still waits for a pool holds its connection, whose
  // socket belongs to the context: the pools go first.
  ~Impl() {
    io.stop();
    thread.join();
    for (auto *pool : {&shared.api, &shared.pages}) {
      (*pool)->stop();
      (*pool)->join();
      pool->reset();
    }
  }

  void accept() {
    acceptor.async_accept([this](beast::error_code error, tcp::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (!error && shared.connections < connections_max) {
        shared.connections++;
        beast::error_code ignored;
        socket.set_option(tcp::no_delay(true), ignored);
        std::make_shared<Connection>(std::move(socket), shared)->read();
      }
      accept();
    });
  }

  // In this order: connections are destroyed with the context, and count themselves down in `shared`.
  Shared shared;
  asio::io_context io{1};
  tcp::acceptor acceptor;
  std::thread thread;
};

Server::Server(WebHandler handler, std::uint16_t port) : impl_(std::make_unique<Impl>(std::move(handler), port)) {}
Server::~Server() = default;
std::uint16_t Server::port() const { return impl_->acceptor.local_endpoint().port(); }
std::string Server::url() const { return "http://" + impl_->shared.host_by_number; }

}  // namespace purser::sandbox
