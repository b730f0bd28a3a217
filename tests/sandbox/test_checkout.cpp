#include "base/error.hpp"
#include "catch.hpp"
#include "sandbox/box.hpp"

namespace json = purser::json;
using purser::sandbox::Buyer;
using purser::sandbox::Card;
using purser::sandbox::Paid;
using purser::test::Box;
using purser::test::error;
using purser::test::id;
using purser::test::text;

namespace {

const std::string line = "&line_items[0][price]=price_pro_month&line_items[0][quantity]=1";
const std::string urls = "&success_url=https://app.example.com/ok";

json::object open(Box &box, const std::string &more = {}) {
  return box.post("/v1/checkout/sessions", "mode=subscription" + line + urls + more);
}
json::object session_of(Box &box, const json::object &session) { return box.get("/v1/checkout/sessions/" + id(session)); }
json::object subscription_of(Box &box, const json::object &session) {
  return box.get("/v1/subscriptions/" + text(session_of(box, session), "subscription"));
}
json::object pay(Box &box, const json::object &session) {
  box.pay(id(session));
  return session_of(box, session);
}

}  // namespace

TEST_CASE("a session is refused as Stripe refuses it") {
  Box box;
  const std::string ann = id(box.post("/v1/customers"));
  const std::string pack = text(box.list("/v1/prices?lookup_keys[]=pack").at(0).as_object(), "id");
  struct Case {
    std::string form, code, param;
  };
  const Case cases[] = {
      {"" + line + urls, "parameter_missing", "mode"},
      {"mode=sideways" + line + urls, "", "mode"},
      {"mode=subscription" + line, "parameter_missing", "success_url"},
      {"mode=subscription" + urls, "parameter_missing", "line_items"},
      {"mode=subscription" + line + "&success_url=javascript:alert(1)", "url_invalid", "success_url"},
      {"mode=subscription&line_items[0][price]=price_none&line_items[0][quantity]=1" + urls, "resource_missing", "line_items[0][price]"},
      {"mode=subscription&line_items[0][price]=old-monthly&line_items[0][quantity]=1" + urls, "", "line_items[0][price]"},
      {"mode=subscription&line_items[0][price]=price_pro_month" + urls, "", "line_items[0][quantity]"},
      {"mode=payment" + line + urls, "", "mode"},
      {"mode=subscription&line_items[0][price]=" + pack + "&line_items[0][quantity]=1" + urls, "", "line_items"},
      {"mode=setup" + line + urls, "", "line_items"},
      {"mode=subscription" + line + urls + "&customer=" + ann + "&customer_email=a@b.de", "", ""},
      {"mode=subscription" + line + urls + "&customer=cus_none", "resource_missing", "customer"},
      {"mode=subscription" + line + urls + "&expires_at=1767225700", "", "expires_at"},
      {"mode=subscription" + line + urls + "&allow_promotion_codes=true&discounts[0][coupon]=none", "resource_missing",
       "discounts[0][coupon]"},
      {"mode=subscription" + line + urls + "&payment_intent_data[metadata][a]=1", "", "payment_intent_data"},
      {"mode=payment&line_items[0][price]=" + pack + "&line_items[0][quantity]=1" + urls + "&subscription_data[metadata][a]=1", "",
       "subscription_data"},
      {"mode=subscription" + line + urls + "&nonsense=1", "parameter_unknown", "nonsense"},
      {"mode=subscription" + line + urls + "&subscription_data[trial_period_days]=731", "", "subscription_data[trial_period_days]"},
  };
  for (const Case &each : cases) {
    INFO(each.form);
    const auto answer = box.send("POST", "/v1/checkout/sessions", each.form);
    CHECK(answer.status == 400);
    CHECK(text(error(Box::parsed(answer)), "code") == each.code);
    CHECK(text(error(Box::parsed(answer)), "param") == each.param);
  }
  CHECK(box.list("/v1/checkout/sessions").empty());
}

TEST_CASE("what a session was made with, it shows and hands on") {
  Box box;
  const json::object session = open(
      box,
      "&client_reference_id=acct_1&metadata[intent]=7&subscription_data[metadata][account]=acct_1&customer_email=ann@example.com&locale=de"
      "&cancel_url=https://app.example.com/no");
  CHECK(text(session, "status") == "open");
  CHECK(text(session, "payment_status") == "unpaid");
  CHECK(text(session, "url") == "https://checkout.stripe.com/c/pay/" + id(session));
  CHECK(session.at("expires_at").as_int64() - session.at("created").as_int64() == 86'400);
  CHECK(session.at("amount_total") == 4900);
  CHECK(text(session, "locale") == "de");
  const json::object paid = pay(box, session);
  CHECK(text(paid, "status") == "complete");
  CHECK(text(paid, "payment_status") == "paid");
  CHECK(paid.at("url").is_null());
  CHECK(text(paid, "client_reference_id") == "acct_1");
  CHECK(paid.at("metadata").at("intent") == "7");
  CHECK(paid.at("customer_details").at("email") == "ann@example.com");
  const json::object subscription = subscription_of(box, session);
  CHECK(text(subscription, "status") == "active");
  CHECK(subscription.at("metadata") == json::value(json::object{{"account", "acct_1"}}));
  const json::object invoice = box.get("/v1/invoices/" + text(paid, "invoice"));
  CHECK(text(invoice, "status") == "paid");
  CHECK(invoice.at("amount_paid") == 4900);
  CHECK(invoice.at("parent").at("subscription_details").at("subscription").as_string() == id(subscription));
}

TEST_CASE("the literal of the success URL survives") {
  Box box;
  const json::object session =
      box.post("/v1/checkout/sessions",
               "mode=subscription" + line + "&success_url=https%3A%2F%2Fapp.example.com%2Fok%3Fs%3D%7BCHECKOUT_SESSION_ID%7D");
  CHECK(text(session, "success_url") == "https://app.example.com/ok?s={CHECKOUT_SESSION_ID}");
}

TEST_CASE("the events of a purchase, in order") {
  Box box;
  pay(box, open(box, "&customer_email=ann@example.com"));
  CHECK(box.event_types() == std::vector<std::string>{"customer.created", "payment_method.attached", "customer.subscription.created",
                                                      "invoice.created", "payment_intent.created", "invoice.updated", "invoice.finalized",
                                                      "charge.succeeded", "payment_intent.succeeded", "invoice_payment.paid",
                                                      "invoice.updated", "invoice.paid", "invoice.payment_succeeded",
                                                      "customer.subscription.updated", "customer.updated", "checkout.session.completed"});
  const json::object created = box.list("/v1/events?type=customer.subscription.created").at(0).as_object();
  CHECK(created.at("data").at("object").at("status") == "incomplete");
  const json::object updated = box.list("/v1/events?type=customer.subscription.updated").at(0).as_object();
  CHECK(updated.at("data").at("previous_attributes") == json::value(json::object{{"latest_invoice", nullptr}, {"status", "incomplete"}}));
}

TEST_CASE("a declined card leaves the session open and nothing behind") {
  Box box;
  const json::object session = open(box);
  Buyer buyer;
  buyer.card = Card::declined;
  CHECK(box.pay(id(session), buyer) == Paid::declined);
  CHECK(text(session_of(box, session), "status") == "open");
  CHECK(box.list("/v1/subscriptions?status=all").empty());
  CHECK(box.list("/v1/customers").empty());
  CHECK(box.event_types() == std::vector<std::string>{"payment_intent.created", "charge.failed", "payment_intent.payment_failed"});
  CHECK(text(pay(box, session), "status") == "complete");
}

TEST_CASE("a session expires by itself, by the API, by the buyer; then it cannot be paid") {
  Box box;
  const json::object one = open(box), two = open(box),
                     three = open(box, "&expires_at=" + std::to_string(purser::test::start_ms / 1000 + 3600));
  CHECK(text(box.post("/v1/checkout/sessions/" + id(one) + "/expire"), "status") == "expired");
  CHECK(box.send("POST", "/v1/checkout/sessions/" + id(one) + "/expire").status == 400);
  box.advance(purser::hour_ms);
  CHECK(text(session_of(box, three), "status") == "expired");
  CHECK(text(session_of(box, two), "status") == "open");
  box.abandon(id(two));
  for (const json::object &each : {one, two, three}) {
    CHECK(session_of(box, each).at("url").is_null());
    CHECK_THROWS_AS(box.pay(id(each)), purser::Failure);
  }
  CHECK(box.event_types("&type=checkout.session.expired").size() == 3);
  CHECK(box.list("/v1/checkout/sessions?status=expired").size() == 3);
}

TEST_CASE("one payment: intent, charge, its metadata; a guest stays one") {
  Box box;
  const std::string pack = text(box.list("/v1/prices?lookup_keys[]=pack").at(0).as_object(), "id");
  const json::object session =
      box.post("/v1/checkout/sessions",
               "mode=payment&line_items[0][price]=" + pack + "&line_items[0][quantity]=2&payment_intent_data[metadata][a]=b" + urls);
  const json::object paid = pay(box, session);
  CHECK(paid.at("customer").is_null());
  CHECK(paid.at("subscription").is_null());
  const json::object intent = box.get("/v1/payment_intents/" + text(paid, "payment_intent") + "?expand[]=latest_charge");
  CHECK(text(intent, "status") == "succeeded");
  CHECK(intent.at("amount_received") == 1800);
  CHECK(intent.at("metadata").at("a") == "b");
  CHECK(intent.at("latest_charge").at("paid") == true);
}

TEST_CASE("a trial: nothing is paid, the subscription is trialing") {
  Box box;
  const json::object session = open(box, "&subscription_data[trial_period_days]=14");
  CHECK(session.at("amount_total") == 0);
  const json::object paid = pay(box, session);
  CHECK(text(paid, "payment_status") == "no_payment_required");
  const json::object subscription = subscription_of(box, session);
  CHECK(text(subscription, "status") == "trialing");
  CHECK(subscription.at("trial_end").as_int64() == purser::test::start_ms / 1000 + 14 * 86'400);
  CHECK(box.get("/v1/invoices/" + text(paid, "invoice")).at("total") == 0);
  box.advance(15 * purser::day_ms);
  CHECK(text(subscription_of(box, session), "status") == "active");
  CHECK(box.event_types("&type=customer.subscription.trial_will_end").size() == 1);
  CHECK(box.list("/v1/invoices?status=paid").size() == 2);
}

TEST_CASE("discounts: coupon on the session, code typed by the buyer") {
  Box box;
  box.post("/v1/coupons", "id=HALF&percent_off=50&duration=once");
  CHECK(open(box, "&discounts[0][coupon]=HALF").at("amount_total") == 2450);
  box.post("/v1/promotion_codes", "promotion[type]=coupon&promotion[coupon]=HALF&code=SPRING");
  const json::object session = open(box, "&allow_promotion_codes=true");
  Buyer buyer;
  buyer.promotion_code = "WINTER";
  CHECK_THROWS_AS(box.pay(id(session), buyer), purser::Failure);
  buyer.promotion_code = "SPRING";
  box.pay(id(session), buyer);
  const json::object paid = session_of(box, session);
  CHECK(paid.at("amount_total") == 2450);
  CHECK(box.get("/v1/invoices/" + text(paid, "invoice")).at("amount_paid") == 2450);
  CHECK(box.get("/v1/coupons/HALF").at("times_redeemed") == 1);
  box.advance(32 * purser::day_ms);  // once is once
  CHECK(box.list("/v1/invoices?limit=1").at(0).at("total") == 4900);
}

TEST_CASE("a payment link's session has what stands in its URL and no metadata") {
  Box box;
  const json::object link = box.post("/v1/payment_links", "line_items[0][price]=price_pro_month&line_items[0][quantity]=1");
  const json::object session =
      box.post("/v1/payment_links/" + id(link) + "/open", "client_reference_id=somebody-else&prefilled_email=eve@example.com");
  CHECK(text(session, "payment_link") == id(link));
  CHECK(text(session, "client_reference_id") == "somebody-else");
  CHECK(session.at("metadata") == json::value(json::object{}));
  pay(box, session);
  CHECK(subscription_of(box, session).at("metadata") == json::value(json::object{}));
}

TEST_CASE("a page's verb for what is not there is a Failure") {
  Box box;
  CHECK_THROWS_AS(box.pay("cs_none"), purser::Failure);
  CHECK_THROWS_AS(box.cancel("sub_none", true), purser::Failure);
  CHECK_THROWS_AS(box.card("cus_none", Card::good), purser::Failure);
  CHECK_FALSE(box.portal("bps_none"));
}

TEST_CASE("a verb that is refused leaves nothing behind") {
  Box box;
  const json::object session = open(box);
  Buyer buyer;
  buyer.card = Card::none;
  CHECK_THROWS_AS(box.pay(id(session), buyer), purser::Failure);
  CHECK(box.list("/v1/customers").empty());
  CHECK(box.event_types().empty());
  CHECK(session_of(box, session) == session);
}
