#include "domain/origin.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace purser::domain {
namespace {

constexpr std::string_view http = "http://";
constexpr std::string_view https = "https://";

bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool starts_with(std::string_view text, std::string_view start) {
  return text.size() >= start.size() && std::ranges::equal(text.substr(0, start.size()), start, {}, lower);
}

/// A name of letters, digits, `-`, `_` and `.`, or an IPv6 address in brackets. International names stand in their ASCII form.
bool is_host(std::string_view host) {
  if (host.starts_with('['))
    return host.size() > 2 && host.ends_with(']') && std::ranges::all_of(host.substr(1, host.size() - 2), [](char c) {
             return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'f') || c == ':' || c == '.';
           });
  return !host.empty() && !host.starts_with('.') && host.find("..") == host.npos &&
         std::ranges::all_of(host, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

bool is_port(std::string_view port) {
  return !port.empty() && port.size() <= 5 && port.front() != '0' && std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; });
}

struct Split {
  std::string origin;
  std::string_view rest;  ///< path, query, fragment
};

std::optional<Split> split(std::string_view url) {
  if (url.size() > url_max_bytes || !std::ranges::all_of(url, [](unsigned char c) { return c > ' ' && c != 0x7f && c != '\\'; }))
    return std::nullopt;
  const bool secure = starts_with(url, https);
  if (!secure && !starts_with(url, http)) return std::nullopt;
  std::string_view rest = url.substr(secure ? https.size() : http.size());
  const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  std::string_view authority = rest.substr(0, end);
  std::string_view port;
  const std::size_t colon = authority.rfind(':');
  if (colon != authority.npos && authority.find(']', colon) == authority.npos) {
    port = authority.substr(colon + 1);
    authority = authority.substr(0, colon);
    if (!is_port(port)) return std::nullopt;
  }
  if (!is_host(authority)) return std::nullopt;
  Split parts{std::string(secure ? https : http), rest.substr(end)};
  std::ranges::transform(authority, std::back_inserter(parts.origin), lower);
  if (!port.empty() && port != (secure ? "443" : "80")) parts.origin += ":" + std::string(port);
  return parts;
}

}  // namespace

std::optional<std::string> origin_of(std::string_view url) {
  auto parts = split(url);
  return parts ? std::optional(std::move(parts->origin)) : std::nullopt;
}

std::optional<std::string> exact_origin(std::string_view text) {
  auto parts = split(text);
  return parts && parts->rest.empty() ? std::optional(std::move(parts->origin)) : std::nullopt;
}

bool loopback(std::string_view origin) {
  if (!origin.starts_with(http)) return false;
  std::string_view host = origin.substr(http.size());
  if (const std::size_t colon = host.rfind(':'); colon != host.npos && host.find(']', colon) == host.npos) host = host.substr(0, colon);
  return host == "127.0.0.1" || host == "[::1]" || host == "localhost";
}

void require_allowed(std::string_view url, std::span<const std::string> allowed, const char *parameter) {
  const auto origin = origin_of(url);
  const std::string where(parameter);
  if (!origin)
    throw Failure(Status::invalid, "url_invalid",
                  where + ": expected an absolute http or https URL without user, blanks or backslashes, at most 2,048 bytes; correct it",
                  where);
  if (std::ranges::find(allowed, *origin) != allowed.end()) return;
  throw Failure(Status::refused, "origin_not_allowed",
                where + ": origin " + origin->substr(0, 100) +
                    (allowed.empty() ? " is not allowed, as none is; name it in allowed_origins or PURSER_ALLOWED_ORIGINS"
                                     : " is not among allowed_origins; redirects go to the host's own pages only"),
                where);
}

}  // namespace purser::domain
