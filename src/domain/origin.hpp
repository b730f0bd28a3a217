// Where a browser may be sent: absolute http(s) URLs of origins that the host has named, exactly (RFC 6454).
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace purser::domain {

inline constexpr std::size_t url_max_bytes = 2048;

/// scheme://host[:port] in lower case, the scheme's own port left out. nullopt unless the text is an absolute http or https URL without
/// user, password, backslash, white space or control character: what a browser could read otherwise than we do is no URL here.
std::optional<std::string> origin_of(std::string_view url);
/// As origin_of, for a text that is an origin and nothing more: what a host lists.
std::optional<std::string> exact_origin(std::string_view text);
/// http on 127.0.0.1, [::1] or localhost.
bool loopback(std::string_view origin);

/// Throws invalid (url_invalid) or refused (origin_not_allowed) with the parameter at fault. `allowed` holds what exact_origin gave.
void require_allowed(std::string_view url, std::span<const std::string> allowed, const char *parameter);

}  // namespace purser::domain
