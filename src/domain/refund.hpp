// Money given back.
#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <span>
#include <string>

#include "domain/join.hpp"

namespace purser::domain {

struct Refund {
  std::string charge;  ///< may be empty: then the payment says whose it is
  std::string payment_intent;
  std::int64_t amount = 0;
  std::string status;  ///< pending < requires_action < succeeded < failed, canceled: a bank may refuse one that had succeeded
  std::string currency;
  bool operator==(const Refund &) const = default;
};
BOOST_DESCRIBE_STRUCT(Refund, (), (charge, payment_intent, amount, status, currency))

Refund join(std::span<const Seen<Refund>> facts);

}  // namespace purser::domain
