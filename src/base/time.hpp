// Time is a parameter: unix milliseconds here and in the API; Stripe's unix seconds only at the wire, in names ending `_s`.
#pragma once
#include <cstdint>
#include <limits>

namespace purser {

using TimeMs = std::int64_t;
inline constexpr TimeMs forever_ms = std::numeric_limits<TimeMs>::max();
inline constexpr TimeMs second_ms = 1000;
inline constexpr TimeMs hour_ms = 3600 * second_ms;
inline constexpr TimeMs day_ms = 24 * hour_ms;

/// Seconds → milliseconds, saturating: hostile numbers cannot overflow.
constexpr TimeMs to_ms(std::int64_t seconds) {
  constexpr std::int64_t most = std::numeric_limits<TimeMs>::max() / second_ms;
  if (seconds > most) return forever_ms;
  if (seconds < -most) return -forever_ms;
  return seconds * second_ms;
}
/// a + b, saturating.
constexpr TimeMs add_ms(TimeMs a, TimeMs b) {
  TimeMs sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return b > 0 ? forever_ms : -forever_ms;
  return sum;
}

}  // namespace purser
