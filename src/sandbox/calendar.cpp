#include "sandbox/calendar.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace purser::sandbox {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::int64_t day_s = 86'400;
constexpr const char *months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr const char *weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

std::int64_t days_of(std::int64_t at_s) { return at_s >= 0 ? at_s / day_s : -((day_s - 1 - at_s) / day_s); }
sys_days day_of(std::int64_t at_s) { return sys_days(std::chrono::days(days_of(at_s))); }

std::int64_t add_months(std::int64_t at_s, std::int64_t count) {
  const year_month_day date(day_of(at_s));
  const auto month = date.year() / date.month() + std::chrono::months(count);
  const year_month_day last(month / std::chrono::last);
  const year_month_day moved = month / std::min(date.day(), last.day());
  return sys_days(moved).time_since_epoch().count() * day_s + (at_s - days_of(at_s) * day_s);
}

/// How long one interval is at least, in seconds: for a first guess that never overshoots by much.
std::int64_t about_s(std::string_view interval) {
  if (interval == "day") return day_s;
  if (interval == "week") return 7 * day_s;
  return interval == "month" ? 30 * day_s : 365 * day_s;
}

/// The greatest n with anchor + n intervals <= now.
std::int64_t whole_periods(std::int64_t anchor_s, std::string_view interval, std::int64_t each, std::int64_t now_s) {
  std::int64_t n = (now_s - anchor_s) / (about_s(interval) * each);
  while (add_interval(anchor_s, interval, n * each) > now_s) --n;
  while (add_interval(anchor_s, interval, (n + 1) * each) <= now_s) ++n;
  return n;
}

}  // namespace

std::int64_t add_interval(std::int64_t anchor_s, std::string_view interval, std::int64_t count) {
  if (interval == "day") return anchor_s + count * day_s;
  if (interval == "week") return anchor_s + count * 7 * day_s;
  return add_months(anchor_s, interval == "month" ? count : 12 * count);
}

std::int64_t period_end_after(std::int64_t anchor_s, std::string_view interval, std::int64_t interval_count, std::int64_t now_s) {
  return add_interval(anchor_s, interval, (whole_periods(anchor_s, interval, interval_count, now_s) + 1) * interval_count);
}

std::int64_t period_start_before(std::int64_t anchor_s, std::string_view interval, std::int64_t interval_count, std::int64_t now_s) {
  return add_interval(anchor_s, interval, whole_periods(anchor_s, interval, interval_count, now_s) * interval_count);
}

std::string day_text(std::int64_t at_s) {
  const year_month_day date(day_of(at_s));
  char out[32];
  std::snprintf(out, sizeof out, "%02u %s %d", unsigned(date.day()), months[unsigned(date.month()) - 1], int(date.year()));
  return out;
}

std::string http_date(std::int64_t at_s) {
  const sys_days day = day_of(at_s);
  const year_month_day date(day);
  const int second = static_cast<int>(at_s - days_of(at_s) * day_s);
  char out[64];
  std::snprintf(out, sizeof out, "%s, %02u %s %04d %02d:%02d:%02d GMT", weekdays[std::chrono::weekday(day).c_encoding()],
                unsigned(date.day()), months[unsigned(date.month()) - 1], int(date.year()), second / 3600, second / 60 % 60, second % 60);
  return out;
}

}  // namespace purser::sandbox
