#include "story_browser.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <stdexcept>

namespace host::story {
namespace {

namespace http = boost::beast::http;
using boost::asio::ip::tcp;

constexpr std::uint64_t answer_max_bytes = 16 * 1024 * 1024;

struct Address {
  std::string authority;
  std::uint16_t port;
  std::string target;
};

Address read_address(const std::string &url) {
  constexpr std::string_view scheme = "http://127.0.0.1:";
  if (!url.starts_with(scheme)) throw std::runtime_error("expected an address on 127.0.0.1, found " + url);
  const std::size_t slash = url.find('/', scheme.size());
  const std::string port = url.substr(scheme.size(), slash - scheme.size());
  return {"127.0.0.1:" + port, static_cast<std::uint16_t>(std::stoul(port)),
          slash == std::string::npos ? "/" : url.substr(slash, url.find('#') - slash)};
}

}  // namespace

Response Browser::request(const std::string &method, const std::string &url, const std::string &body, const std::string &type) {
  const Address address = read_address(url);
  boost::asio::io_context io;
  boost::beast::tcp_stream stream(io);
  stream.connect(tcp::endpoint(boost::asio::ip::address_v4::loopback(), address.port));
  http::request<http::string_body> sent(http::string_to_verb(method), address.target, 11);
  sent.set(http::field::host, address.authority);
  sent.set(http::field::connection, "close");
  const bool own = url.starts_with(origin_);
  if (own && !cookie_.empty()) sent.set(http::field::cookie, cookie_);
  if (!type.empty()) sent.set(http::field::content_type, type);
  if (method == "POST" && own) sent.set(http::field::origin, origin_);
  sent.body() = body;
  sent.prepare_payload();
  http::write(stream, sent);
  boost::beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(answer_max_bytes);
  http::read(stream, buffer, parser);
  const auto &got = parser.get();
  Response response;
  response.status = static_cast<int>(got.result_int());
  response.body = got.body();
  for (const auto &field : got) response.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  if (const auto set = got.find(http::field::set_cookie); own && set != got.end()) {
    const std::string value(set->value());
    cookie_ = value.substr(0, value.find(';'));
  }
  return response;
}

}  // namespace host::story
