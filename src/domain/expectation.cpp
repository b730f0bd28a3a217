#include "domain/expectation.hpp"

#include <algorithm>

namespace purser::domain {
namespace {

TimeMs after(std::int64_t at_s, TimeMs told_ms) { return at_s > 0 ? add_ms(to_ms(at_s), told_ms) : forever_ms; }

}  // namespace

TimeMs expected_by(const Subscription &s, const Catalog &catalog) {
  if (terminal_status(s.status)) return forever_ms;
  const TimeMs cancelled = after(s.cancel_at, cancellation_is_told_ms);
  if (s.status == "trialing") return std::min(cancelled, after(s.trial_end, change_is_told_ms));
  if (s.status == "active")
    return std::min(cancelled, after(s.period_end(), s.cancel_at_period_end ? cancellation_is_told_ms : change_is_told_ms));
  if (s.status == "incomplete") return after(s.period_start(), incomplete_lives_ms);
  if (s.status == "past_due")
    return std::min(cancelled, after(s.period_start(), std::max<TimeMs>(0, catalog.grace_days * day_ms - before_grace_ends_ms)));
  return cancelled;
}

TimeMs ask_at(TimeMs expected, TimeMs now, Heard heard) {
  if (expected > now) return expected;
  if (heard == Heard::by_event) return add_ms(now, change_is_told_ms);
  return add_ms(now, std::clamp(now - expected, hour_ms, day_ms));
}

}  // namespace purser::domain
