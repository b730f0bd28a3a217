#include "stripe/field.hpp"
#include "stripe/reader.hpp"

namespace purser::stripe {

domain::StripePrice read_stripe_price(const json::object &raw) {
  domain::StripePrice p;
  p.deleted = flag(raw, "deleted");
  if (p.deleted) return p;
  p.product = id(raw, "product");
  p.lookup_key = text(raw, "lookup_key");
  p.currency = text(raw, "currency");
  // `unit_amount_decimal` is a string that is a whole number where `unit_amount` says the same.
  auto amount = json::as_integer(field(raw, "unit_amount"));
  if (!amount) amount = json::as_integer(field(raw, "unit_amount_decimal"));
  p.unit_amount = amount.value_or(-1);
  p.type = text(raw, "type");
  p.active = flag(raw, "active");
  if (const json::object *recurring = child(raw, "recurring")) {
    p.interval = text(*recurring, "interval");
    p.interval_count = json::as_integer(field(*recurring, "interval_count")).value_or(1);
  }
  return p;
}

}  // namespace purser::stripe
