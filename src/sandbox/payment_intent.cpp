#include "sandbox/call.hpp"
#include "sandbox/charge.hpp"
#include "sandbox/customer.hpp"
#include "sandbox/invoice.hpp"
#include "sandbox/payment.hpp"
#include "sandbox/payment_method.hpp"

namespace purser::sandbox {
namespace {

constexpr const char *intent_shape =
    R"({"id": null, "object": "payment_intent", "amount": 0, "amount_capturable": 0, "amount_details": {"tip": {}},
  "amount_received": 0, "application": null, "application_fee_amount": null, "automatic_payment_methods": null, "canceled_at": null,
  "cancellation_reason": null, "capture_method": "automatic", "client_secret": null, "confirmation_method": "automatic", "created": 0, "currency": null,
  "customer": null, "customer_account": null, "description": null, "excluded_payment_method_types": null, "last_payment_error": null, "latest_charge": null,
  "livemode": false, "managed_payments": {"enabled": false}, "metadata": {}, "next_action": null, "on_behalf_of": null,
  "payment_details": {"customer_reference": null, "order_reference": null}, "payment_method": null, "payment_method_configuration_details": null,
  "payment_method_options": {"card": {"installments": null, "mandate_options": null, "network": null, "request_three_d_secure": "automatic"}},
  "payment_method_types": ["card"], "processing": null, "receipt_email": null, "review": null, "setup_future_usage": null, "shipping": null, "source": null,
  "statement_descriptor": null, "statement_descriptor_suffix": null, "status": "requires_payment_method", "transfer_data": null, "transfer_group": null})";
constexpr const char *next_action_shape = R"({"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "stripe_3ds2_fingerprint"}})";

Object declined_error(World &world, std::string_view method, std::string_view charge) {
  Object error = card_declined(charge).error;
  error["payment_method"] = world.get(world.payment_methods, method);
  return error;
}

void check_amount(const Params &params) {
  const std::int64_t amount = params.integer("amount").value_or(0);
  if (amount >= 1) return;
  throw invalid_request(
      "The amount must be greater than or equal to the minimum charge amount allowed for your account and the currency set "
      "(https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts).  If you want to save a Payment Method for future use "
      "without an immediate "
      "payment, use a Setup Intent instead: https://docs.stripe.com/payments/setup-intents",
      "amount", "parameter_invalid_integer");
}

Value confirm_with(Call &call, const std::string &id, const Params &params) {
  World &world = call.world;
  std::string method = params.text("payment_method");
  if (!method.empty() && !world.payment_methods.find(method)) method = make_method(world, method, "payment_method");
  if (method.empty()) method = text(world.get(world.payment_intents, id), "payment_method");
  const Attempt outcome = attempt(world, id, method);
  invoice_intent_ended(world, id, outcome);
  const Object &intent = world.get(world.payment_intents, id);
  if (outcome == Attempt::no_method)
    throw invalid_request(
        "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a "
        "payment "
        "method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
        {}, "payment_intent_unexpected_state");
  if (outcome == Attempt::declined) throw attempt_failure(world, id, outcome);
  return intent;
}

Value create(Call &call) {
  World &world = call.world;
  const Params &params = call.params;
  params.only({"amount",
               "amount_details",
               "application_fee_amount",
               "automatic_payment_methods",
               "capture_method",
               "confirm",
               "confirmation_method",
               "currency",
               "customer",
               "customer_account",
               "description",
               "error_on_requires_action",
               "excluded_payment_method_types",
               "hooks",
               "mandate",
               "mandate_data",
               "metadata",
               "off_session",
               "on_behalf_of",
               "payment_details",
               "payment_method",
               "payment_method_configuration",
               "payment_method_data",
               "payment_method_options",
               "payment_method_types",
               "radar_options",
               "receipt_email",
               "return_url",
               "setup_future_usage",
               "shipping",
               "statement_descriptor",
               "statement_descriptor_suffix",
               "transfer_data",
               "transfer_group",
               "use_stripe_sdk"});
  params.required("amount");
  params.required("currency");
  check_amount(params);
  NewPayment made;
  made.amount = *params.integer("amount");
  made.currency = params.text("currency");
  made.customer = params.text("customer");
  if (!made.customer.empty()) required_customer(world, made.customer);
  made.method = params.text("payment_method");
  if (!made.method.empty() && !world.payment_methods.find(made.method)) made.method = make_method(world, made.method, "payment_method");
  made.description = params.text("description");
  const std::string id = make_payment_intent(world, made);
  Object &intent = world.row(world.payment_intents, id).object;
  merge_metadata(intent, params);
  intent.erase("payment_details");
  world.row(world.payment_intents, id).hidden["return_url"] = params.text("return_url");
  if (params.has("shipping")) intent["shipping"] = shipping(params.inside("shipping"), true);
  if (const std::string capture = params.word("capture_method", {"automatic", "automatic_async", "manual"}); !capture.empty())
    intent["capture_method"] = capture;
  for (const std::string_view key : {"receipt_email", "setup_future_usage", "transfer_group", "statement_descriptor"})
    if (params.has(key)) intent[key] = text_or_null(params.text(key));
  if (!params.has("payment_method_types")) intent["automatic_payment_methods"] = Object{{"allow_redirects", "always"}, {"enabled", true}};
  if (params.flag("confirm").value_or(false)) return confirm_with(call, id, params);
  return intent;
}

Value retrieve(Call &call) { return required_row(call.world.payment_intents, call.id(), "intent").object; }

Value update(Call &call) {
  World &world = call.world;
  required_row(world.payment_intents, call.id(), "intent");
  Object &intent = world.edit(world.payment_intents, call.id());
  if (call.params.has("amount")) {
    check_amount(call.params);
    intent["amount"] = *call.params.integer("amount");
  }
  for (const std::string_view key : {"description", "receipt_email"})
    if (call.params.has(key)) intent[key] = text_or_null(call.params.text(key));
  if (const std::string method = call.params.text("payment_method"); !method.empty()) {
    required_row(world.payment_methods, method, "payment_method");
    intent["payment_method"] = method;
    if (text(intent, "status") == "requires_payment_method") intent["status"] = "requires_confirmation";
  }
  merge_metadata(intent, call.params);
  return intent;
}

Value confirm(Call &call) {
  const Object &intent = required_row(call.world.payment_intents, call.id(), "intent").object;
  const std::string_view status = text(intent, "status");
  if (status == "succeeded" || status == "canceled")
    throw invalid_request(
        "You cannot confirm this PaymentIntent because it has a status of " + std::string(status) +
            ". Only a PaymentIntent with one of the following statuses may be confirmed: requires_confirmation, requires_action.",
        {}, "payment_intent_unexpected_state");
  return confirm_with(call, call.id(), call.params);
}

Value capture(Call &call) {
  World &world = call.world;
  const Row &row = required_row(world.payment_intents, call.id(), "intent");
  if (text(row.object, "status") != "requires_capture")
    throw invalid_request("This PaymentIntent could not be captured because it has a status of " + std::string(text(row.object, "status")) +
                              ". Only a PaymentIntent with one of the following statuses may be captured: requires_capture.",
                          {}, "payment_intent_unexpected_state");
  Object &intent = world.edit(world.payment_intents, call.id());
  capture_charge(world, text(intent, "latest_charge"), call.params.integer("amount_to_capture").value_or(number(intent, "amount")));
  intent["amount_capturable"] = 0;
  intent["amount_received"] = call.params.integer("amount_to_capture").value_or(number(intent, "amount"));
  intent["status"] = "succeeded";
  world.emit("payment_intent.succeeded", intent);
  return intent;
}

Value cancel(Call &call) {
  required_row(call.world.payment_intents, call.id(), "intent");
  cancel_intent(call.world, call.id(), call.params.text("cancellation_reason"));
  return call.world.get(call.world.payment_intents, call.id());
}

Value list(Call &call) {
  call.params.only({"created", "customer", "customer_account", "limit", "starting_after", "ending_before"});
  Listing listing;
  if (call.params.has("customer")) listing.equal.emplace_back("customer", call.params.text("customer"));
  return list_rows(call, call.world.payment_intents, listing);
}

}  // namespace

std::string make_payment_intent(World &world, const NewPayment &payment) {
  Object intent = shape(intent_shape);
  std::string id = world.ids.make("pi_");
  intent["id"] = id;
  intent["created"] = world.now_s();
  intent["client_secret"] = id + "_secret_" + world.ids.letters(25);
  intent["amount"] = payment.amount;
  intent["currency"] = payment.currency;
  intent["customer"] = text_or_null(payment.customer);
  intent["payment_method"] = text_or_null(payment.method);
  intent["description"] = text_or_null(payment.description);
  if (!payment.method.empty()) intent["status"] = "requires_confirmation";
  if (!payment.invoice.empty()) {
    inside(intent, "payment_details")["order_reference"] = payment.invoice;
    intent["setup_future_usage"] = "off_session";
  }
  world.insert(world.payment_intents, std::move(intent), "payment_intent.created");
  return id;
}

Attempt attempt(World &world, std::string_view id, std::string_view method, bool agreed) {
  Object &intent = world.edit(world.payment_intents, id);
  if (method.empty()) {
    intent["status"] = "requires_payment_method";
    return Attempt::no_method;
  }
  intent["payment_method"] = method;
  const Behaviour behaviour = behaviour_of(world, method);
  if (behaviour == Behaviour::asks && !agreed) {
    intent["status"] = "requires_action";
    intent["next_action"] = shape(next_action_shape);
    if (const std::string_view back = text(world.row(world.payment_intents, id).hidden, "return_url"); !back.empty())
      intent["next_action"] =
          Object{{"redirect_to_url",
                  Object{{"return_url", back}, {"url", "https://hooks.stripe.com/3d_secure_2/hosted?merchant=" + world.account}}},
                 {"type", "redirect_to_url"}};
    world.emit("payment_intent.requires_action", intent);
    return Attempt::needs_action;
  }
  if (behaviour != Behaviour::pays && !agreed) {
    const std::string charge = make_charge(world, intent, method, false);
    intent["latest_charge"] = charge;
    intent["status"] = "requires_payment_method";
    intent["payment_method"] = nullptr;
    intent["last_payment_error"] = declined_error(world, method, charge);
    world.emit("payment_intent.payment_failed", intent);
    return Attempt::declined;
  }
  const bool manual = text(intent, "capture_method") == "manual";
  intent["latest_charge"] = make_charge(world, intent, method, true);
  intent["last_payment_error"] = nullptr;
  intent["next_action"] = nullptr;
  intent["status"] = manual ? "requires_capture" : "succeeded";
  intent[manual ? "amount_capturable" : "amount_received"] = number(intent, "amount");
  world.emit(manual ? "payment_intent.amount_capturable_updated" : "payment_intent.succeeded", intent);
  return Attempt::succeeded;
}

Attempt agree(World &world, std::string_view id) {
  const std::string method(text(world.get(world.payment_intents, id), "payment_method"));
  const Attempt outcome = attempt(world, id, method, true);
  invoice_intent_ended(world, id, outcome);
  return outcome;
}

void cancel_intent(World &world, std::string_view id, std::string_view reason) {
  Object &intent = world.edit(world.payment_intents, id);
  const std::string_view status = text(intent, "status");
  if (status == "canceled" || status == "succeeded")
    throw invalid_request(
        "You cannot cancel this PaymentIntent because it has a status of " + std::string(status) +
            ". Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, requires_capture, "
            "requires_confirmation, requires_action, processing.",
        {}, "payment_intent_unexpected_state");
  intent["status"] = "canceled";
  intent["canceled_at"] = world.now_s();
  intent["cancellation_reason"] = text_or_null(reason);
  world.emit("payment_intent.canceled", intent);
}

ApiFailure attempt_failure(World &world, std::string_view id, Attempt outcome) {
  const Object &intent = world.get(world.payment_intents, id);
  if (outcome == Attempt::declined) return card_declined(text(intent, "latest_charge"), &intent);
  ApiFailure failure = invalid_request("This payment requires additional user action before it can be completed successfully.", {},
                                       "invoice_payment_intent_requires_action", 402);
  failure.error["type"] = "card_error";
  return failure;
}

std::vector<Route> payment_intent_routes() {
  return {{"POST", "/v1/payment_intents", create},
          {"GET", "/v1/payment_intents", list},
          {"GET", "/v1/payment_intents/:id", retrieve},
          {"POST", "/v1/payment_intents/:id", update},
          {"POST", "/v1/payment_intents/:id/confirm", confirm},
          {"POST", "/v1/payment_intents/:id/capture", capture},
          {"POST", "/v1/payment_intents/:id/cancel", cancel}};
}

}  // namespace purser::sandbox
