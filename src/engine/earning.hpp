// Connect: what a connected account earned, and what of it reached its bank.
#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace purser::engine {

struct Earned {
  std::string currency;
  std::int64_t accrued = 0, reversed = 0, reserved = 0, paid = 0, failed = 0, available = 0;
};
BOOST_DESCRIBE_STRUCT(Earned, (), (currency, accrued, reversed, reserved, paid, failed, available))
struct EarningEntry {
  std::string kind, id, status, currency;
  std::int64_t amount = 0, reversed = 0;
  TimeMs created_ms = 0, arrival_ms = 0;
};
BOOST_DESCRIBE_STRUCT(EarningEntry, (), (kind, id, status, currency, amount, reversed, created_ms, arrival_ms))
struct Earnings {
  std::string stripe_account;
  bool charges_enabled = false, payouts_enabled = false;
  std::vector<Earned> sums;
  std::vector<EarningEntry> entries;
  std::string next;
};
BOOST_DESCRIBE_STRUCT(Earnings, (), (stripe_account, charges_enabled, payouts_enabled, sums, entries, next))

}  // namespace purser::engine
