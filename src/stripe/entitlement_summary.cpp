// Stripe's entitlements: the summary in an event, and the list that says the whole of it.
#include "stripe/field.hpp"
#include "stripe/object_type.hpp"

namespace purser::stripe {
namespace {

domain::StripeEntitlement read_entitlement(const json::object &raw) {
  domain::StripeEntitlement e{id(raw, "feature"), text(raw, "lookup_key")};
  if (const json::object *feature = child(raw, "feature"); feature && e.lookup_key.empty()) e.lookup_key = text(*feature, "lookup_key");
  return e;
}

}  // namespace

domain::EntitlementSummary read_entitlement_summary(const json::object &raw) {
  domain::EntitlementSummary s;
  s.customer = id(raw, "customer");
  if (const json::array *entitlements = list(raw, "entitlements"))
    for (const json::value &element : *entitlements)
      if (const json::object *entitlement = json::as_object(&element)) s.entitlements.push_back(read_entitlement(*entitlement));
  domain::sort(s.entitlements);
  if (const json::object *entitlements = child(raw, "entitlements")) s.has_more = flag(*entitlements, "has_more");
  return s;
}

Observation observe_entitlement_list(std::string customer, std::span<const json::object *const> elements, bool has_more, bool livemode,
                                     std::string stripe_account) {
  domain::EntitlementSummary s;
  for (const json::object *element : elements) s.entitlements.push_back(read_entitlement(*element));
  domain::sort(s.entitlements);
  s.has_more = has_more;
  s.customer = customer;
  Observation o;
  o.key = {livemode, std::move(stripe_account), std::string(summary_type), customer};
  o.customer = std::move(customer);
  o.post_record = record(s);
  o.event.post = sha256(o.post_record);
  return o;
}

}  // namespace purser::stripe
