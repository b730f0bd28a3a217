#include "stripe/http_date.hpp"

#include <algorithm>
#include <array>

namespace purser::stripe {
namespace {

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::string_view form = "DDD, 00 MMM 0000 00:00:00 GMT";

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

/// Days since 1970-01-01 of the Gregorian calendar; years start in March, so that the leap day is the last.
std::int64_t days(std::int64_t year, std::int64_t month, std::int64_t day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = year / 400, of_era = year - era * 400;
  const std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

}  // namespace

std::optional<std::int64_t> http_date_s(std::string_view header) {
  if (header.size() != form.size() || header.substr(25) != form.substr(25) || header[3] != ',') return std::nullopt;
  const auto month = std::ranges::find(months, header.substr(8, 3));
  const auto day = number(header.substr(5, 2)), year = number(header.substr(12, 4));
  const auto hour = number(header.substr(17, 2)), minute = number(header.substr(20, 2)), second = number(header.substr(23, 2));
  if (month == months.end() || !day || !year || !hour || !minute || !second || *year < 1970) return std::nullopt;
  if (*day < 1 || *day > 31 || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return days(*year, month - months.begin() + 1, *day) * 86400 + *hour * 3600 + *minute * 60 + *second;
}

}  // namespace purser::stripe
