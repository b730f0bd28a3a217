// What a paid checkout makes: customer, payment method, subscription or payment, and then the completed session.
#include "base/error.hpp"
#include "sandbox/api_failure.hpp"
#include "sandbox/coupon.hpp"
#include "sandbox/customer.hpp"
#include "sandbox/payment.hpp"
#include "sandbox/payment_method.hpp"
#include "sandbox/price.hpp"
#include "sandbox/session.hpp"
#include "sandbox/subscription.hpp"

namespace purser::sandbox {
namespace {

constexpr const char *made_up_email = "buyer@example.com";
constexpr const char *made_up_name = "Sandbox Buyer";

Buyer completed(World &world, const Object &session, Buyer buyer) {
  std::string known;
  if (is_set(session, "customer")) known = text(world.get(world.customers, text(session, "customer")), "email");
  if (is_set(session, "customer_email")) known = text(session, "customer_email");
  if (!known.empty()) buyer.email = known;
  if (buyer.email.empty()) buyer.email = made_up_email;
  if (buyer.name.empty()) buyer.name = made_up_name;
  return buyer;
}

/// A refused card leaves a failed payment behind, and the session open.
Paid decline(World &world, Row &row) {
  const Object &session = row.object;
  const std::string method = make_card(world, Behaviour::declines, {});
  NewPayment payment;
  payment.amount = number(session, "amount_total");
  payment.currency = text(session, "currency");
  payment.customer = text(session, "customer");
  payment.method = method;
  if (payment.amount <= 0) return Paid::declined;
  std::string intent(text(row.hidden, "attempted_intent"));
  if (intent.empty() || number(world.get(world.payment_intents, intent), "amount") != payment.amount)
    intent = make_payment_intent(world, payment);
  row.hidden["attempted_intent"] = intent;
  attempt(world, intent, method);
  return Paid::declined;
}

void apply_code(World &world, Row &row, const std::string &code) {
  if (code.empty()) return;
  if (!flag(row.object, "allow_promotion_codes"))
    throw Failure(Status::conflict, "promotion_codes_not_allowed",
                  "expected a session with allow_promotion_codes, found none; create it with them", "promotion_code");
  const std::string promotion = find_promotion_code(world, code);
  if (promotion.empty())
    throw Failure(Status::not_found, "promotion_code_unknown",
                  "expected an active promotion code, found none of this name; create it first", "promotion_code");
  world.edit(world.sessions, text(row.object, "id"))["discounts"] = Array{Object{{"coupon", nullptr}, {"promotion_code", promotion}}};
  total_session(world, row);
}

std::vector<std::pair<std::string, std::string>> discounts_of(World &world, const Object &session) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const Value &each : elements(session, "discounts")) {
    const std::string code(text(each.get_object(), "promotion_code"));
    std::string coupon(text(each.get_object(), "coupon"));
    if (!code.empty()) coupon = text(inside(world.get(world.promotion_codes, code), "promotion"), "coupon");
    out.emplace_back(coupon, code);
  }
  return out;
}

void pay_subscription(World &world, Row &row, const std::string &customer, const std::string &method) {
  Object &session = world.edit(world.sessions, text(row.object, "id"));
  const Object &data = inside(row.hidden, "subscription_data");
  NewSubscription made;
  made.customer = customer;
  made.method = method;
  made.currency = text(session, "currency");
  made.metadata = inside(data, "metadata");
  made.description = text(data, "description");
  made.missing_method = text(data, "missing_method");
  made.flexible = flag(data, "flexible");
  made.anchor_s = number(data, "anchor");
  made.prorates = !data.contains("prorates") || flag(data, "prorates");
  made.trial_end_s = session_trial_end(world, row);
  made.discounts = discounts_of(world, session);
  made.session = text(session, "id");
  for (const Value &each : elements(row.hidden, "lines")) {
    const Object &line = each.get_object();
    const Object &price = inside(line, "price");
    if (is_recurring(price)) {
      made.items.push_back({std::string(text(price, "id")), number(line, "quantity", 1), {}});
      continue;
    }
    NewLine once;
    once.price = text(price, "id");
    once.quantity = number(line, "quantity", 1);
    once.amount = price_amount(price, once.quantity);
    once.description = product_name(world, price);
    once.start_s = once.end_s = world.now_s();
    made.more_lines.push_back(std::move(once));
  }
  const std::string id = make_subscription(world, made, FirstPayment::now);
  session["subscription"] = id;
  session["invoice"] = world.get(world.subscriptions, id).at("latest_invoice");
}

void pay_once(World &world, Row &row, const std::string &customer, const std::string &method) {
  Object &session = world.edit(world.sessions, text(row.object, "id"));
  NewPayment payment;
  payment.amount = number(session, "amount_total");
  payment.currency = text(session, "currency");
  payment.customer = customer;
  payment.method = method;
  payment.description = text(row.hidden, "payment_description");
  if (payment.amount == 0) return;
  // An attempt that was refused before is paid now.
  std::string intent(text(row.hidden, "attempted_intent"));
  if (intent.empty() || number(world.get(world.payment_intents, intent), "amount") != payment.amount)
    intent = make_payment_intent(world, payment);
  Object &object = world.edit(world.payment_intents, intent);
  object["customer"] = text_or_null(customer);
  object["metadata"] = row.hidden.at("payment_metadata");
  attempt(world, intent, method);
  session["payment_intent"] = intent;
  for (const auto &[coupon, code] : discounts_of(world, session)) redeem(world, coupon, code);
}

std::string customer_of(World &world, Object &session, const Buyer &buyer) {
  std::string customer(text(session, "customer"));
  const bool guest = text(session, "mode") != "subscription" && text(session, "customer_creation") == "if_required";
  if (!customer.empty() || guest) return customer;
  Object made = new_customer(world, buyer.email, buyer.name);
  customer = text(made, "id");
  world.insert(world.customers, std::move(made), "customer.created");
  session["customer"] = customer;
  return customer;
}

}  // namespace

std::int64_t session_trial_end(const World &world, const Row &row) {
  const Object &data = inside(row.hidden, "subscription_data");
  const std::int64_t days = number(data, "trial_days");
  return days > 0 ? world.now_s() + days * 86'400 : number(data, "trial_end");
}

Paid pay_session(World &world, std::string_view id, const Buyer &typed) {
  Row *found = world.sessions.find(id);
  if (!found)
    throw Failure(Status::not_found, "session_unknown", "expected a checkout session of this sandbox, found none with this id", "session");
  Row &row = *found;
  if (text(row.object, "status") != "open")
    throw Failure(Status::conflict, "session_not_open",
                  "expected an open checkout session, found one that is " + std::string(text(row.object, "status")), "session");
  apply_code(world, row, typed.promotion_code);
  if (typed.card == Card::declined) return decline(world, row);

  Object &session = world.edit(world.sessions, id);
  const Buyer buyer = completed(world, session, typed);
  const std::string mode(text(session, "mode"));
  if (mode == "subscription" && is_set(session, "customer")) check_currency(world, text(session, "customer"), text(session, "currency"));
  const std::int64_t total = number(session, "amount_total");
  const bool needs_card =
      mode == "setup" || total > 0 || (mode == "subscription" && text(session, "payment_method_collection") == "always");
  if (needs_card && typed.card == Card::none)
    throw Failure(Status::conflict, "card_required", "expected a card, found none; this session asks for one", "card");
  const std::string customer = customer_of(world, session, buyer);
  std::string method;
  if (needs_card) {
    method = make_card(world, Behaviour::pays, buyer);
    if (!customer.empty()) attach(world, method, customer);
  }
  if (mode == "subscription") {
    pay_subscription(world, row, customer, method);
  } else if (mode == "payment") {
    pay_once(world, row, customer, method);
  } else {
    session["setup_intent"] = make_setup_intent(world, customer, method, true);
  }
  session["customer_details"] = Object{
      {"address",
       Object{{"city", nullptr}, {"country", "US"}, {"line1", nullptr}, {"line2", nullptr}, {"postal_code", "94107"}, {"state", nullptr}}},
      {"business_name", nullptr},
      {"email", buyer.email},
      {"individual_name", nullptr},
      {"name", buyer.name},
      {"phone", nullptr},
      {"tax_exempt", "none"},
      {"tax_ids", Array()}};
  session["status"] = "complete";
  session["payment_status"] = mode == "setup" || total == 0 ? "no_payment_required" : "paid";
  session["url"] = nullptr;
  world.sessions.index(id);
  // What changed on the way is told before the session is.
  world.forget(world.sessions, id);
  const Object shown = session;
  world.finish();
  world.emit("checkout.session.completed", shown);
  return Paid::paid;
}

}  // namespace purser::sandbox
