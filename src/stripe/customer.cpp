#include "stripe/field.hpp"
#include "stripe/reader.hpp"

namespace purser::stripe {

domain::Customer read_customer(const json::object &raw) {
  if (flag(raw, "deleted")) return deleted_customer();
  domain::Customer c;
  c.email = text(raw, "email");
  c.name = text(raw, "name");
  c.phone = text(raw, "phone");
  c.currency = text(raw, "currency");
  c.delinquent = flag(raw, "delinquent");
  if (const json::object *settings = child(raw, "invoice_settings")) c.default_payment_method = id(*settings, "default_payment_method");
  c.default_source = id(raw, "default_source");
  c.metadata = metadata(raw);
  return c;
}

}  // namespace purser::stripe
