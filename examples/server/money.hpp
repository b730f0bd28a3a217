// Amounts and moments as people read them.
#pragma once
#include <cstdint>
#include <string>

namespace host {

/// 4900, usd -> $49; 450, eur -> €4.50; 4900, jpy -> ¥4,900; 4900, chf -> CHF 49
std::string money(std::int64_t minor, const std::string &currency);
/// 12500 -> 12,500
std::string grouped(std::int64_t number);
/// month, 1 -> per month; month, 3 -> every 3 months; once -> once
std::string per(const std::string &interval, std::int64_t count);
/// month, 1 -> Monthly; month, 3 -> Every 3 months
std::string adverb(const std::string &interval, std::int64_t count);
/// 14 December 2026 (UTC)
std::string date(std::int64_t at_ms);
/// 14 December 2026, 09:30 UTC
std::string date_and_time(std::int64_t at_ms);

}  // namespace host
