#include "sandbox/call.hpp"
#include "sandbox/customer.hpp"
#include "sandbox/payment.hpp"
#include "sandbox/payment_method.hpp"

namespace purser::sandbox {
namespace {

constexpr const char *setup_shape = R"({"id": null, "object": "setup_intent", "application": null,
  "automatic_payment_methods": {"allow_redirects": "always", "enabled": true}, "cancellation_reason": null, "client_secret": null, "created": 0, "customer": null,
  "customer_account": null, "description": null, "excluded_payment_method_types": null, "flow_directions": null, "last_setup_error": null,
  "latest_attempt": null, "livemode": false, "mandate": null, "metadata": {}, "next_action": null, "on_behalf_of": null, "payment_method": null,
  "payment_method_configuration_details": null,
  "payment_method_options": {"card": {"mandate_options": null, "network": null, "request_three_d_secure": "automatic"}},
  "payment_method_types": ["card"], "single_use_mandate": null, "status": "requires_payment_method", "usage": "off_session"})";

Value create(Call &call) {
  World &world = call.world;
  const Params &params = call.params;
  const std::string customer = params.text("customer");
  if (!customer.empty()) required_customer(world, customer);
  std::string method = params.text("payment_method");
  if (!method.empty() && !world.payment_methods.find(method)) method = make_method(world, method, "payment_method");
  const bool confirmed = params.flag("confirm").value_or(false) && !method.empty();
  const std::string id = make_setup_intent(world, customer, method, confirmed);
  Object &intent = world.row(world.setup_intents, id).object;
  if (params.has("usage")) intent["usage"] = params.word("usage", {"off_session", "on_session"});
  merge_metadata(intent, params);
  return intent;
}

Value retrieve(Call &call) { return required_row(call.world.setup_intents, call.id(), "intent").object; }

Value confirm(Call &call) {
  World &world = call.world;
  required_row(world.setup_intents, call.id(), "intent");
  Object &intent = world.edit(world.setup_intents, call.id());
  std::string method = call.params.text("payment_method");
  if (!method.empty() && !world.payment_methods.find(method)) method = make_method(world, method, "payment_method");
  if (method.empty()) method = text(intent, "payment_method");
  if (method.empty())
    throw invalid_request("You cannot confirm this SetupIntent because it's missing a payment method.", {},
                          "setup_intent_unexpected_state");
  intent["payment_method"] = method;
  intent["status"] = "succeeded";
  world.emit("setup_intent.succeeded", intent);
  return intent;
}

Value list(Call &call) {
  Listing listing;
  if (call.params.has("customer")) listing.equal.emplace_back("customer", call.params.text("customer"));
  return list_rows(call, call.world.setup_intents, listing);
}

}  // namespace

std::string make_setup_intent(World &world, std::string_view customer, std::string_view method, bool succeeded) {
  Object intent = shape(setup_shape);
  std::string id = world.ids.make("seti_");
  intent["id"] = id;
  intent["created"] = world.now_s();
  intent["client_secret"] = id + "_secret_" + world.ids.letters(30);
  intent["customer"] = text_or_null(customer);
  intent["payment_method"] = text_or_null(method);
  if (!method.empty()) intent["status"] = "requires_confirmation";
  Object &made = world.insert(world.setup_intents, std::move(intent), "setup_intent.created").object;
  if (succeeded) {
    made["status"] = "succeeded";
    world.emit("setup_intent.succeeded", made);
  }
  return id;
}

std::vector<Route> setup_intent_routes() {
  return {{"POST", "/v1/setup_intents", create},
          {"GET", "/v1/setup_intents", list},
          {"GET", "/v1/setup_intents/:id", retrieve},
          {"POST", "/v1/setup_intents/:id/confirm", confirm}};
}

}  // namespace purser::sandbox
