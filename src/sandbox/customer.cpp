#include "sandbox/customer.hpp"

#include "sandbox/call.hpp"
#include "sandbox/coupon.hpp"
#include "sandbox/payment_method.hpp"
#include "sandbox/session.hpp"
#include "sandbox/subscription.hpp"

namespace purser::sandbox {
namespace {

constexpr const char *customer_shape = R"({"id": null, "object": "customer", "address": null, "balance": 0, "created": 0, "currency": null,
  "customer_account": null, "default_source": null, "delinquent": false, "description": null, "discount": null, "email": null, "invoice_prefix": null,
  "invoice_settings": {"custom_fields": null, "default_payment_method": null, "footer": null, "rendering_options": null}, "livemode": false, "metadata": {},
  "name": null, "next_invoice_sequence": 1, "phone": null, "preferred_locales": [], "shipping": null, "tax_exempt": "none", "test_clock": null})";

void take_invoice_settings(World &world, Object &customer, const Params &settings) {
  settings.only({"custom_fields", "default_payment_method", "footer", "rendering_options"});
  if (!settings.has("default_payment_method")) return;
  Value chosen;
  if (const std::string method = settings.text("default_payment_method"); !method.empty()) {
    const Row &row = required_row(world.payment_methods, method, settings.name("default_payment_method"));
    if (text(row.object, "customer") != text(customer, "id"))
      throw invalid_request(
          "The customer does not have a payment method with the ID " + method + ". The payment method must be attached to the customer.",
          settings.name("default_payment_method"), "resource_missing");
    chosen = method;
  }
  inside(customer, "invoice_settings")["default_payment_method"] = std::move(chosen);
}

void take(World &world, Object &customer, const Params &params) {
  params.only(
      {"address",        "balance",         "business_name",     "cash_balance",     "coupon",   "default_source", "description",
       "email",          "individual_name", "invoice_prefix",    "invoice_settings", "metadata", "name",           "next_invoice_sequence",
       "payment_method", "phone",           "preferred_locales", "promotion_code",   "shipping", "source",         "tax",
       "tax_exempt",     "tax_id_data",     "test_clock",        "validate"});
  check_email(params.text("email"));
  for (const std::string_view key : {"description", "email", "name", "phone"})
    if (params.has(key)) customer[key] = text_or_null(params.text(key));
  if (const auto balance = params.integer("balance")) customer["balance"] = *balance;
  if (params.has("tax_exempt")) {
    const std::string exempt = params.word("tax_exempt", {"exempt", "none", "reverse"});
    customer["tax_exempt"] = exempt.empty() ? "none" : exempt;
  }
  if (const std::string prefix = params.text("invoice_prefix"); !prefix.empty()) customer["invoice_prefix"] = prefix;
  if (params.has("address")) customer["address"] = params.unsets("address") ? Value() : Value(address(params.inside("address")));
  if (params.has("shipping")) customer["shipping"] = params.unsets("shipping") ? Value() : shipping(params.inside("shipping"));
  if (params.has("preferred_locales")) {
    Array locales;
    for (const std::string &locale : params.texts("preferred_locales")) locales.emplace_back(locale);
    customer["preferred_locales"] = std::move(locales);
  }
  merge_metadata(customer, params);
  take_invoice_settings(world, customer, params.inside("invoice_settings"));
}

Value create(Call &call) {
  World &world = call.world;
  Object customer = new_customer(world, {}, {});
  const std::string id(text(customer, "id"));
  take(world, customer, call.params);
  const std::string method = call.params.text("payment_method");
  if (!method.empty()) check_attachable(world, method, "payment_method");
  world.insert(world.customers, std::move(customer), "customer.created");
  if (!method.empty()) attach(world, method, id);
  return world.get(world.customers, id);
}

Value retrieve(Call &call) {
  const Row *row = call.world.customers.find(call.id());
  if (!row) throw no_such("customer", call.id(), "id");
  if (row->deleted) return deleted_stub(call.id(), "customer");
  return row->object;
}

Value update(Call &call) {
  World &world = call.world;
  required_row(world.customers, call.id());
  Object &customer = world.edit(world.customers, call.id());
  take(world, customer, call.params);
  return customer;
}

Value remove(Call &call) {
  required_row(call.world.customers, call.id());
  delete_customer(call.world, call.id());
  return deleted_stub(call.id(), "customer");
}

Value list(Call &call) {
  call.params.only({"created", "email", "limit", "starting_after", "ending_before", "test_clock"});
  Listing listing;
  if (call.params.has("email")) listing.equal.emplace_back("email", call.params.text("email"));
  return list_rows(call, call.world.customers, listing);
}

Value delete_discount(Call &call) {
  World &world = call.world;
  required_row(world.customers, call.id());
  Object &customer = world.edit(world.customers, call.id());
  if (!is_set(customer, "discount"))
    throw invalid_request("No active discount for customer: " + call.id(), "discount", "resource_missing", 404);
  Object gone = inside(customer, "discount");
  customer["discount"] = nullptr;
  world.emit("customer.discount.deleted", gone);
  gone["deleted"] = true;
  return gone;
}

Value list_methods(Call &call) {
  required_row(call.world.customers, call.id());
  Listing listing{{{"customer", call.id()}}, nullptr};
  if (call.params.has("type")) listing.equal.emplace_back("type", call.params.text("type"));
  return list_rows(call, call.world.payment_methods, listing);
}

Value retrieve_method(Call &call) {
  required_row(call.world.customers, call.id());
  const Row &row = required_row(call.world.payment_methods, call.id(1), "payment_method");
  if (text(row.object, "customer") != call.id()) throw no_such("PaymentMethod", call.id(1), "payment_method");
  return row.object;
}

}  // namespace

Object new_customer(World &world, std::string_view email, std::string_view name) {
  Object customer = shape(customer_shape);
  customer["id"] = world.ids.make("cus_");
  customer["created"] = world.now_s();
  customer["invoice_prefix"] = world.ids.upper(8);
  customer["email"] = text_or_null(email);
  customer["name"] = text_or_null(name);
  return customer;
}

Row &required_customer(World &world, std::string_view id, std::string_view parameter) {
  return required_row(world.customers, id, parameter);
}

void delete_customer(World &world, const std::string &id) {
  for (const std::size_t place : world.subscriptions.having("customer", id)) {
    const Object &subscription = world.subscriptions.at(place).object;
    if (is_live(subscription)) cancel_now(world, std::string(text(subscription, "id")), {});
  }
  for (const std::size_t place : world.payment_methods.having("customer", id))
    if (text(world.payment_methods.at(place).object, "customer") == id)
      detach(world, std::string(text(world.payment_methods.at(place).object, "id")));
  // Nobody is left who could pay; what Stripe makes of such a session is not documented.
  for (const std::size_t place : world.sessions.having("customer", id)) {
    const Object &session = world.sessions.at(place).object;
    if (text(session, "status") == "open") expire_session(world, text(session, "id"));
  }
  world.forget(world.customers, id);
  Row &row = world.row(world.customers, id);
  row.deleted = true;
  world.emit("customer.deleted", row.object);
}

void check_currency(World &world, std::string_view customer, std::string_view currency) {
  for (const std::size_t place : world.subscriptions.having("customer", customer)) {
    const Object &subscription = world.subscriptions.at(place).object;
    if (!is_live(subscription) || text(subscription, "currency") == currency) continue;
    throw invalid_request(
        "You cannot combine currencies on a single customer. This customer has an active subscription, subscription schedule, discount, "
        "quote, or invoice item with currency " +
        std::string(text(subscription, "currency")) + ".");
  }
}

void note_payment(World &world, std::string_view id, std::string_view currency, bool paid) {
  Row *row = world.customers.find(id);
  if (!row || row->deleted) return;
  Object &customer = world.edit(world.customers, id);
  if (!is_set(customer, "currency")) customer["currency"] = currency;
  customer["delinquent"] = !paid;
}

std::vector<Route> customer_routes() {
  return {{"POST", "/v1/customers", create},
          {"GET", "/v1/customers", list},
          {"GET", "/v1/customers/:id", retrieve},
          {"POST", "/v1/customers/:id", update},
          {"DELETE", "/v1/customers/:id", remove},
          {"DELETE", "/v1/customers/:id/discount", delete_discount},
          {"GET", "/v1/customers/:id/payment_methods", list_methods},
          {"GET", "/v1/customers/:id/payment_methods/:id", retrieve_method}};
}

}  // namespace purser::sandbox
