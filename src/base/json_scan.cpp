#include "base/json_scan.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace purser::json {
namespace {

/// \uXXXX without its `\u`.
std::optional<std::uint32_t> hex4(const char *p, const char *end) {
  std::uint32_t unit = 0;
  if (end - p < 4) return {};
  for (int i = 0; i < 4; ++i) {
    const char c = p[i];
    const char lower = static_cast<char>(c | 0x20);
    if (!detail::is_digit(c) && (lower < 'a' || lower > 'f')) return {};
    unit = unit * 16 + static_cast<std::uint32_t>(detail::is_digit(c) ? c - '0' : lower - 'a' + 10);
  }
  return unit;
}

bool leads(std::uint32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool trails(std::uint32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

struct Escaped {
  std::uint32_t code_point;
  const char *end;
};
/// After `\u`.
std::optional<Escaped> unicode_escape(const char *p, const char *end) {
  const auto unit = hex4(p, end);
  if (!unit || trails(*unit)) return {};
  if (!leads(*unit)) return Escaped{*unit, p + 4};
  if (end - p < 6 || p[4] != '\\' || p[5] != 'u') return {};
  const auto trail = hex4(p + 6, end);
  if (!trail || !trails(*trail)) return {};
  return Escaped{0x10000 + ((*unit - 0xD800) << 10) + (*trail - 0xDC00), p + 10};
}

void append_utf8(std::string &out, std::uint32_t c) {
  const auto byte = [&](std::uint32_t b) { out += static_cast<char>(b); };
  if (c < 0x80) return byte(c);
  if (c < 0x800) {
    byte(0xC0 | c >> 6);
  } else {
    if (c < 0x10000) {
      byte(0xE0 | c >> 12);
    } else {
      byte(0xF0 | c >> 18);
      byte(0x80 | (c >> 12 & 0x3F));
    }
    byte(0x80 | (c >> 6 & 0x3F));
  }
  byte(0x80 | (c & 0x3F));
}

constexpr std::string_view escape_letters = "\"\\/bfnrt";
constexpr std::string_view escape_bytes = "\"\\/\b\f\n\r\t";

}  // namespace

namespace detail {

const char *skip_escape(const char *p, const char *end) {
  if (p == end) return nullptr;
  if (*p != 'u') return escape_letters.find(*p) != std::string_view::npos ? p + 1 : nullptr;
  const auto escaped = unicode_escape(p + 1, end);
  return escaped ? escaped->end : nullptr;
}

// Unicode 15, table 3-7: no overlong form, no surrogate, nothing above U+10FFFF.
const char *skip_utf8(const char *p, const char *end) {
  const auto byte = [&](std::ptrdiff_t i) -> unsigned { return i < end - p ? static_cast<unsigned char>(p[i]) : 0; };
  const auto continues = [&](std::ptrdiff_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned first = byte(0), second = byte(1);
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? p + 2 : nullptr;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool good = second >= (first == 0xE0 ? 0xA0u : 0x80u) && second <= (first == 0xED ? 0x9Fu : 0xBFu);
    return good && continues(2) ? p + 3 : nullptr;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool good = second >= (first == 0xF0 ? 0x90u : 0x80u) && second <= (first == 0xF4 ? 0x8Fu : 0xBFu);
    return good && continues(2) && continues(3) ? p + 4 : nullptr;
  }
  return nullptr;
}

bool beyond_double(std::string_view number) {
  double d = 0;
  const auto error = std::from_chars(number.data(), number.data() + number.size(), d).ec;
  if (error != std::errc::result_out_of_range) return false;
  // Too large or too small: from_chars does not say. Decided by the power of ten of the first digit that is not 0.
  const std::size_t e = number.find_first_of("eE");
  const std::string_view mantissa = number.substr(0, e);
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  const std::size_t first = mantissa.find_first_of("123456789");
  const auto power = static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first);
  std::int64_t exponent = 0;
  if (e != std::string_view::npos) {
    const std::string_view digits = number.substr(e + (number[e + 1] == '+' ? 2 : 1));
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (read.ec == std::errc::result_out_of_range) return digits.front() != '-';
  }
  return exponent > -power;
}

}  // namespace detail

std::string unescape(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  const char *const end = raw.data() + raw.size();
  for (const char *p = raw.data(); p < end;) {
    if (*p != '\\') {
      out += *p++;
    } else if (p[1] != 'u') {
      out += escape_bytes[escape_letters.find(p[1])];
      p += 2;
    } else {
      const auto escaped = unicode_escape(p + 2, end);
      append_utf8(out, escaped->code_point);
      p = escaped->end;
    }
  }
  return out;
}

}  // namespace purser::json
