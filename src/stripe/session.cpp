#include "stripe/field.hpp"
#include "stripe/reader.hpp"

namespace purser::stripe {

domain::Session read_session(const json::object &raw) {
  domain::Session s;
  s.status = text(raw, "status");
  s.payment_status = text(raw, "payment_status");
  s.mode = text(raw, "mode");
  s.customer = id(raw, "customer");
  s.subscription = id(raw, "subscription");
  s.payment_intent = id(raw, "payment_intent");
  s.invoice = id(raw, "invoice");
  s.client_reference_id = text(raw, "client_reference_id");
  if (const json::object *details = child(raw, "customer_details")) s.email = text(*details, "email");
  if (s.email.empty()) s.email = text(raw, "customer_email");  // what checkout was opened with, until the buyer typed another
  s.amount_total = integer(raw, "amount_total");
  s.currency = text(raw, "currency");
  s.metadata = metadata(raw);
  return s;
}

}  // namespace purser::stripe
