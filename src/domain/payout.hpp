// Money sent from a balance to a bank. A payout can be paid, and failed later: no status is final.
#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <string>

namespace purser::domain {

struct Payout {
  std::int64_t amount = 0;
  std::string currency;
  std::string status;  ///< pending, in_transit, paid, failed, canceled
  std::int64_t arrival_date_s = 0;
  std::string failure_code;
  std::int64_t created_s = 0;
  bool operator==(const Payout &) const = default;
};
BOOST_DESCRIBE_STRUCT(Payout, (), (amount, currency, status, arrival_date_s, failure_code, created_s))

}  // namespace purser::domain
