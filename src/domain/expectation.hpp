// When Stripe must have changed a subscription, by its own fields: the only cure for a lost last event (FOLD.md section 5).
#pragma once
#include "base/time.hpp"
#include "domain/catalog.hpp"
#include "domain/subscription.hpp"

namespace purser::domain {

/// A renewal, a trial's end or a cancellation is told within this time, or its message is lost.
inline constexpr TimeMs change_is_told_ms = 15 * 60 * second_ms;
inline constexpr TimeMs cancellation_is_told_ms = hour_ms;
inline constexpr TimeMs incomplete_lives_ms = 24 * hour_ms;
/// Before grace ends, whether it was paid after all is asked once more.
inline constexpr TimeMs before_grace_ends_ms = hour_ms;

/// The first moment at which the state must have been followed by another one; forever_ms: nothing is expected of it.
TimeMs expected_by(const Subscription &subscription, const Catalog &catalog);

/// When to ask next, as of `now`. What was just heard from Stripe itself and is overdue nevertheless (a draft invoice, an outage there) is
/// asked again after as long as it is overdue, between an hour and a day; what came by an event, which may be old, within minutes.
enum class Heard { by_event, by_fetch };
TimeMs ask_at(TimeMs expected, TimeMs now, Heard heard);

}  // namespace purser::domain
