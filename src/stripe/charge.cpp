#include "stripe/field.hpp"
#include "stripe/reader.hpp"

namespace purser::stripe {

domain::Charge read_charge(const json::object &raw) {
  domain::Charge c;
  c.customer = id(raw, "customer");
  c.payment_intent = id(raw, "payment_intent");
  c.invoice = id(raw, "invoice");
  c.amount = integer(raw, "amount");
  c.amount_refunded = integer(raw, "amount_refunded");
  c.refunded = flag(raw, "refunded");
  c.disputed = flag(raw, "disputed") || !id(raw, "dispute").empty();  // the dispute itself stood there before `disputed`
  c.status = text(raw, "status");
  if (c.status == "paid") c.status = "succeeded";  // its name before 2014-12-17
  if (c.status.empty() && field(raw, "paid")) c.status = flag(raw, "paid") ? "succeeded" : "failed";
  c.currency = text(raw, "currency");
  c.created_s = integer(raw, "created");
  return c;
}

}  // namespace purser::stripe
