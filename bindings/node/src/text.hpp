// JavaScript strings as the C ABI's texts: NUL-terminated UTF-8. A string that holds a NUL or half a surrogate pair has no such form: it is
// refused, never cut or replaced, because two different account ids must not become one.
#pragma once
#include <node_api.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

namespace purser_node {

/// Four UTF-16 units at once, where all are ASCII and none is NUL; else false and nothing is written.
inline bool four_to_utf8(const char16_t *wide, char *out) {
  std::uint64_t units;
  std::memcpy(&units, wide, sizeof units);
  constexpr std::uint64_t ones = 0x0001000100010001, beyond_ascii = 0xFF80FF80FF80FF80;
  const bool has_nul = (units - ones) & ~units & (ones << 15);
  if (units & beyond_ascii || has_nul) return false;
  units |= units >> 8;
  const std::uint32_t bytes = static_cast<std::uint32_t>((units & 0xFFFF) | (units >> 16 & 0xFFFF0000));
  std::memcpy(out, &bytes, sizeof bytes);
  return true;
}

/// Writes at most 3 * length + 1 bytes, the NUL included. False for a NUL inside and for half a surrogate pair.
inline bool to_utf8(const char16_t *wide, std::size_t length, char *out) {
  std::size_t i = 0;
  for (; i + 4 <= length && four_to_utf8(wide + i, out); i += 4) out += 4;
  for (; i < length; ++i) {
    std::uint32_t c = wide[i];
    if (c == 0) return false;
    if (c < 0x80) {
      *out++ = static_cast<char>(c);
      continue;
    }
    if (c >= 0xD800 && c < 0xE000) {
      const bool pair = c < 0xDC00 && i + 1 < length && wide[i + 1] >= 0xDC00 && wide[i + 1] < 0xE000;
      if (!pair) return false;
      c = 0x10000 + ((c - 0xD800) << 10) + (wide[++i] - 0xDC00u);
      *out++ = static_cast<char>(0xF0 | c >> 18);
      *out++ = static_cast<char>(0x80 | (c >> 12 & 0x3F));
    } else if (c >= 0x800) {
      *out++ = static_cast<char>(0xE0 | c >> 12);
    }
    *out++ = static_cast<char>(c >= 0x800 ? 0x80 | (c >> 6 & 0x3F) : 0xC0 | c >> 6);
    *out++ = static_cast<char>(0x80 | (c & 0x3F));
  }
  *out = '\0';
  return true;
}

/// A text of any length; nothing for a string without such a form. The value must be a string.
std::optional<std::string> text_of(napi_env env, napi_value string);

/// Any string, as bytes; what has no UTF-8 form becomes U+FFFD, as in Buffer.from.
std::string bytes_of(napi_env env, napi_value string);

}  // namespace purser_node
