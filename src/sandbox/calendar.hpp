// Billing periods in UTC, as Stripe counts them: the nth month after the 31st is the last day of that month, and the one after is the 31st
// again.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace purser::sandbox {

/// `anchor_s` + `count` days, weeks, months or years; the time of day stays, a day that a month does not have becomes its last.
std::int64_t add_interval(std::int64_t anchor_s, std::string_view interval, std::int64_t count);
/// The first `anchor_s` + n · (interval · interval_count) after `now_s`; n may be negative.
std::int64_t period_end_after(std::int64_t anchor_s, std::string_view interval, std::int64_t interval_count, std::int64_t now_s);
/// The latest that is not after `now_s`.
std::int64_t period_start_before(std::int64_t anchor_s, std::string_view interval, std::int64_t interval_count, std::int64_t now_s);
/// `10 Nov 2025`, as descriptions of prorations have it.
std::string day_text(std::int64_t at_s);
/// `Fri, 09 Apr 2021 17:40:26 GMT`: the Date header.
std::string http_date(std::int64_t at_s);

}  // namespace purser::sandbox
