#include "sandbox/call.hpp"
#include "sandbox/customer.hpp"
#include "sandbox/invoice.hpp"
#include "sandbox/payment_method.hpp"
#include "sandbox/subscription.hpp"

namespace purser::sandbox {
namespace {

Value create(Call &call) {
  World &world = call.world;
  const Params &params = call.params;
  params.only({"account_tax_ids",
               "application_fee_amount",
               "auto_advance",
               "automatic_tax",
               "automatically_finalizes_at",
               "collection_method",
               "currency",
               "custom_fields",
               "customer",
               "customer_account",
               "days_until_due",
               "default_payment_method",
               "default_source",
               "default_tax_rates",
               "description",
               "discounts",
               "due_date",
               "effective_at",
               "footer",
               "from_invoice",
               "issuer",
               "metadata",
               "number",
               "on_behalf_of",
               "payment_settings",
               "pending_invoice_items_behavior",
               "rendering",
               "shipping_cost",
               "shipping_details",
               "statement_descriptor",
               "subscription",
               "transfer_data"});
  NewInvoice made;
  made.customer = params.required("customer");
  const Object &customer = required_customer(world, made.customer).object;
  made.subscription = params.text("subscription");
  if (!made.subscription.empty()) required_row(world.subscriptions, made.subscription, "subscription");
  made.reason = "manual";
  made.currency = params.text("currency");
  if (made.currency.empty()) made.currency = is_set(customer, "currency") ? text(customer, "currency") : "usd";
  made.period_start_s = made.period_end_s = world.now_s();
  made.auto_advance = params.flag("auto_advance").value_or(false);
  made.takes_pending_items = params.text("pending_invoice_items_behavior") == "include";
  if (params.word("collection_method", {"charge_automatically", "send_invoice"}) == "send_invoice") {
    made.collection_method = "send_invoice";
    made.days_until_due = days_until_due(params);
  }
  const std::string id = make_invoice(world, made);
  Object &invoice = world.edit(world.invoices, id);
  if (params.has("description")) invoice["description"] = text_or_null(params.text("description"));
  merge_metadata(invoice, params);
  return invoice;
}

Value retrieve(Call &call) { return required_row(call.world.invoices, call.id()).object; }

Value update(Call &call) {
  required_row(call.world.invoices, call.id());
  Object &invoice = call.world.edit(call.world.invoices, call.id());
  if (call.params.has("description")) invoice["description"] = text_or_null(call.params.text("description"));
  if (const auto advance = call.params.flag("auto_advance")) invoice["auto_advance"] = *advance;
  merge_metadata(invoice, call.params);
  return invoice;
}

Value list(Call &call) {
  const Params &params = call.params;
  params.only({"collection_method", "created", "customer", "customer_account", "due_date", "limit", "starting_after", "ending_before",
               "status", "subscription"});
  Listing listing;
  for (const std::string_view member : {"subscription", "customer", "status", "collection_method"})
    if (params.has(member)) listing.equal.emplace_back(member, params.text(member));
  return list_rows(call, call.world.invoices, listing);
}

const Object &in_status(Call &call, std::initializer_list<std::string_view> allowed, const char *verb) {
  const Object &invoice = required_row(call.world.invoices, call.id(), "invoice").object;
  const std::string_view status = text(invoice, "status");
  for (const std::string_view each : allowed)
    if (each == status) return invoice;
  if (status == "paid") throw invalid_request("Invoice is already paid", {}, "invoice_already_paid");
  throw invalid_request("This invoice can no longer be " + std::string(verb) + ": its status is " + std::string(status) + ".", {},
                        "invoice_not_editable");
}

Value pay(Call &call) {
  World &world = call.world;
  call.params.only({"forgive", "mandate", "off_session", "paid_out_of_band", "payment_method", "source"});
  const Object &invoice = in_status(call, {"draft", "open", "uncollectible"}, "paid");
  const std::string subscription = invoice_subscription(invoice);
  std::string method = call.params.text("payment_method");
  if (!method.empty()) required_row(world.payment_methods, method, "payment_method");
  if (method.empty())
    method =
        paying_method(world, text(invoice, "customer"), subscription.empty() ? nullptr : &world.get(world.subscriptions, subscription));
  if (text(invoice, "status") == "draft") finalize_invoice(world, call.id());
  if (text(invoice, "status") == "paid") return invoice;
  if (method.empty())
    throw invalid_request(
        "There is no `default_payment_method` set on this Customer or Invoice. Please set a default payment method or pass one.", {},
        "invoice_no_payment_method_types");
  const Attempt outcome = pay_invoice(world, call.id(), method);
  if (outcome == Attempt::declined) throw card_declined();
  if (outcome == Attempt::needs_action)
    throw invalid_request("This payment requires additional user action before it can be completed successfully.", {},
                          "invoice_payment_intent_requires_action", 402);
  return invoice;
}

Value finalize(Call &call) {
  const Object &invoice = in_status(call, {"draft"}, "finalized");
  finalize_invoice(call.world, call.id());
  return invoice;
}

Value void_it(Call &call) {
  const Object &invoice = in_status(call, {"open", "uncollectible"}, "voided");
  void_invoice(call.world, call.id());
  return invoice;
}

Value uncollectible(Call &call) {
  const Object &invoice = in_status(call, {"open"}, "marked uncollectible");
  mark_uncollectible(call.world, call.id());
  return invoice;
}

Value lines(Call &call) {
  const Object &invoice = required_row(call.world.invoices, call.id()).object;
  return list_object(listed(invoice, "lines"), false, call.path);
}

Value preview(Call &call) {
  World &world = call.world;
  const std::string subscription = call.params.text("subscription"), customer = call.params.text("customer");
  for (const char *change : {"subscription_details", "schedule_details", "invoice_items"})
    if (call.params.has(change))
      throw invalid_request("This sandbox previews the next invoice as it stands, and no changes of it.", change);
  if (subscription.empty() && customer.empty())
    throw invalid_request("You must either provide a `customer` or a `subscription` to the upcoming invoice endpoint.");
  if (!subscription.empty()) return upcoming_invoice(world, required_row(world.subscriptions, subscription, "subscription").object);
  const Object &owner = required_customer(world, customer).object;
  for (const std::size_t place : world.subscriptions.having("customer", customer)) {
    const Object &each = world.subscriptions.at(place).object;
    if (!is_live(each)) continue;
    return upcoming_invoice(world, each);
  }
  throw invalid_request("No upcoming invoices for customer: " + std::string(text(owner, "id")), "customer", "invoice_upcoming_none", 404);
}

Value old_upcoming(Call &call) { return preview(call); }

Value list_payments(Call &call) {
  const Params &params = call.params;
  params.only({"created", "invoice", "limit", "starting_after", "ending_before", "payment", "status"});
  const Params payment = params.inside("payment");
  const std::string intent = payment.text("payment_intent");
  Listing listing;
  for (const std::string_view member : {"invoice", "status"})
    if (params.has(member)) listing.equal.emplace_back(member, params.text(member));
  if (!intent.empty()) listing.equal.insert(listing.equal.begin(), {"payment_intent", intent});
  return list_rows(call, call.world.invoice_payments, listing);
}

Value retrieve_payment(Call &call) { return required_row(call.world.invoice_payments, call.id()).object; }

}  // namespace

std::vector<Route> invoice_routes() {
  return {{"POST", "/v1/invoices", create},
          {"GET", "/v1/invoices", list},
          {"POST", "/v1/invoices/create_preview", preview},
          {"GET", "/v1/invoices/upcoming", old_upcoming},
          {"GET", "/v1/invoices/:id", retrieve},
          {"POST", "/v1/invoices/:id", update},
          {"POST", "/v1/invoices/:id/pay", pay},
          {"POST", "/v1/invoices/:id/finalize", finalize},
          {"POST", "/v1/invoices/:id/void", void_it},
          {"POST", "/v1/invoices/:id/mark_uncollectible", uncollectible},
          {"GET", "/v1/invoices/:id/lines", lines},
          {"GET", "/v1/invoice_payments", list_payments},
          {"GET", "/v1/invoice_payments/:id", retrieve_payment}};
}

}  // namespace purser::sandbox
