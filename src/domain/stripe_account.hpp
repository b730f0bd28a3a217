// A connected account: whether it can be paid. Nobody's name or papers.
#pragma once
#include <boost/describe/class.hpp>

namespace purser::domain {

struct StripeAccount {
  bool charges_enabled = false;
  bool payouts_enabled = false;
  bool details_submitted = false;
  bool operator==(const StripeAccount &) const = default;
};
BOOST_DESCRIBE_STRUCT(StripeAccount, (), (charges_enabled, payouts_enabled, details_submitted))

}  // namespace purser::domain
