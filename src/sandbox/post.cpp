#include "sandbox/post.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <chrono>
#include <vector>

#include "base/error.hpp"

namespace purser::sandbox {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr unsigned http_1_1 = 11;
constexpr std::size_t url_max_bytes = 2048;

[[noreturn]] void refuse(std::string_view found) {
  throw Failure(Status::refused, "not_on_loopback",
                "url: expected http://127.0.0.1:PORT/path or http://localhost:PORT/path, found " + std::string(found) +
                    "; the sandbox talks to this machine only",
                "url");
}

// A server may listen on one of the two addresses that `localhost` has.
std::vector<tcp::endpoint> endpoints_of(const LoopbackUrl &url) {
  std::vector<tcp::endpoint> found{{asio::ip::address_v4::loopback(), url.port}};
  if (url.host == "localhost") found.emplace_back(asio::ip::address_v6::loopback(), url.port);
  return found;
}

http::request<http::string_body> request_of(const LoopbackUrl &url, const WebHeaders &headers, std::string_view body) {
  http::request<http::string_body> request(http::verb::post, url.target, http_1_1);
  request.set(http::field::host, url.host + ":" + std::to_string(url.port));
  for (const auto &[name, value] : headers) request.set(name, value);
  request.body() = body;
  request.prepare_payload();
  request.keep_alive(false);
  return request;
}

// Connect, write, read, each started by the one before.
struct Exchange {
  asio::io_context io{1};
  beast::tcp_stream stream{io};
  beast::flat_buffer buffer;
  http::request<http::string_body> request;
  http::response_parser<http::string_body> parser;
  std::vector<tcp::endpoint> endpoints;
  beast::error_code error = beast::error::timeout;

  void start() {
    stream.async_connect(endpoints, [this](beast::error_code failed, const tcp::endpoint &) {
      if ((error = failed)) return;
      error = beast::error::timeout;
      http::async_write(stream, request, [this](beast::error_code unsent, std::size_t) {
        if ((error = unsent)) return;
        error = beast::error::timeout;
        http::async_read(stream, buffer, parser, [this](beast::error_code unread, std::size_t) { error = unread; });
      });
    });
  }
};

}  // namespace

LoopbackUrl read_loopback(std::string_view url) {
  constexpr std::string_view scheme = "http://";
  if (url.size() > url_max_bytes) refuse("a text of " + std::to_string(url.size()) + " bytes");
  for (const char c : url)
    if (c <= ' ' || c == 0x7f) refuse("a space or control character");
  if (!url.starts_with(scheme)) refuse("another scheme");
  url.remove_prefix(scheme.size());
  const auto end = std::min(url.find_first_of("/?#"), url.size());
  const auto authority = url.substr(0, end);
  const auto colon = std::min(authority.find(':'), authority.size());
  LoopbackUrl read{std::string(authority.substr(0, colon)), 80, std::string(url.substr(end, url.find('#') - end))};
  if (read.host != "127.0.0.1" && read.host != "localhost") refuse("another host");
  if (colon < authority.size()) {
    const auto digits = authority.substr(colon + 1);
    const auto done = std::from_chars(digits.data(), digits.data() + digits.size(), read.port);
    if (done.ec != std::errc() || done.ptr != digits.data() + digits.size() || read.port == 0) refuse("a wrong port");
  }
  if (!read.target.starts_with('/')) read.target.insert(0, 1, '/');
  return read;
}

Posted post(const LoopbackUrl &url, const WebHeaders &headers, std::string_view body, std::int64_t timeout_ms) {
  Exchange exchange;
  exchange.request = request_of(url, headers, body);
  exchange.parser.body_limit(Server::body_max_bytes);
  exchange.endpoints = endpoints_of(url);
  exchange.start();
  exchange.io.run_for(std::chrono::milliseconds(timeout_ms));
  if (exchange.error)
    return {0, exchange.error == beast::error::timeout ? "no answer in " + std::to_string(timeout_ms) + " ms" : exchange.error.message()};
  return {static_cast<std::int32_t>(exchange.parser.get().result_int()), {}};
}

}  // namespace purser::sandbox
