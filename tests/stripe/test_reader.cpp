// Single shapes: what each field reads as, and what the odd ones of old versions become.
#include "base/record.hpp"
#include "catch.hpp"
#include "stripe/reader.hpp"

using namespace purser;

namespace {

json::object parsed(std::string_view text) {
  json::Parsed p = json::parse(text);
  REQUIRE(p.fault == json::Fault::none);
  return p.root.as_object();
}
domain::Subscription subscription(std::string_view text) { return stripe::read_subscription(parsed(text)); }

}  // namespace

TEST_CASE("an empty object is an empty record") {
  CHECK(stripe::record(subscription("{}")) == "{}");
  CHECK(stripe::record(stripe::read_customer({})) == "{}");
  CHECK(stripe::record(stripe::read_session({})) == "{}");
}

TEST_CASE("null, absent, {} and [] are one state") {
  const auto bare = stripe::record(subscription(R"({"status":"active","customer":"cus_1"})"));
  CHECK(bare == R"({"customer":"cus_1","status":"active"})");
  CHECK(stripe::record(subscription(R"({"status":"active","customer":"cus_1","metadata":{},"items":{"data":[]},"pause_collection":null,
    "pending_update":{},"discounts":[],"discount":null,"cancel_at":null,"cancel_at_period_end":false,"trial_settings":{"end_behavior":null},
    "schedule":null})")) == bare);
}

TEST_CASE("items: order, mirrors and expansions do not matter; deleted ones are gone") {
  const auto s = subscription(R"({"plan":null,"quantity":null,"current_period_start":5,"current_period_end":9,"items":{"data":[
    {"id":"si_b","price":{"id":"p2","product":{"id":"prod","name":"x"}},"quantity":3,"current_period_end":20},
    {"id":"si_c","price":"p3","deleted":true},{"id":"si_a","plan":"p1"}]}})");
  REQUIRE(s.items.size() == 2);
  CHECK(s.items[0] == domain::SubscriptionItem{"si_a", "p1", 0, 5, 9});
  CHECK(s.items[1] == domain::SubscriptionItem{"si_b", "p2", 3, 5, 20});
  CHECK(s.period_start() == 5);
  CHECK(s.period_end() == 20);
}

TEST_CASE("before items existed the plan stood on the subscription: one item, named after it") {
  const auto s = subscription(R"({"id":"sub_1","plan":{"id":"gold"},"quantity":2,"current_period_start":5,"current_period_end":9})");
  REQUIRE(s.items.size() == 1);
  CHECK(s.items[0] == domain::SubscriptionItem{"sub_1:plan", "gold", 2, 5, 9});
}

TEST_CASE("trial settings, schedules, expanded references") {
  const auto s = subscription(R"({"trial_start":1,"trial_end":2,"trial_settings":{"end_behavior":{"missing_payment_method":"cancel"}},
    "schedule":{"id":"sub_sched_1"},"latest_invoice":{"id":"in_1","total":5},"default_source":{"id":"card_1"},"default_payment_method":"pm_1"})");
  CHECK(s.trial_start == 1);
  CHECK(s.trial_end == 2);
  CHECK(s.trial_end_behavior == "cancel");
  CHECK(s.schedule == "sub_sched_1");
  CHECK(s.latest_invoice == "in_1");
  CHECK(s.default_source == "card_1");
  CHECK(s.default_payment_method == "pm_1");
}

TEST_CASE("a pending update without the bodies of its prices") {
  const auto s = subscription(R"({"pending_update":{"expires_at":7,"trial_end":null,"discounts":[],"subscription_items":[
    {"id":"si_1","price":{"id":"p2","unit_amount":5,"recurring":{}},"plan":{"id":"p2"},"quantity":2}]}})");
  CHECK(s.pending_update == R"({"expires_at":7,"items":[{"id":"si_1","price":"p2","quantity":2}]})");
  CHECK(subscription(R"({"pending_update":{"expires_at":null}})").pending_update.find("expires_at") == std::string::npos);
}

TEST_CASE("a deleted stub is a canceled subscription") {
  CHECK(subscription(R"({"id":"sub_1","object":"subscription","deleted":true})").status == "canceled");
  CHECK(subscription(R"({"id":"sub_1","status":"incomplete_expired","deleted":true})").status == "incomplete_expired");
}

TEST_CASE("metadata: strings stay as they are, whatever their length; null removes a key") {
  json::object raw = parsed(R"({"metadata":{"a":"","b":null,"c":"x\u0000y","d":5}})");
  raw["metadata"].as_object()["big"] = std::string(1 << 20, 'm');
  const auto s = stripe::read_subscription(raw);
  CHECK(s.metadata.size() == 4);
  CHECK(s.metadata.at("a").empty());
  CHECK(s.metadata.at("c") == std::string("x\0y", 3));
  CHECK(s.metadata.at("d") == "5");
  CHECK(s.metadata.at("big").size() == 1 << 20);
  CHECK(stripe::subscription_of(stripe::record(s)) == s);
}

TEST_CASE("fields of a wrong type are not set") {
  const auto s = subscription(R"({"status":5,"customer":[1],"items":7,"metadata":"x","cancel_at":"soon","cancel_at_period_end":"yes",
    "discounts":{"a":1},"trial_settings":[],"latest_invoice":true,"current_period_end":99999999999999999999})");
  CHECK(s == domain::Subscription{});
}

TEST_CASE("the direct writer of records writes what the canonical tree would") {
  domain::Subscription s;
  s.customer = "cus_\"1\"\n";
  s.status = "active";
  s.cancel_at_period_end = true;
  s.cancel_at = -5;
  s.metadata = {{"b", "\x01"}, {"a", ""}, {"\xc3\xa9", "x"}};
  s.items = {{"si_1", "price_1", 2, 3, 4}, {}};
  s.discounts = {"di_2", "di_1"};
  CHECK(stripe::record(s) == json::canonical(to_json(s)));
  CHECK(stripe::record(domain::Subscription{}) == "{}");
  domain::Customer c;
  c.deleted = true;
  CHECK(stripe::record(c) == json::canonical(to_json(c)));
}

TEST_CASE("records read back what they wrote") {
  const auto s =
      subscription(R"({"customer":"cus_1","status":"active","cancel_at_period_end":true,"cancel_at":-5,"discounts":["di_2","di_1"],
    "pause_collection":{"behavior":"void","resumes_at":9},"metadata":{"k":"v"},
    "items":{"data":[{"id":"si_1","price":"p","quantity":4,"current_period_start":1,"current_period_end":2}]}})");
  CHECK(s.discounts == std::vector<std::string>{"di_1", "di_2"});
  CHECK(stripe::subscription_of(stripe::record(s)) == s);
  const auto c = stripe::read_customer(parsed(R"({"email":"a@b.c","delinquent":true,"metadata":{"x":"y"}})"));
  CHECK(stripe::customer_of(stripe::record(c)) == c);
  const auto session = stripe::read_session(parsed(R"({"status":"open","amount_total":5,"metadata":{"x":"y"}})"));
  CHECK(stripe::session_of(stripe::record(session)) == session);
}

TEST_CASE("customers: the fields that access needs, and the stub of a deleted one") {
  const auto c = stripe::read_customer(parsed(R"({"id":"cus_1","object":"customer","email":"ann@example.com","name":"Ann","phone":null,
    "currency":"usd","delinquent":false,"invoice_settings":{"default_payment_method":{"id":"pm_1"}},"default_source":"card_1",
    "metadata":{"purser_account":"acct"}})"));
  CHECK(
      stripe::record(c) ==
      R"({"currency":"usd","default_payment_method":"pm_1","default_source":"card_1","email":"ann@example.com","metadata":{"purser_account":"acct"},"name":"Ann"})");
  CHECK(stripe::record(stripe::read_customer(parsed(R"({"id":"cus_1","object":"customer","deleted":true,"email":"x"})"))) ==
        R"({"deleted":true})");
}

TEST_CASE("sessions: the buyer's e-mail before the one that was filled in") {
  const auto s =
      stripe::read_session(parsed(R"({"status":"complete","payment_status":"paid","mode":"subscription","customer":{"id":"cus_1"},
    "subscription":"sub_1","client_reference_id":"acct_42","customer_details":{"email":"typed@example.com"},"customer_email":"first@example.com",
    "amount_total":1500,"currency":"usd"})"));
  CHECK(s.customer == "cus_1");
  CHECK(s.subscription == "sub_1");
  CHECK(s.client_reference_id == "acct_42");
  CHECK(s.email == "typed@example.com");
  CHECK(s.amount_total == 1500);
  CHECK(stripe::read_session(parsed(R"({"customer_details":{"email":null},"customer_email":"first@example.com"})")).email ==
        "first@example.com");
}
