// Payment Links: a URL that makes a checkout session for whoever opens it, with what stands in the URL.
#include "sandbox/call.hpp"
#include "sandbox/price.hpp"
#include "sandbox/session.hpp"

namespace purser::sandbox {
namespace {

constexpr const char *link_shape = R"({"id": null, "object": "payment_link", "active": true,
  "after_completion": {"hosted_confirmation": {"custom_message": null}, "type": "hosted_confirmation"}, "allow_promotion_codes": false, "application": null,
  "application_fee_amount": null, "application_fee_percent": null, "automatic_tax": {"enabled": false, "liability": null}, "billing_address_collection": "auto",
  "consent_collection": null, "currency": null, "custom_fields": [],
  "custom_text": {"after_submit": null, "shipping_address": null, "submit": null, "terms_of_service_acceptance": null}, "customer_creation": "if_required",
  "inactive_message": null, "invoice_creation": null, "livemode": false, "managed_payments": {"enabled": false}, "metadata": {}, "on_behalf_of": null,
  "optional_items": null, "payment_intent_data": null, "payment_method_collection": "always", "payment_method_options": null, "payment_method_types": null,
  "phone_number_collection": {"enabled": false}, "restrictions": null, "shipping_address_collection": null, "shipping_options": [], "submit_type": "auto",
  "subscription_data": null, "tax_id_collection": {"enabled": false, "required": "never"}, "transfer_data": null, "url": null})";

Value create(Call &call) {
  World &world = call.world;
  const Params &params = call.params;
  Object link = shape(link_shape);
  const std::string id = world.ids.make("plink_");
  Array lines;
  bool recurring = false;
  for (const Params &each : params.list("line_items")) {
    const std::string price = each.required("price");
    const Object &found = required_row(world.prices, price, each.name("price")).object;
    recurring = recurring || is_recurring(found);
    link["currency"] = found.at("currency");
    lines.push_back(Object{{"price", price}, {"quantity", std::to_string(each.integer("quantity").value_or(1))}});
  }
  if (lines.empty()) throw missing_parameter("line_items");
  link["id"] = id;
  link["allow_promotion_codes"] = params.flag("allow_promotion_codes").value_or(false);
  if (recurring) link["customer_creation"] = "always";
  link["payment_method_collection"] = recurring ? "always" : "if_required";
  link["url"] = (world.page_base.empty() ? "https://buy.stripe.com" : world.page_base) + "/b/" + id;
  merge_metadata(link, params);
  Row &row = world.insert(world.payment_links, std::move(link), "payment_link.created");
  row.hidden = {{"mode", recurring ? "subscription" : "payment"}, {"lines", std::move(lines)}};
  return row.object;
}

Value retrieve(Call &call) { return required_row(call.world.payment_links, call.id()).object; }

Value update(Call &call) {
  required_row(call.world.payment_links, call.id());
  Object &link = call.world.edit(call.world.payment_links, call.id());
  if (const auto active = call.params.flag("active")) link["active"] = *active;
  merge_metadata(link, call.params);
  return link;
}

Value list(Call &call) {
  const auto active = call.params.flag("active");
  return list_rows(call, call.world.payment_links, {{}, [&](const Row &row) { return !active || flag(row.object, "active") == *active; }});
}

/// What the link's URL does, as a verb of the sandbox: `POST /v1/payment_links/plink_…/open` with client_reference_id, prefilled_email.
Value open(Call &call) {
  World &world = call.world;
  call.params.only({"client_reference_id", "locale", "prefilled_email"});
  const Row &row = required_row(world.payment_links, call.id());
  if (!flag(row.object, "active")) throw invalid_request("This payment link is not active.", {}, "payment_link_inactive");
  Object given = {{"mode", row.hidden.at("mode")}, {"success_url", "https://stripe.com"}};
  Object lines;
  for (const Value &line : elements(row.hidden, "lines")) lines[std::to_string(lines.size())] = line;
  given["line_items"] = std::move(lines);
  if (call.params.has("client_reference_id")) given["client_reference_id"] = call.params.text("client_reference_id");
  if (call.params.has("prefilled_email")) given["customer_email"] = call.params.text("prefilled_email");
  if (flag(row.object, "allow_promotion_codes")) given["allow_promotion_codes"] = "true";
  Object metadata;
  for (const auto &member : inside(row.object, "metadata")) metadata[member.key()] = member.value();
  if (!metadata.empty()) given["metadata"] = std::move(metadata);
  const Value parameters = std::move(given);
  return world.get(world.sessions, make_session(world, Params(parameters), call.id()));
}

}  // namespace

std::vector<Route> payment_link_routes() {
  return {{"POST", "/v1/payment_links", create},
          {"GET", "/v1/payment_links", list},
          {"GET", "/v1/payment_links/:id", retrieve},
          {"POST", "/v1/payment_links/:id", update},
          {"POST", "/v1/payment_links/:id/open", open}};
}

}  // namespace purser::sandbox
