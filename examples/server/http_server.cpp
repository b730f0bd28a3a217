#include "http_server.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <cctype>
#include <thread>

namespace host {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::beast::error_code;
using boost::beast::tcp_stream;

constexpr std::size_t body_max_bytes = 1'100'000;  // above a webhook's 1 MiB, which the engine refuses with its own words
constexpr std::uint32_t header_max_bytes = 32 * 1024;
constexpr std::chrono::seconds idle_max{30};
constexpr std::size_t drained_max_bytes = 16 * 1024 * 1024;
constexpr int connections_max = 512;
constexpr int answering_threads = 24;
constexpr auto caught = asio::as_tuple(asio::use_awaitable);

std::string lower(std::string_view text) {
  std::string made(text);
  std::transform(made.begin(), made.end(), made.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return made;
}

Request read(const http::request<http::string_body> &from) {
  Request request;
  request.method = std::string(from.method_string());
  request.target = std::string(from.target());
  const std::size_t question = request.target.find('?');
  request.path = decoded(std::string_view(request.target).substr(0, question), false);
  if (question != std::string::npos) request.query = read_form(std::string_view(request.target).substr(question + 1));
  for (const auto &field : from) request.headers.emplace(lower(field.name_string()), std::string(field.value()));
  request.body = from.body();
  return request;
}

http::response<http::string_body> written(const Response &from, unsigned version, bool keep_alive, bool head) {
  http::response<http::string_body> made(static_cast<http::status>(from.status), version);
  made.set(http::field::content_type, from.type);
  for (const auto &[name, value] : from.headers) made.insert(name, value);
  made.keep_alive(keep_alive);
  // HEAD has the length of GET's body, and no body.
  made.content_length(from.body.size());
  if (!head) made.body() = from.body;
  return made;
}

Response refusal(const error_code &error) {
  if (error == http::error::body_limit) return {413, "text/plain; charset=utf-8", "the body is too large\n"};
  if (error == http::error::header_limit) return {431, "text/plain; charset=utf-8", "the headers are too large\n"};
  return {400, "text/plain; charset=utf-8", "that is no HTTP request\n"};
}

}  // namespace

struct HttpServer::Impl {
  asio::io_context io{1};
  tcp::acceptor acceptor{io};
  asio::thread_pool pool{answering_threads};
  std::thread loop;
  Answer answer;
  int connections = 0;  // touched on the loop's thread only

  asio::awaitable<void> accept() {
    for (;;) {
      auto [error, socket] = co_await acceptor.async_accept(caught);
      if (error == asio::error::operation_aborted) co_return;
      if (error || connections >= connections_max) continue;
      asio::co_spawn(io, converse(tcp_stream(std::move(socket))), asio::detached);
    }
  }

  asio::awaitable<void> converse(tcp_stream stream) {
    connections++;
    boost::beast::flat_buffer buffer;
    bool more = true;
    while (more) {
      http::request_parser<http::string_body> parser;
      parser.body_limit(body_max_bytes);
      parser.header_limit(header_max_bytes);
      stream.expires_after(idle_max);
      const auto [error, size] = co_await http::async_read(stream, buffer, parser, caught);
      if (error == http::error::end_of_stream || (error && error.category() != http::make_error_code(http::error::body_limit).category()))
        break;
      if (error) {
        co_await refuse(stream, refusal(error));
        break;
      }
      more = co_await converse_once(stream, parser.get());
    }
    error_code ignored;
    stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
    connections--;
  }

  /// True where the connection may go on.
  asio::awaitable<bool> converse_once(tcp_stream &stream, const http::request<http::string_body> &message) {
    stream.expires_never();  // an answer may wait for Stripe; the engine's calls end by themselves
    const Request request = read(message);
    const Response response = co_await asio::co_spawn(pool, answering(request), asio::use_awaitable);
    stream.expires_after(idle_max);
    const bool head = message.method() == http::verb::head;
    auto made = written(response, message.version(), message.keep_alive(), head);
    http::response_serializer<http::string_body> serializer(made);
    const auto [error, size] =
        head ? co_await http::async_write_header(stream, serializer, caught) : co_await http::async_write(stream, serializer, caught);
    co_return !error && made.keep_alive();
  }

  // A named coroutine with a reference: GCC 12 destroys the captures of a lambda inside co_await twice.
  asio::awaitable<Response> answering(const Request &request) { co_return answer(request); }

  /// Answers and reads on for a while: a peer that is still sending would otherwise see a reset instead of the answer.
  asio::awaitable<void> refuse(tcp_stream &stream, const Response &response) {
    stream.expires_after(std::chrono::seconds(5));
    auto made = written(response, 11, false, false);
    co_await http::async_write(stream, made, caught);
    error_code ignored;
    stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    std::string drained(64 * 1024, '\0');
    for (std::size_t total = 0; total < drained_max_bytes;) {
      const auto [error, size] = co_await stream.async_read_some(asio::buffer(drained), caught);
      if (error) break;
      total += size;
    }
  }
};

HttpServer::HttpServer(std::uint16_t port) : impl_(std::make_unique<Impl>()) {
  const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
  impl_->acceptor.open(endpoint.protocol());
  impl_->acceptor.set_option(tcp::acceptor::reuse_address(true));
  impl_->acceptor.bind(endpoint);
  impl_->acceptor.listen();
}

HttpServer::~HttpServer() { stop(); }

std::uint16_t HttpServer::port() const { return impl_->acceptor.local_endpoint().port(); }

void HttpServer::start(Answer answer) {
  impl_->answer = std::move(answer);
  asio::co_spawn(impl_->io, impl_->accept(), asio::detached);
  impl_->loop = std::thread([this] { impl_->io.run(); });
}

void HttpServer::stop() {
  if (!impl_->loop.joinable()) return;
  impl_->pool.join();  // what is being answered ends
  impl_->io.stop();
  impl_->loop.join();
}

}  // namespace host
