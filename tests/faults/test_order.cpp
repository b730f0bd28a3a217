// Order of arrival.
#include <stdexcept>

#include "catch.hpp"
#include "faults/faults.hpp"

using namespace purser;
using namespace purser::test;

namespace {

bool of_subscription(const Event &e) { return e.type.starts_with("customer.subscription."); }

/// "The webhook is the truth": whatever comes last stands in the table.
struct LastWins {
  std::string status;
  void handle(const Event &e) {
    if (of_subscription(e)) status = e.object.text("status");
  }
};

/// "Stale events are skipped": only what is newer than the newest one seen.
struct StrictlyNewer {
  std::string status;
  std::int64_t seen = 0;
  void handle(const Event &e) {
    if (!of_subscription(e) || e.created <= seen) return;
    seen = e.created;
    status = e.object.text("status");
  }
};

/// The same, with the other comparison.
struct NewerOrSame {
  std::string status;
  std::int64_t seen = 0;
  void handle(const Event &e) {
    if (!of_subscription(e) || e.created < seen) return;
    seen = e.created;
    status = e.object.text("status");
  }
};

/// In how many orders the handler's table ends with another status than the truth.
template <class Handler>
int wrong_orders(const Events &events, const std::string &truth) {
  int wrong = 0;
  each_order(events, [&](const Events &order) {
    Handler handler;
    for (const Event &e : order) handler.handle(e);
    wrong += handler.status != truth;
  });
  return wrong;
}

int purser_wrong_orders(const Fault &fault, const Events &events, const std::string &tier) {
  int wrong = 0;
  each_order(events, [&](const Events &order) {
    const Purser purser = fault.another();
    for (const Event &e : order) CHECK(fault.tell(purser, e).http_status == 200);
    wrong += purser.tier(ann, "app") != tier;
  });
  return wrong;
}

}  // namespace

TEST_CASE("STRIPE §13.1 created arrives after updated: a payer stays incomplete") {
  Fault fault;
  fault.box.pay(fault.buy("app/pro").session_id);
  const Events events = of_type(fault.told(), "customer.subscription.");
  REQUIRE(events.size() == 2);
  REQUIRE(first_of(events, "customer.subscription.created").object.text("status") == "incomplete");
  REQUIRE(events[0].created == events[1].created);

  REQUIRE(wrong_orders<LastWins>(events, "active") == 1);
  REQUIRE(wrong_orders<StrictlyNewer>(events, "active") == 1);
  REQUIRE(wrong_orders<NewerOrSame>(events, "active") == 1);
  CHECK(purser_wrong_orders(fault, events, "pro") == 0);
}

TEST_CASE("STRIPE §13.2 updated arrives after deleted: a cancelled user stays subscribed") {
  Fault fault;
  const std::string subscription = fault.subscribed("app/starter");
  fault.box.swap(subscription, "app_pro");
  fault.box.advance(minute_ms);
  fault.box.cancel(subscription, false);
  const Events events = of_type(fault.told(), "customer.subscription.");
  REQUIRE(events.size() == 4);
  REQUIRE(events.back().type == "customer.subscription.deleted");

  REQUIRE(wrong_orders<LastWins>(events, "canceled") == 18);  // whatever comes after the end brings it back
  CHECK(purser_wrong_orders(fault, events, "free") == 0);
}

TEST_CASE("STRIPE §3 toggles in one second: no comparison of timestamps finds the last state") {
  Fault fault;
  const std::string subscription = fault.subscribed("app/starter");
  fault.told();
  for (const char *price : {"price_pro", "price_starter", "price_pro"}) {
    const std::string item = Json(fault.box.request("GET", "/v1/subscriptions/" + subscription).body).text("items.data.0.id");
    REQUIRE(fault.post("/v1/subscriptions/" + subscription, "items[0][id]=" + item + "&items[0][price]=" + price).status == 200);
  }
  const Events events = of_type(fault.told(), "customer.subscription.updated");
  REQUIRE(events.size() == 3);
  REQUIRE(events.front().created == events.back().created);
  /// As LastWins, of the price.
  const auto last_price = [](const Events &order, bool newer_only) {
    std::string price;
    std::int64_t seen = 0;
    for (const Event &e : order) {
      if (newer_only && e.created <= seen) continue;
      seen = e.created;
      price = e.object.text("items.data.0.price.id");
    }
    return price;
  };
  int last_wrong = 0, newer_wrong = 0, purser_wrong = 0;
  each_order(events, [&](const Events &order) {
    last_wrong += last_price(order, false) != "price_pro";
    newer_wrong += last_price(order, true) != "price_pro";
    const Purser purser = fault.another();
    for (const Event &e : order) fault.tell(purser, e);
    purser_wrong += purser.tier(ann, "app") != "pro";
  });
  REQUIRE(last_wrong > 0);
  REQUIRE(newer_wrong > 0);
  CHECK(purser_wrong == 0);
}

TEST_CASE("STRIPE §13.3 customer.deleted arrives before subscription.deleted: the handler fails for ever") {
  /// The customer goes, its row goes; whoever has no row is an error.
  struct Users {
    std::map<std::string, std::string> tier_of_customer;
    void handle(const Event &e) {
      if (e.type == "customer.created") tier_of_customer[e.object.text("id")] = "free";
      if (e.type == "customer.deleted") tier_of_customer.erase(e.object.text("id"));
      if (of_subscription(e)) tier_of_customer.at(e.object.text("customer")) = e.object.text("status") == "active" ? "pro" : "free";
    }
  } users;
  Fault fault;
  fault.subscribed("app/pro");
  const std::string customer = fault.purser.account_read({.account = ann}).customer;
  for (const Event &e : fault.told()) users.handle(e);
  REQUIRE(users.tier_of_customer.at(customer) == "pro");
  REQUIRE(fault.box.request("DELETE", "/v1/customers/" + customer).status == 200);
  const Events events = fault.told();
  const Event &customer_gone = first_of(events, "customer.deleted"), &subscription_gone = first_of(events, "customer.subscription.deleted");

  users.handle(customer_gone);
  REQUIRE_FALSE(delivered([&](const Event &e) { users.handle(e); }, subscription_gone));  // and in the end Stripe disables the endpoint

  CHECK(fault.tell(customer_gone).http_status == 200);
  CHECK(fault.tell(subscription_gone).http_status == 200);
  CHECK(fault.tier() == "free");
  CHECK(fault.news() == "free>pro pro>free");
}
