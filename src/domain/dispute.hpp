// A buyer's bank takes money back, or asks. No evidence.
#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "domain/join.hpp"

namespace purser::domain {

struct Dispute {
  std::string charge;
  std::string payment_intent;
  std::int64_t amount = 0;
  std::string currency;
  std::string status;  ///< warning_needs_response < warning_under_review < needs_response < under_review < the closed ones
  std::string reason;
  bool operator==(const Dispute &) const = default;
};
BOOST_DESCRIBE_STRUCT(Dispute, (), (charge, payment_intent, amount, currency, status, reason))

/// won, lost, warning_closed, prevented, charge_refunded: nothing more is to come.
bool closed_dispute(std::string_view status);
Dispute join(std::span<const Seen<Dispute>> facts);

}  // namespace purser::domain
