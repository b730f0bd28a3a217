// Pauses of collection and of trials, payments that wait for the card's holder, pending updates, deleted customers, currencies, far
// moments.
#include "base/error.hpp"
#include "catch.hpp"
#include "sandbox/bought.hpp"

namespace json = purser::json;
using purser::day_ms;
using purser::hour_ms;
using purser::sandbox::Buyer;
using purser::sandbox::Card;
using purser::test::Bought;
using purser::test::Box;
using purser::test::buy;
using purser::test::error;
using purser::test::holds;
using purser::test::id;
using purser::test::in_order;
using purser::test::newest_invoice;
using purser::test::read;
using purser::test::Since;
using purser::test::text;
using Types = std::vector<std::string>;

namespace {

std::string status(Box &box, const Bought &bought) { return text(read(box, bought), "status"); }

std::int64_t quantity(const json::object &subscription) { return subscription.at("items").at("data").at(0).at("quantity").as_int64(); }
std::string item(Box &box, const Bought &bought) {
  return std::string(read(box, bought).at("items").at("data").at(0).at("id").as_string());
}

Bought trial_without_card(Box &box) {
  const json::object session =
      box.post("/v1/checkout/sessions",
               "mode=subscription&line_items[0][price]=price_pro_month&line_items[0][quantity]=1&success_url=https://app.example.com"
               "&payment_method_collection=if_required&subscription_data[trial_period_days]=7"
               "&subscription_data[trial_settings][end_behavior][missing_payment_method]=pause");
  Buyer buyer;
  buyer.card = Card::none;
  box.pay(id(session), buyer);
  const json::object paid = box.get("/v1/checkout/sessions/" + id(session));
  return {id(session), text(paid, "subscription"), text(paid, "customer")};
}

}  // namespace

TEST_CASE("collection is paused: what becomes of the invoices, and the clock resumes it") {
  Box box;
  const Bought voided = buy(box), kept = buy(box), written_off = buy(box);
  box.pause(voided.subscription, "void", 0);
  box.pause(kept.subscription, "keep_as_draft", 0);
  box.pause(written_off.subscription, "mark_uncollectible", box.now_ms() + 45 * day_ms);
  CHECK(status(box, voided) == "active");
  box.advance(32 * day_ms);
  CHECK(text(newest_invoice(box, voided), "status") == "void");
  CHECK(text(newest_invoice(box, kept), "status") == "draft");
  CHECK(text(newest_invoice(box, written_off), "status") == "uncollectible");
  box.unpause(voided.subscription);
  CHECK(read(box, voided).at("pause_collection").is_null());
  CHECK_THROWS_AS(box.unpause(voided.subscription), purser::Failure);
  Since since(box);
  box.advance(14 * day_ms);
  CHECK(read(box, written_off).at("pause_collection").is_null());
  CHECK(holds(since.types(), "customer.subscription.updated"));
  box.advance(20 * day_ms);
  CHECK(text(newest_invoice(box, written_off), "status") == "paid");
  CHECK(text(newest_invoice(box, kept), "status") == "draft");
}

TEST_CASE("a trial without a card: told of three days before, paused at its end, resumed with a card") {
  Box box;
  const Bought bought = trial_without_card(box);
  Since since(box);
  box.advance(4 * day_ms - 1000);
  CHECK_FALSE(holds(since.types(), "customer.subscription.trial_will_end"));
  box.advance(1000);
  CHECK(holds(since.types(), "customer.subscription.trial_will_end"));
  box.advance(3 * day_ms);
  CHECK(status(box, bought) == "paused");
  CHECK(since.types() == Types{"customer.subscription.updated", "customer.subscription.paused"});
  box.card(bought.customer, Card::good);
  box.post("/v1/subscriptions/" + bought.subscription + "/resume");
  CHECK(status(box, bought) == "active");
  CHECK(holds(since.types(), "customer.subscription.resumed"));
}

TEST_CASE("a renewal that waits for the card's holder: confirmed, or left until it is cancelled") {
  Box box;
  const Bought agreed = buy(box), left = buy(box);
  box.card(agreed.customer, Card::action);
  box.card(left.customer, Card::action);
  Since since(box);
  box.advance(31 * day_ms);
  const Types types = since.types();
  CHECK(in_order(types, "payment_intent.requires_action", "invoice.payment_action_required"));
  CHECK(status(box, agreed) == "past_due");
  CHECK_THROWS_AS(box.confirm("in_none"), purser::Failure);
  box.confirm(agreed.subscription);
  CHECK(status(box, agreed) == "active");
  CHECK(text(newest_invoice(box, agreed), "status") == "paid");
  const Types then = since.types();
  CHECK(in_order(then, "payment_intent.succeeded", "invoice.paid"));
  CHECK(holds(then, "invoice_payment.paid"));
  CHECK_THROWS_AS(box.confirm(agreed.subscription), purser::Failure);
  box.advance(15 * day_ms);
  CHECK(status(box, left) == "canceled");
}

TEST_CASE("a payment intent of an invoice, confirmed over the API with another card, pays the invoice") {
  Box box;
  const Bought bought = buy(box);
  box.card(bought.customer, Card::declined);
  box.advance(31 * day_ms);
  CHECK(status(box, bought) == "past_due");
  const json::object payment = box.list("/v1/invoice_payments?invoice=" + id(newest_invoice(box, bought))).at(0).as_object();
  const std::string intent(payment.at("payment").at("payment_intent").as_string());
  box.post("/v1/payment_intents/" + intent + "/confirm", "payment_method=pm_card_visa");
  CHECK(text(newest_invoice(box, bought), "status") == "paid");
  CHECK(status(box, bought) == "active");
}

TEST_CASE("a pending update is applied when its invoice is paid") {
  Box box;
  const Bought bought = buy(box);
  box.card(bought.customer, Card::declined);
  box.advance(day_ms);
  Since since(box);
  const std::string form = "items[0][id]=" + item(box, bought) +
                           "&items[0][quantity]=3&payment_behavior=pending_if_incomplete&proration_behavior=always_invoice";
  const json::object pending = box.post("/v1/subscriptions/" + bought.subscription, form);
  CHECK(text(pending, "status") == "active");
  CHECK(quantity(pending) == 1);
  REQUIRE(pending.at("pending_update").is_object());
  CHECK(pending.at("pending_update").at("subscription_items").at(0).at("quantity") == 3);
  CHECK(holds(since.types(), "customer.subscription.updated"));
  box.card(bought.customer, Card::good);
  CHECK(quantity(read(box, bought)) == 3);
  CHECK(read(box, bought).at("pending_update").is_null());
  CHECK(holds(since.types(), "customer.subscription.pending_update_applied"));
}

TEST_CASE("a pending update that nobody pays for expires, and its invoice is void") {
  Box box;
  const Bought bought = buy(box);
  box.card(bought.customer, Card::action);
  box.advance(day_ms);
  box.post("/v1/subscriptions/" + bought.subscription, "items[0][id]=" + item(box, bought) + "&items[0][price]=" +
                                                           id(box.list("/v1/prices?lookup_keys[0]=max_month").at(0).as_object()) +
                                                           "&payment_behavior=pending_if_incomplete&proration_behavior=always_invoice");
  Since since(box);
  box.advance(24 * hour_ms);
  CHECK(read(box, bought).at("pending_update").is_null());
  CHECK(quantity(read(box, bought)) == 1);
  CHECK(text(read(box, bought).at("items").at("data").at(0).at("price").as_object(), "id") == "price_pro_month");
  CHECK(text(newest_invoice(box, bought), "status") == "void");
  CHECK(in_order(since.types(), "customer.subscription.updated", "customer.subscription.pending_update_expired"));
  CHECK(box.send("POST", "/v1/subscriptions/" + bought.subscription, "metadata[a]=1&payment_behavior=pending_if_incomplete").status == 400);
}

TEST_CASE("a deleted customer: its subscriptions end, and its id is refused as Stripe refuses it") {
  Box box;
  const Bought bought = buy(box);
  const std::string left_open = id(box.post("/v1/checkout/sessions",
                                            "mode=subscription&line_items[0][price]=price_pro_month&line_items[0][quantity]=1"
                                            "&success_url=https://app.example.com&customer=" +
                                                bought.customer));
  Since since(box);
  box.delete_customer(bought.customer);
  CHECK(text(box.get("/v1/checkout/sessions/" + left_open), "status") == "expired");
  CHECK_THROWS_AS(box.pay(left_open), purser::Failure);
  CHECK(in_order(since.types(), "customer.subscription.deleted", "customer.deleted"));
  CHECK(box.get("/v1/customers/" + bought.customer) == json::object{{"id", bought.customer}, {"object", "customer"}, {"deleted", true}});
  CHECK(status(box, bought) == "canceled");
  CHECK(box.list("/v1/subscriptions?status=all&customer=" + bought.customer).size() == 1);
  const auto refused = box.send("POST", "/v1/checkout/sessions",
                                "mode=subscription&line_items[0][price]=price_pro_month&line_items[0][quantity]=1"
                                "&success_url=https://app.example.com&customer=" +
                                    bought.customer);
  CHECK(refused.status == 400);
  CHECK(text(error(Box::parsed(refused)), "code") == "resource_missing");
  CHECK(text(error(Box::parsed(refused)), "param") == "customer");
  CHECK_THROWS_AS(box.delete_customer(bought.customer), purser::Failure);
  box.advance(60 * day_ms);  // nothing of it is still due
}

TEST_CASE("two currencies on one customer are refused") {
  Box box;
  const Bought bought = buy(box);
  const json::object product = box.post("/v1/products", "name=Euro");
  const std::string euro = id(box.post("/v1/prices", "product=" + id(product) + "&currency=eur&unit_amount=100&recurring[interval]=month"));
  const auto session = box.send("POST", "/v1/checkout/sessions",
                                "mode=subscription&line_items[0][price]=" + euro +
                                    "&line_items[0][quantity]=1&success_url=https://app.example.com&customer=" + bought.customer);
  CHECK(session.status == 400);
  CHECK(session.body.find("You cannot combine currencies on a single customer.") != std::string::npos);
  CHECK(box.send("POST", "/v1/subscriptions", "customer=" + bought.customer + "&items[0][price]=" + euro).status == 400);
}

TEST_CASE("moments that are far off are refused") {
  Box box;
  const Bought bought = buy(box);
  const std::string far = std::to_string(box.now_ms() / 1000 + 6 * 366 * 86'400LL), wild = "9223372036854775807";
  for (const std::string &at : {far, wild, std::string("1")})
    for (const std::string &form :
         {"cancel_at=" + at, "trial_end=" + at, "pause_collection[behavior]=void&pause_collection[resumes_at]=" + at}) {
      if (at == "1" && form.starts_with("pause")) continue;  // a pause that is over already
      CAPTURE(form);
      CHECK(box.send("POST", "/v1/subscriptions/" + bought.subscription, form).status == 400);
    }
  CHECK(box.send("POST", "/v1/checkout/sessions",
                 "mode=subscription&line_items[0][price]=price_pro_month&line_items[0][quantity]=1&success_url=https://app.example.com"
                 "&subscription_data[trial_end]=" +
                     wild)
            .status == 400);
  CHECK_THROWS_AS(box.pause(bought.subscription, "void", INT64_MAX), purser::Failure);
}
