#include "stripe/field.hpp"
#include "stripe/reader.hpp"

namespace purser::stripe {

domain::Dispute read_dispute(const json::object &raw) {
  domain::Dispute d;
  d.charge = id(raw, "charge");
  d.payment_intent = id(raw, "payment_intent");
  d.amount = integer(raw, "amount");
  d.currency = text(raw, "currency");
  d.status = text(raw, "status");
  d.reason = text(raw, "reason");
  return d;
}

}  // namespace purser::stripe
