#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace purser::domain {

inline constexpr std::size_t account_max_bytes = 200;

/// The host's own string: 1 to 200 bytes without control characters.
inline bool valid_account(std::string_view account) {
  return !account.empty() && account.size() <= account_max_bytes &&
         std::none_of(account.begin(), account.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// When a closed account's subscriptions end. The numbers are ABI (PURSER_CLOSE_*).
enum class CloseWhen : std::int32_t { at_period_end = 0, now = 1 };
inline const char *name(CloseWhen when) { return when == CloseWhen::now ? "now" : "at_period_end"; }

}  // namespace purser::domain
