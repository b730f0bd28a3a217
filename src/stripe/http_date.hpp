// The Date header (RFC 9110 section 5.6.7): `Tue, 15 Nov 1994 08:12:31 GMT`.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace purser::stripe {

/// Unix seconds; nullopt for every other form. Servers send no other since 1997.
std::optional<std::int64_t> http_date_s(std::string_view header);

}  // namespace purser::stripe
