#include "sandbox/charge.hpp"

#include "sandbox/call.hpp"

namespace purser::sandbox {
namespace {

constexpr const char *charge_shape =
    R"({"id": null, "object": "charge", "amount": 0, "amount_captured": 0, "amount_refunded": 0, "application": null,
  "application_fee": null, "application_fee_amount": null, "balance_transaction": null, "billing_details": null, "calculated_statement_descriptor": "PURSER",
  "captured": true, "created": 0, "currency": null, "customer": null, "description": null, "destination": null, "dispute": null, "disputed": false,
  "failure_balance_transaction": null, "failure_code": null, "failure_message": null, "fraud_details": {}, "livemode": false, "metadata": {},
  "on_behalf_of": null, "order": null, "outcome": {"advice_code": null, "network_advice_code": null, "network_decline_code": null,
    "network_status": "approved_by_network", "reason": null, "risk_level": "normal", "risk_score": 35, "seller_message": "Payment complete.",
    "type": "authorized"},
  "paid": true, "payment_intent": null, "payment_method": null, "payment_method_details": null, "radar_options": {}, "receipt_email": null,
  "receipt_number": null, "receipt_url": null, "refunded": false, "review": null, "shipping": null, "source": null, "source_transfer": null,
  "statement_descriptor": null, "statement_descriptor_suffix": null, "status": "succeeded", "transfer_data": null, "transfer_group": null})";
constexpr const char *card_details_shape =
    R"({"amount_authorized": 0, "authorization_code": "472009", "brand": null, "checks": null, "country": "US",
  "exp_month": 0, "exp_year": 0, "extended_authorization": {"status": "disabled"}, "fingerprint": null, "funding": "credit",
  "incremental_authorization": {"status": "unavailable"}, "installments": null, "last4": null, "mandate": null, "multicapture": {"status": "unavailable"},
  "network": null, "network_token": {"used": false}, "network_transaction_id": "105102104705511",
  "overcapture": {"maximum_amount_capturable": 0, "status": "unavailable"}, "regulated_status": "unregulated", "three_d_secure": null, "transaction_link_id": null, "wallet": null})";
constexpr std::int64_t available_after_s = 2 * 86'400;
constexpr std::int64_t capture_within_s = 7 * 86'400;

/// What Stripe keeps: 2.9 % and 30.
std::int64_t fee_of(std::int64_t amount) { return amount <= 0 ? 0 : (amount * 29 + 500) / 1000 + 30; }

Object method_details(const Object &method, std::int64_t amount) {
  if (text(method, "type") != "card") return {{std::string(text(method, "type")), Object()}, {"type", text(method, "type")}};
  const Object &card = inside(method, "card");
  Object details = shape(card_details_shape);
  for (const std::string_view key : {"brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4"})
    details[key] = card.at(key);
  details["network"] = card.at("brand");
  details["amount_authorized"] = amount;
  inside(details, "overcapture")["maximum_amount_capturable"] = amount;
  return {{"card", std::move(details)}, {"type", "card"}};
}

Value retrieve(Call &call) { return required_row(call.world.charges, call.id()).object; }

Value update(Call &call) {
  required_row(call.world.charges, call.id());
  Object &charge = call.world.edit(call.world.charges, call.id());
  if (call.params.has("description")) charge["description"] = text_or_null(call.params.text("description"));
  merge_metadata(charge, call.params);
  return charge;
}

Value list(Call &call) {
  call.params.only({"created", "customer", "limit", "starting_after", "ending_before", "payment_intent", "transfer_group"});
  Listing listing;
  for (const std::string_view member : {"customer", "payment_intent"})
    if (call.params.has(member)) listing.equal.emplace_back(member, call.params.text(member));
  return list_rows(call, call.world.charges, listing);
}

}  // namespace

std::string make_transaction(World &world, std::string_view type, std::string_view source, std::int64_t amount, std::string_view currency) {
  const std::int64_t fee = type == "charge" ? fee_of(amount) : 0;
  std::string id = world.ids.make("txn_");
  Object transaction = {{"id", id},
                        {"object", "balance_transaction"},
                        {"amount", amount},
                        {"available_on", world.now_s() + available_after_s},
                        {"balance_type", "payments"},
                        {"created", world.now_s()},
                        {"currency", currency},
                        {"description", nullptr},
                        {"exchange_rate", nullptr},
                        {"fee", fee},
                        {"fee_details", Array()},
                        {"net", amount - fee},
                        {"reporting_category", type},
                        {"source", source},
                        {"status", "pending"},
                        {"type", type}};
  if (fee > 0)
    transaction["fee_details"] = Array{Object{{"amount", fee},
                                              {"application", nullptr},
                                              {"currency", currency},
                                              {"description", "Stripe processing fees"},
                                              {"type", "stripe_fee"}}};
  world.insert(world.transactions, std::move(transaction));
  return id;
}

std::string make_charge(World &world, const Object &intent, std::string_view method_id, bool succeeded) {
  const Object &method = world.get(world.payment_methods, method_id);
  const std::int64_t amount = number(intent, "amount");
  const bool captured = succeeded && text(intent, "capture_method") != "manual";
  Object charge = shape(charge_shape);
  std::string id = world.ids.make("ch_");
  charge["id"] = id;
  charge["created"] = world.now_s();
  charge["amount"] = amount;
  charge["payment_intent"] = intent.at("id");
  for (const std::string_view key : {"currency", "customer", "description", "metadata", "receipt_email", "shipping", "transfer_group"})
    charge[key] = intent.at(key);
  charge["payment_method"] = method_id;
  charge["billing_details"] = method.at("billing_details");
  charge["payment_method_details"] = method_details(method, amount);
  charge["captured"] = captured;
  if (succeeded && !captured && text(method, "type") == "card")
    inside(inside(charge, "payment_method_details"), "card")["capture_before"] = world.now_s() + capture_within_s;
  if (captured) {
    charge["amount_captured"] = amount;
    charge["balance_transaction"] = make_transaction(world, "charge", id, amount, text(intent, "currency"));
  }
  if (succeeded) {
    charge["receipt_url"] = "https://pay.stripe.com/receipts/payment/" + world.ids.letters(40);
  } else {
    charge["paid"] = false;
    charge["status"] = "failed";
    charge["failure_code"] = "card_declined";
    charge["failure_message"] = "Your card was declined.";
    charge["outcome"] = shape(R"({"advice_code": "try_again_later", "network_advice_code": null, "network_decline_code": "01",
      "network_status": "declined_by_network", "reason": "generic_decline", "risk_level": "normal", "risk_score": 35,
      "seller_message": "The bank did not return any further details with this decline.", "type": "issuer_declined"})");
  }
  world.insert(world.charges, std::move(charge), succeeded ? "charge.succeeded" : "charge.failed");
  return id;
}

void capture_charge(World &world, std::string_view id, std::int64_t amount) {
  Object &charge = world.edit(world.charges, id);
  const Object before = charge;
  charge["captured"] = true;
  charge["amount_captured"] = amount;
  charge["balance_transaction"] = make_transaction(world, "charge", id, amount, text(charge, "currency"));
  const Object previous = difference(before, charge);
  world.emit("charge.captured", charge, &previous);
  world.forget(world.charges, id);
}

namespace {
/// Of these payments' charges the newest that was paid.
std::string newest_paid(World &world, const std::vector<std::string> &intents) {
  std::string newest;
  std::size_t place = 0;
  for (const std::string &intent : intents)
    for (const std::size_t at : world.charges.having("payment_intent", intent)) {
      const Object &charge = world.charges.at(at).object;
      if (flag(charge, "paid") && flag(charge, "captured") && (newest.empty() || at > place)) newest = text(charge, "id"), place = at;
    }
  return newest;
}
}  // namespace

std::string charge_of(World &world, std::string_view id) {
  if (world.charges.find(id)) return std::string(id);
  std::vector<std::string> intents;
  const auto of_invoice = [&](std::string_view invoice) {
    for (const std::size_t place : world.invoice_payments.having("invoice", invoice))
      intents.emplace_back(text(world.invoice_payments.at(place).hidden, "payment_intent"));
  };
  const auto of_subscription = [&](std::string_view subscription) {
    for (const std::size_t place : world.invoices.having("subscription", subscription))
      of_invoice(text(world.invoices.at(place).object, "id"));
  };
  if (world.payment_intents.find(id)) intents.emplace_back(id);
  if (world.invoices.find(id)) of_invoice(id);
  if (world.subscriptions.find(id)) of_subscription(id);
  if (const Row *session = world.sessions.find(id)) {
    intents.emplace_back(text(session->object, "payment_intent"));
    of_subscription(text(session->object, "subscription"));
  }
  return newest_paid(world, intents);
}

std::vector<Route> charge_routes() {
  return {{"GET", "/v1/charges", list}, {"GET", "/v1/charges/:id", retrieve}, {"POST", "/v1/charges/:id", update}};
}

}  // namespace purser::sandbox
