#include "stripe/field.hpp"
#include "stripe/reader.hpp"

namespace purser::stripe {

domain::StripeProduct read_stripe_product(const json::object &raw) {
  domain::StripeProduct p;
  p.deleted = flag(raw, "deleted");
  if (p.deleted) return p;
  p.name = text(raw, "name");
  p.active = flag(raw, "active");
  return p;
}

}  // namespace purser::stripe
