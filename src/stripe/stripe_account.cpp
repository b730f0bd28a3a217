#include "stripe/field.hpp"
#include "stripe/reader.hpp"

namespace purser::stripe {

domain::StripeAccount read_stripe_account(const json::object &raw) {
  domain::StripeAccount a;
  a.charges_enabled = flag(raw, "charges_enabled");
  a.payouts_enabled = flag(raw, "payouts_enabled") || flag(raw, "transfers_enabled");  // its name before 2017-04-06
  a.details_submitted = flag(raw, "details_submitted");
  return a;
}

}  // namespace purser::stripe
