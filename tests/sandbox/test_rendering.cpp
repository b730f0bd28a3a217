// One event in the shapes of several versions and as a thin notification; loss by name, holding back, resending.
#include <map>
#include <set>

#include "base/error.hpp"
#include "catch.hpp"
#include "sandbox/bought.hpp"

namespace json = purser::json;
using purser::day_ms;
using purser::sandbox::Deliver;
using purser::sandbox::Delivery;
using purser::sandbox::Kind;
using purser::test::Bought;
using purser::test::Box;
using purser::test::buy;
using purser::test::id;
using purser::test::text;

namespace {

std::vector<json::object> taken(Box &box, const Deliver &how, int answer = 200) {
  std::vector<json::object> events;
  box.deliver(how, [&](const Delivery &delivery) {
    events.push_back(boost::json::parse(delivery.body).as_object());
    return answer;
  });
  return events;
}

std::vector<json::object> in_version(Box &box, const std::string &version) {
  Deliver how;
  how.versions = {version};
  return taken(box, how, 500);
}

json::object object_of(const std::vector<json::object> &events, const std::string &type) {
  for (auto event = events.rbegin(); event != events.rend(); ++event)
    if (text(*event, "type") == type) return event->at("data").at("object").as_object();
  FAIL("no event of type " << type);
  return {};
}

}  // namespace

TEST_CASE("acacia: the period on the subscription, the subscription on the invoice, the payment beside it") {
  Box box;
  const Bought bought = buy(box);
  const auto events = in_version(box, "2024-09-30.acacia");
  for (const json::object &event : events) CHECK(text(event, "api_version") == "2024-09-30.acacia");
  const json::object subscription = object_of(events, "customer.subscription.updated"), now = purser::test::read(box, bought);
  const json::object &item = now.at("items").at("data").at(0).as_object();
  CHECK(subscription.at("current_period_end") == item.at("current_period_end"));
  CHECK_FALSE(subscription.at("items").at("data").at(0).as_object().contains("current_period_end"));
  CHECK_FALSE(subscription.contains("billing_mode"));
  CHECK(subscription.at("items").at("data").at(0).as_object().contains("plan"));
  const json::object invoice = object_of(events, "invoice.paid");
  CHECK(text(invoice, "subscription") == bought.subscription);
  CHECK(invoice.at("paid").as_bool());
  CHECK(text(invoice, "charge") == id(purser::test::newest_charge(box, bought)));
  CHECK(text(invoice, "payment_intent") == text(purser::test::newest_charge(box, bought), "payment_intent"));
  CHECK_FALSE(invoice.contains("parent"));
  const json::object &line = invoice.at("lines").at("data").at(0).as_object();
  CHECK(text(line, "type") == "subscription");
  CHECK(text(line.at("price").as_object(), "id") == "price_pro_month");
  CHECK(text(object_of(events, "charge.succeeded"), "invoice") == id(invoice));
  CHECK(text(object_of(events, "checkout.session.completed"), "ui_mode") == "hosted");
}

TEST_CASE("older: plans without prices, a request that is a text; a discount with its coupon inside") {
  Box box;
  box.post("/v1/coupons", "id=half&percent_off=50&duration=forever");
  buy(box, "&discounts[0][coupon]=half");
  const auto events = in_version(box, "2017-02-14");
  const json::object subscription = object_of(events, "customer.subscription.updated");
  CHECK_FALSE(subscription.at("items").at("data").at(0).as_object().contains("price"));
  CHECK(text(subscription.at("items").at("data").at(0).at("plan").as_object(), "id") == "price_pro_month");
  CHECK(text(subscription.at("discount").at("coupon").as_object(), "id") == "half");
  for (const json::object &event : events) CHECK_FALSE(event.at("request").is_object());
  CHECK(object_of(in_version(box, "2025-06-30.basil"), "customer.subscription.updated").contains("billing_mode"));
}

TEST_CASE("previous_attributes are those of the version: undone, the event before") {
  Box box;
  const Bought bought = buy(box);
  box.swap(bought.subscription, "max_month", 2);
  box.advance(31 * day_ms);
  json::object before;
  int judged = 0;
  for (const json::object &event : in_version(box, "2024-09-30.acacia")) {
    if (!text(event, "type").starts_with("customer.subscription.")) continue;
    const json::object &data = event.at("data").as_object();
    if (const json::value *previous = data.if_contains("previous_attributes")) {
      for (const auto &member : previous->as_object())
        if (!member.value().is_object()) CHECK(before.at(member.key()) == member.value());
      for (const auto &member : data.at("object").as_object())
        if (!previous->as_object().contains(member.key())) CHECK(before.at(member.key()) == member.value());
      ++judged;
    }
    before = data.at("object").as_object();
  }
  CHECK(judged >= 3);
}

TEST_CASE("two endpoints: each event once in each version, under one id; thin ones name the snapshot") {
  Box box;
  const Bought bought = buy(box);
  Deliver how;
  how.versions = {"2024-09-30.acacia", std::string("2026-06-24.dahlia")};
  how.kind = Kind::both;
  how.order = purser::sandbox::Order::shuffled;
  std::map<std::string, std::set<std::string>> renderings;
  std::set<std::string> snapshots, notices;
  for (const json::object &event : taken(box, how)) {
    if (text(event, "object") == "event") {
      renderings[id(event)].insert(text(event, "api_version"));
      continue;
    }
    CHECK(text(event, "object") == "v2.core.event");
    CHECK(text(event, "created") == "2026-01-01T00:00:00.000Z");
    CHECK_FALSE(event.contains("data"));
    notices.insert(id(event));
    snapshots.insert(text(event, "snapshot_event"));
    if (text(event, "type") == "v1.customer.subscription.created") {
      CHECK(text(event.at("related_object").as_object(), "id") == bought.subscription);
      CHECK(text(event.at("related_object").as_object(), "url") == "/v1/subscriptions/" + bought.subscription);
    }
  }
  for (const auto &[event, versions] : renderings) {
    CHECK(versions.size() == 2);
    CHECK(snapshots.contains(event));
    CHECK_FALSE(notices.contains(event));
  }
  CHECK(renderings.size() == snapshots.size());
  CHECK(taken(box, {}).empty());
}

TEST_CASE("lost by name: gone for good, listed as not delivered, and resent on demand") {
  Box box;
  buy(box);
  Deliver how;
  how.lose = {"invoice.*", "customer.created"};
  const auto events = taken(box, how);
  for (const json::object &event : events) CHECK_FALSE(text(event, "type").starts_with("invoice."));
  CHECK(taken(box, {}).empty());
  const json::array missed = box.list("/v1/events?delivery_success=false&limit=100");
  CHECK(missed.size() >= 4);
  const std::string one = id(missed.at(0).as_object());
  box.resend(one);
  const auto again = taken(box, {});
  REQUIRE(again.size() == 1);
  CHECK(id(again[0]) == one);
  box.resend(one);  // one that was delivered too
  CHECK(taken(box, {}).size() == 1);
  CHECK_THROWS_AS(box.resend("evt_none"), purser::Failure);
}

TEST_CASE("held back: what does not come now comes later; an answer of 500 is asked for again") {
  Box box;
  buy(box);
  Deliver how;
  how.hold_percent = 50;
  const auto first = taken(box, how, 500);
  const std::size_t waiting = box.list("/v1/events?delivery_success=false&limit=100").size();
  CHECK(first.size() > 0);
  CHECK(first.size() < waiting);
  CHECK(taken(box, {}).size() == waiting);
  Deliver only;
  box.post("/v1/customers", "name=x");
  only.only = {id(box.list("/v1/events?limit=1").at(0).as_object())};
  CHECK(taken(box, only).size() == 1);
}
