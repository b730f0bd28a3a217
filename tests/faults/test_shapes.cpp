// Shapes: fields that moved between API versions, and fields that do not mean what they seem to.
#include "catch.hpp"
#include "faults/faults.hpp"

using namespace purser;
using namespace purser::test;

namespace {

/// A subscription as version 2020-08-27 renders it: the period stands on it, the items have a plan and no price.
Event of_2020(const std::string &id, const std::string &status, std::int64_t created_s, std::int64_t start_s, std::int64_t end_s) {
  const auto text = [](std::int64_t n) { return std::to_string(n); };
  return event_of(id, "customer.subscription.created", created_s,
                  R"({"id":"sub_old","object":"subscription","customer":"cus_old","status":")" + status +
                      R"(","cancel_at_period_end":false,"current_period_start":)" + text(start_s) + R"(,"current_period_end":)" +
                      text(end_s) +
                      R"(,"metadata":{"purser_account":"acct_ann"},"items":{"object":"list","data":[{"id":"si_old","object":)" +
                      R"("subscription_item","quantity":1,"plan":{"id":"price_pro","object":"plan","amount":9900}}]}})",
                  R"("api_version":"2020-08-27","livemode":false)");
}

}  // namespace

TEST_CASE("STRIPE §13.6 basil moved invoice.subscription: a renewal is paid and nobody's access is prolonged") {
  /// Access until the end of what the last invoice paid for.
  struct Users {
    std::map<std::string, std::int64_t> until_s;  // by subscription
    void handle(const Event &e) {
      if (e.type == "invoice.paid") until_s[e.object.text("subscription")] = e.object.number("lines.data.0.period.end");
    }
  } users;
  Fault fault;
  const std::string subscription = fault.subscribed("app/pro");
  users.until_s[subscription] = fault.grant("pro").valid_until_ms / 1000;
  fault.told();
  fault.box.advance(32 * day_ms);
  const Events events = fault.told();
  REQUIRE(first_of(events, "invoice.paid").object.number("amount_paid") == 9900);
  for (const Event &e : events) users.handle(e);
  fault.tell_all(events);
  fault.box.advance(10 * day_ms);

  REQUIRE(users.until_s.contains(""));  // paid for: undefined
  REQUIRE(users.until_s.at(subscription) < fault.box.now_ms() / 1000);
  CHECK(fault.purser.check(ann, "crm"));
}

TEST_CASE("DOMAIN §3.5, STRIPE §13.6 basil moved current_period_end to the items: a reader of the subscription locks every payer out") {
  struct Users {
    std::map<std::string, std::int64_t> until_s;
    void handle(const Event &e) {
      if (e.type.starts_with("customer.subscription.")) until_s[e.object.text("id")] = e.object.number("current_period_end");
    }
  } users;
  Fault fault;
  const std::string subscription = fault.subscribed("app/pro");
  const Events events = fault.told();
  for (const Event &e : events) users.handle(e);
  REQUIRE(users.until_s.at(subscription) == 0);  // new Date(undefined * 1000)
  CHECK(fault.purser.check(ann, "crm"));
  CHECK(fault.grant("pro").valid_until_ms > fault.box.now_ms() + 27 * day_ms);
}

TEST_CASE("STRIPE §13.6 an unpinned endpoint still speaks 2020: a reader of the items' period and price locks the payer out") {
  struct Users {
    std::map<std::string, std::string> tier;
    std::map<std::string, std::int64_t> until_s;
    void handle(const Event &e) {
      tier[e.object.text("id")] = e.object.text("items.data.0.price.id") == "price_pro" ? "pro" : "free";
      until_s[e.object.text("id")] = e.object.number("items.data.0.current_period_end");
    }
  } users;
  Fault fault;
  const std::int64_t now_s = fault.box.now_ms() / 1000;
  const Event old = of_2020("evt_old1", "active", now_s, now_s, now_s + 30 * 86400);
  users.handle(old);
  REQUIRE(users.tier.at("sub_old") == "free");
  REQUIRE(users.until_s.at("sub_old") == 0);

  CHECK(fault.tell(old).outcome == PURSER_OUTCOME_APPLIED);
  CHECK(fault.tier() == "pro");
  CHECK(fault.grant("pro").valid_until_ms == start_ms + (30 * 24 + 72) * hour_ms);
}

TEST_CASE("STRIPE §13.7 a cancellation in the portal sets cancel_at only: the buyer who left keeps his access") {
  /// Ends with the period where a cancellation is pending; else renews, and a late webhook must lock nobody out.
  struct Users {
    std::map<std::string, std::int64_t> until_s;
    void handle(const Event &e) {
      if (!e.type.starts_with("customer.subscription.")) return;
      const std::int64_t end = e.object.number("items.data.0.current_period_end"), slack = 3 * 86400;
      until_s[e.object.text("id")] = e.object.flag("cancel_at_period_end") ? end : end + slack;
    }
  } users;
  Fault fault;
  const std::string subscription = fault.subscribed("app/pro");
  fault.box.cancel(subscription, true);
  const Events events = fault.told();
  const Event &update = events.back();
  REQUIRE(update.type == "customer.subscription.updated");
  REQUIRE_FALSE(update.object.flag("cancel_at_period_end"));
  REQUIRE(update.object.number("cancel_at") > 0);
  for (const Event &e : events) users.handle(e);
  fault.tell_all(events);
  fault.box.advance(update.object.number("cancel_at") * 1000 - fault.box.now_ms() + hour_ms);  // and the `deleted` is late

  REQUIRE(users.until_s.at(subscription) > fault.box.now_ms() / 1000);
  CHECK_FALSE(fault.purser.check(ann, "crm"));
  CHECK(fault.tier() == "free");
}

TEST_CASE("STRIPE §13.7 pause_collection keeps the status active: access for nothing") {
  struct Users {
    std::map<std::string, bool> pro;
    void handle(const Event &e) {
      if (e.type.starts_with("customer.subscription.")) pro[e.object.text("id")] = e.object.text("status") == "active";
    }
  } users;
  Fault fault;
  const std::string subscription = fault.subscribed("app/pro");
  REQUIRE(fault.post("/v1/subscriptions/" + subscription, "pause_collection[behavior]=void").status == 200);
  const Events events = fault.told();
  for (const Event &e : events) users.handle(e);
  REQUIRE(events.back().object.text("pause_collection.behavior") == "void");
  REQUIRE(users.pro.at(subscription));

  fault.tell_all(events);
  CHECK_FALSE(fault.purser.check(ann, "crm"));
  // Who wants it otherwise says so in the catalog.
  std::string allowing = catalog;
  allowing.replace(allowing.find(R"("grace_days")"), 0, R"("pause_collection": "allow", )");
  fault.purser.catalog_apply({.text = allowing});
  CHECK(fault.purser.check(ann, "crm"));
}

TEST_CASE("DOMAIN §3.13 amounts are added up as texts") {
  /// `row.seats + session.metadata.quantity`: a column of type decimal comes out of the driver as a text, and so does metadata.
  struct Users {
    std::string seats = "0";
    void handle(const Event &e) {
      if (e.type == "checkout.session.completed") seats += e.object.text("metadata.purser_quantity");
    }
  } users;
  Fault fault;
  for (const std::int64_t quantity : {2, 3}) {
    const Checkout made = fault.purser.checkout_create(
        {.account = ann, .tier = "site", .success_url = "https://app.example.com/welcome", .quantity = quantity});
    fault.box.pay(made.session_id);
  }
  const Events events = fault.told();
  for (const Event &e : events) users.handle(e);
  REQUIRE(users.seats == "023");
  fault.tell_all(events);
  CHECK(fault.limit("seats") == 5);
}
