#include "adapters/http_url.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace purser::adapters {
namespace {

bool token_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}
bool token(std::string_view text) { return !text.empty() && std::ranges::all_of(text, token_character); }

bool host_character(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_'; }

bool starts(std::string_view &text, std::string_view prefix) {
  if (text.size() < prefix.size() || !ports::same_name(text.substr(0, prefix.size()), prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool read_port(std::string_view text, HttpUrl &url) {
  int port = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (fault != std::errc() || end != text.data() + text.size() || port < 1 || port > 65535) return false;
  url.port = std::to_string(port);
  return true;
}

/// host[:port], without a user name.
bool read_authority(std::string_view text, HttpUrl &url) {
  const bool bracket = text.starts_with('[');
  const std::size_t end = bracket ? text.find(']') : text.find(':');
  url.host = text.substr(bracket ? 1 : 0, end == std::string_view::npos ? end : end - (bracket ? 1 : 0));
  std::ranges::transform(url.host, url.host.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (bracket && (end == std::string_view::npos || !is_address(url.host))) return false;
  if (!bracket && (url.host.empty() || !std::ranges::all_of(url.host, host_character))) return false;
  url.port = url.tls ? "443" : "80";
  url.authority = bracket ? "[" + url.host + "]" : url.host;
  std::string_view rest = end == std::string_view::npos ? std::string_view() : text.substr(end + (bracket ? 1 : 0));
  if (rest.empty()) return true;
  const std::string standard = url.port;
  if (!rest.starts_with(':') || !read_port(rest.substr(1), url)) return false;
  if (url.port != standard) url.authority += ":" + url.port;
  return true;
}

}  // namespace

bool is_address(const std::string &host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes;
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 || inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

bool loopback(std::string_view host) {
  return host == "localhost" || host == "::1" || (host.starts_with("127.") && is_address(std::string(host)));
}

std::optional<HttpUrl> read_url(std::string_view url) {
  if (std::ranges::any_of(url, [](char c) { return c <= ' ' || c >= '\x7f' || c == '\\' || c == '#'; })) return std::nullopt;
  HttpUrl read;
  if (!starts(url, "https://")) {
    if (!starts(url, "http://")) return std::nullopt;
    read.tls = false;
  }
  const std::size_t end = std::min(url.find_first_of("/?"), url.size());
  if (!read_authority(url.substr(0, end), read)) return std::nullopt;
  if (!read.tls && !loopback(read.host)) return std::nullopt;
  read.target = url.substr(end);
  if (!read.target.starts_with('/')) read.target.insert(0, "/");
  return read;
}

std::string fault_of(const ports::HttpRequest &request) {
  static constexpr std::array<std::string_view, 3> methods{"GET", "POST", "DELETE"};
  static constexpr std::array<std::string_view, 8> own{"host", "content-length", "transfer-encoding", "connection", "upgrade", "expect",
                                                       "te",   "accept-encoding"};
  if (std::ranges::find(methods, request.method) == methods.end()) return "expected GET, POST or DELETE, found another method";
  if (request.method == "GET" && !request.body.empty()) return "expected no body with GET; put the parameters into the URL";
  for (const ports::HttpHeader &header : request.headers) {
    const std::string &name = header.name, &value = header.value;
    if (!token(name)) return "expected a header name, found characters that none can have";
    if (std::ranges::any_of(own, [&](std::string_view mine) { return ports::same_name(mine, name); }))
      return "the header " + name + " is the client's own; leave it out";
    if (std::ranges::any_of(value, [](char c) { return c == '\r' || c == '\n' || c == '\0'; }))
      return "expected one line as the value of " + name + ", found a line end";
  }
  return {};
}

bool repeatable(const ports::HttpRequest &request) {
  return request.method != "POST" ||
         std::ranges::any_of(request.headers, [](const ports::HttpHeader &h) { return ports::same_name(h.name, "idempotency-key"); });
}

}  // namespace purser::adapters
