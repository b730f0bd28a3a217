#include "sandbox/payment_method.hpp"

#include <array>

#include "sandbox/call.hpp"
#include "sandbox/customer.hpp"
#include "sandbox/invoice.hpp"
#include "sandbox/subscription.hpp"

namespace purser::sandbox {
namespace {

constexpr const char *method_shape = R"({"id": null, "object": "payment_method", "allow_redisplay": "unspecified",
  "billing_details": {"address": {"city": null, "country": null, "line1": null, "line2": null, "postal_code": null, "state": null}, "email": null, "name": null,
    "phone": null, "tax_id": null},
  "created": 0, "customer": null, "customer_account": null, "livemode": false, "metadata": {}, "type": "card"})";
constexpr const char *card_shape =
    R"({"brand": "visa", "checks": {"address_line1_check": null, "address_postal_code_check": null, "cvc_check": "pass"},
  "country": "US", "display_brand": "visa", "exp_month": 12, "exp_year": 2034, "fingerprint": null, "funding": "credit", "generated_from": null, "last4": "4242",
  "networks": {"available": ["visa"], "preferred": null}, "regulated_status": "unregulated", "three_d_secure_usage": {"supported": true}, "wallet": null})";

struct TestCard {
  std::string_view token, number, brand, last4;
  Behaviour behaviour;
};
// docs.stripe.com/testing
constexpr std::array cards = {TestCard{"pm_card_visa", "4242424242424242", "visa", "4242", Behaviour::pays},
                              TestCard{"pm_card_visa_debit", "4000056655665556", "visa", "5556", Behaviour::pays},
                              TestCard{"pm_card_mastercard", "5555555555554444", "mastercard", "4444", Behaviour::pays},
                              TestCard{"pm_card_amex", "378282246310005", "amex", "8431", Behaviour::pays},
                              TestCard{"pm_card_discover", "6011111111111117", "discover", "9424", Behaviour::pays},
                              TestCard{"pm_card_chargeDeclined", "4000000000000002", "visa", "0002", Behaviour::declines_attach},
                              TestCard{"pm_card_visa_chargeDeclined", "4000000000009995", "visa", "9995", Behaviour::declines_attach},
                              TestCard{"pm_card_chargeCustomerFail", "4000000000000341", "visa", "0341", Behaviour::declines},
                              TestCard{"pm_card_authenticationRequired", "4000002500003155", "visa", "3155", Behaviour::asks}};

const TestCard *find_card(std::string_view token_or_number) {
  for (const TestCard &card : cards)
    if (card.token == token_or_number || card.number == token_or_number || "tok_" + std::string(card.token.substr(8)) == token_or_number)
      return &card;
  return nullptr;
}

std::string insert_card(World &world, const TestCard &card) {
  Object method = shape(method_shape);
  std::string id = world.ids.make("pm_");
  method["id"] = id;
  method["created"] = world.now_s();
  Object details = shape(card_shape);
  details["brand"] = details["display_brand"] = card.brand;
  details["last4"] = card.last4;
  details["fingerprint"] = world.ids.letters(16);
  inside(details, "networks")["available"] = Array{card.brand};
  method["card"] = std::move(details);
  world.insert(world.payment_methods, std::move(method)).hidden["behaviour"] = static_cast<int>(card.behaviour);
  return id;
}

void take_billing_details(Object &method, const Params &params) {
  if (!params.has("billing_details")) return;
  const Params given = params.inside("billing_details");
  given.only({"address", "email", "name", "phone", "tax_id"});
  Object &details = inside(method, "billing_details");
  if (given.has("address")) details["address"] = address(given.inside("address"));
  for (const std::string_view key : {"email", "name", "phone"})
    if (given.has(key)) details[key] = text_or_null(given.text(key));
}

Value create(Call &call) {
  World &world = call.world;
  const Params &params = call.params;
  if (params.has("payment_method")) {
    const std::string id = make_method(world, params.text("payment_method"), "payment_method");
    return world.get(world.payment_methods, id);
  }
  const std::string type = params.required("type");
  std::string id;
  if (type == "card") {
    if (!params.has("card")) throw missing_parameter("card");
    const Params card = params.inside("card");
    const std::string number = card.has("token") ? card.text("token") : card.required("number");
    if (!find_card(number)) throw invalid_request("Your card number is incorrect.", card.name("number"), "incorrect_number", 402);
    id = insert_card(world, *find_card(number));
    Object &details = inside(world.row(world.payment_methods, id).object, "card");
    if (const auto month = card.integer("exp_month")) details["exp_month"] = *month;
    if (const auto year = card.integer("exp_year")) details["exp_year"] = *year;
  } else {
    Object method = shape(method_shape);
    id = world.ids.make("pm_");
    method["id"] = id;
    method["created"] = world.now_s();
    method["type"] = type;
    Object details;
    if (params.has(type))
      for (const auto &[key, value] : params.pairs(type)) details[key] = value;
    method[type] = std::move(details);
    world.insert(world.payment_methods, std::move(method)).hidden["behaviour"] = static_cast<int>(Behaviour::pays);
  }
  Object &method = world.row(world.payment_methods, id).object;
  take_billing_details(method, params);
  merge_metadata(method, params);
  return method;
}

Value retrieve(Call &call) { return required_row(call.world.payment_methods, call.id(), "payment_method").object; }

Value update(Call &call) {
  call.params.only({"allow_redisplay", "billing_details", "card", "metadata"});
  required_row(call.world.payment_methods, call.id(), "payment_method");
  Object &method = call.world.edit(call.world.payment_methods, call.id());
  take_billing_details(method, call.params);
  merge_metadata(method, call.params);
  return method;
}

Value attach_to(Call &call) {
  call.params.only({"customer", "customer_account"});
  const std::string customer = call.params.required("customer");
  required_customer(call.world, customer);
  check_attachable(call.world, call.id(), "payment_method");
  return call.world.get(call.world.payment_methods, attach(call.world, call.id(), customer));
}

Value detach_from(Call &call) {
  const Row &row = required_row(call.world.payment_methods, call.id(), "payment_method");
  if (!is_set(row.object, "customer"))
    throw invalid_request("The payment method you provided is not attached to a customer so detachment is impossible.");
  detach(call.world, call.id());
  return row.object;
}

Value list(Call &call) {
  call.params.only({"allow_redisplay", "customer", "customer_account", "limit", "starting_after", "ending_before", "type"});
  const std::string customer = call.params.text("customer");
  Listing listing;
  if (!customer.empty()) {
    required_customer(call.world, customer);
    listing.equal.emplace_back("customer", customer);
  }
  if (call.params.has("type")) listing.equal.emplace_back("type", call.params.text("type"));
  return list_rows(call, call.world.payment_methods, listing);
}

}  // namespace

std::string make_method(World &world, std::string_view token, std::string_view parameter) {
  const TestCard *card = find_card(token);
  if (!card) throw no_such("PaymentMethod", token, parameter);
  return insert_card(world, *card);
}

std::string make_card(World &world, Behaviour behaviour, const Buyer &buyer) {
  const auto card = std::find_if(cards.begin(), cards.end(), [&](const TestCard &each) { return each.behaviour == behaviour; });
  std::string id = insert_card(world, *card);
  Object &details = inside(world.row(world.payment_methods, id).object, "billing_details");
  details["email"] = text_or_null(buyer.email);
  details["name"] = text_or_null(buyer.name);
  return id;
}

Behaviour behaviour_of(World &world, std::string_view method) {
  return static_cast<Behaviour>(number(world.row(world.payment_methods, method).hidden, "behaviour"));
}

void check_attachable(World &world, std::string_view method, std::string_view parameter) {
  const Row *row = world.payment_methods.find(method);
  const TestCard *card = find_card(method);
  if (!row && !card) throw no_such("PaymentMethod", method, parameter);
  const Behaviour behaviour = row ? static_cast<Behaviour>(number(row->hidden, "behaviour")) : card->behaviour;
  if (behaviour == Behaviour::declines_attach) throw card_declined();
  if (row && is_set(row->object, "customer"))
    throw invalid_request("The payment method you provided has already been attached to a customer.");
}

std::string attach(World &world, std::string_view method, std::string_view customer) {
  std::string id = world.payment_methods.find(method) ? std::string(method) : make_method(world, method, "payment_method");
  Object &object = world.row(world.payment_methods, id).object;
  object["customer"] = customer;
  world.payment_methods.index(id);
  world.emit("payment_method.attached", object);
  return id;
}

void detach(World &world, std::string_view id) {
  Object &method = world.row(world.payment_methods, id).object;
  const std::string customer(text(method, "customer"));
  method["customer"] = nullptr;
  const Object previous = {{"customer", customer}};
  world.emit("payment_method.detached", method, &previous);
  if (Row *row = world.customers.find(customer); row && text(inside(row->object, "invoice_settings"), "default_payment_method") == id)
    inside(world.edit(world.customers, customer), "invoice_settings")["default_payment_method"] = nullptr;
  for (const std::size_t place : world.subscriptions.having("customer", customer)) {
    const Object &subscription = world.subscriptions.at(place).object;
    if (is_live(subscription) && text(subscription, "default_payment_method") == id)
      world.edit(world.subscriptions, text(subscription, "id"))["default_payment_method"] = nullptr;
  }
}

std::string paying_method(World &world, std::string_view customer, const Object *subscription) {
  if (subscription && is_set(*subscription, "default_payment_method")) return std::string(text(*subscription, "default_payment_method"));
  const Row *row = world.customers.find(customer);
  return row ? std::string(text(inside(row->object, "invoice_settings"), "default_payment_method")) : std::string();
}

void set_card(World &world, std::string_view customer, Card card) {
  std::vector<std::string> old;
  for (const std::size_t place : world.payment_methods.having("customer", customer))
    if (text(world.payment_methods.at(place).object, "customer") == customer)
      old.emplace_back(text(world.payment_methods.at(place).object, "id"));
  std::string made;
  if (card != Card::none) {
    const Object &object = world.get(world.customers, customer);
    Buyer buyer;
    buyer.email = text(object, "email");
    buyer.name = text(object, "name");
    const Behaviour behaviour = card == Card::good ? Behaviour::pays : card == Card::action ? Behaviour::asks : Behaviour::declines;
    made = attach(world, make_card(world, behaviour, buyer), customer);
    inside(world.edit(world.customers, customer), "invoice_settings")["default_payment_method"] = made;
    for (const std::size_t place : world.subscriptions.having("customer", customer)) {
      const Object &subscription = world.subscriptions.at(place).object;
      if (is_live(subscription) && is_set(subscription, "default_payment_method"))
        world.edit(world.subscriptions, text(subscription, "id"))["default_payment_method"] = made;
    }
  }
  for (const std::string &id : old) detach(world, id);
  if (card == Card::good) pay_due_invoices(world, customer);
}

std::vector<Route> payment_method_routes() {
  return {{"POST", "/v1/payment_methods", create},
          {"GET", "/v1/payment_methods", list},
          {"GET", "/v1/payment_methods/:id", retrieve},
          {"POST", "/v1/payment_methods/:id", update},
          {"POST", "/v1/payment_methods/:id/attach", attach_to},
          {"POST", "/v1/payment_methods/:id/detach", detach_from}};
}

}  // namespace purser::sandbox
