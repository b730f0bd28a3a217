#include "stripe/field.hpp"
#include "stripe/reader.hpp"

namespace purser::stripe {

domain::Payout read_payout(const json::object &raw) {
  domain::Payout p;
  p.amount = integer(raw, "amount");
  p.currency = text(raw, "currency");
  p.status = text(raw, "status");
  p.arrival_date_s = integer(raw, "arrival_date");
  if (p.arrival_date_s == 0) p.arrival_date_s = integer(raw, "date");  // its name while payouts were transfers
  p.failure_code = text(raw, "failure_code");
  p.created_s = integer(raw, "created");
  return p;
}

}  // namespace purser::stripe
