#pragma once
#include <algorithm>
#include <cstddef>
#include <string_view>

namespace purser::domain {

inline constexpr std::size_t account_max_bytes = 200;

/// The host's own string: 1 to 200 bytes without control characters.
inline bool valid_account(std::string_view account) {
  return !account.empty() && account.size() <= account_max_bytes &&
         std::none_of(account.begin(), account.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace purser::domain
