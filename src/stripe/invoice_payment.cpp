#include "stripe/field.hpp"
#include "stripe/reader.hpp"

namespace purser::stripe {

domain::InvoicePayment read_invoice_payment(const json::object &raw) {
  domain::InvoicePayment p;
  p.invoice = id(raw, "invoice");
  if (const json::object *payment = child(raw, "payment")) {
    p.payment_intent = id(*payment, "payment_intent");
    p.charge = id(*payment, "charge");
  }
  p.status = text(raw, "status");
  p.amount_paid = integer(raw, "amount_paid");
  p.currency = text(raw, "currency");
  return p;
}

}  // namespace purser::stripe
