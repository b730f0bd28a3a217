// What the built-in clients send at all, judged before anything is opened.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "ports/http.hpp"

namespace purser::adapters {

struct HttpUrl {
  bool tls = true;
  std::string host;       ///< lower case, an IPv6 address without brackets
  std::string authority;  ///< for the Host header: brackets, and the port where it is another than the scheme's
  std::string port;
  std::string target;  ///< begins with `/`
};
/// nullopt: not absolute, another scheme, a user name in it, a fragment, a byte that must be escaped, http to anything but loopback.
std::optional<HttpUrl> read_url(std::string_view url);
bool loopback(std::string_view host);
/// An IPv4 or IPv6 address, without brackets.
bool is_address(const std::string &host);

/// The first thing wrong with a request, empty if none: its method, a header that would break the message or that is the client's own.
std::string fault_of(const ports::HttpRequest &request);
/// May be sent a second time without harm.
bool repeatable(const ports::HttpRequest &request);

}  // namespace purser::adapters
