#include "stripe/field.hpp"
#include "stripe/reader.hpp"

namespace purser::stripe {

domain::Refund read_refund(const json::object &raw) {
  domain::Refund r;
  r.charge = id(raw, "charge");
  r.payment_intent = id(raw, "payment_intent");
  r.amount = integer(raw, "amount");
  r.status = text(raw, "status");
  r.currency = text(raw, "currency");
  return r;
}

}  // namespace purser::stripe
