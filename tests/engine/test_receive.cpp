#include "catch.hpp"
#include "support/engine_fixture.hpp"

using namespace purser;
using namespace purser::test;
using domain::Outcome;

namespace {

const std::string linked = R"({"purser_account":"acct_42"})";

}  // namespace

TEST_CASE("a signed event in, a decision out") {
  World world;
  world.apply();
  CHECK(world.engine->check("acct_42", "crm") == 0);
  const auto receipt = world.deliver(event("evt_1", "customer.subscription.created", start_s, Sub{.metadata = linked}.json()));
  CHECK(receipt.outcome == Outcome::applied);
  CHECK(receipt.http_status == 200);
  CHECK(receipt.account == "acct_42");
  CHECK(world.engine->check("acct_42", "crm") == 1);
  CHECK(world.engine->check("acct_42", "pool") == 0);
  CHECK(std::string(world.engine->tier("acct_42", "the_app")) == "pro");
  CHECK(std::string(world.engine->tier("nobody", "app")) == "free");
  CHECK(world.engine->tier("acct_42", "unknown") == nullptr);

  CHECK(world.deliver(event("evt_1", "customer.subscription.created", start_s, Sub{.metadata = linked}.json())).outcome ==
        Outcome::duplicate);
  const auto view = world.engine->account_read("acct_42", std::nullopt);
  REQUIRE(view.grants.size() == 1);
  CHECK(view.grants[0].reason == "active");
  CHECK(view.grants[0].valid_until_ms == to_ms(start_s + 33 * 86400));
  CHECK(view.customer == "cus_1");
}

TEST_CASE("a renewal late by seconds, hours or 71 h never flickers; for ever late ends with the slack as stale") {
  World world;
  world.apply();
  world.deliver(event("evt_1", "customer.subscription.created", start_s, Sub{.metadata = linked}.json()));
  const TimeMs end = to_ms(start_s + 30 * 86400);
  for (const TimeMs late : {TimeMs{0}, second_ms, 2 * hour_ms, 71 * hour_ms, 72 * hour_ms - 1}) {
    world.clock->set(end + late);
    CHECK(world.engine->check("acct_42", "crm") == 1);
  }
  world.clock->set(end + 72 * hour_ms);
  CHECK(world.engine->check("acct_42", "crm") == 0);
  CHECK(world.engine->account_read("acct_42", std::nullopt).grants.at(0).reason == "stale");
  const Sub renewed{.start = start_s + 30 * 86400, .end = start_s + 60 * 86400, .metadata = linked};
  world.deliver(event("evt_2", "customer.subscription.updated", start_s + 30 * 86400, renewed.json(), R"({"latest_invoice":"in_1"})"));
  CHECK(world.engine->check("acct_42", "crm") == 1);
}

TEST_CASE("cancelled at period end with every later webhook lost: denied at that millisecond") {
  World world;
  world.apply();
  const Sub sub{.more = R"(,"cancel_at":)" + std::to_string(start_s + 30 * 86400), .metadata = linked};
  world.deliver(event("evt_1", "customer.subscription.created", start_s, sub.json()));
  const TimeMs end = to_ms(start_s + 30 * 86400);
  world.clock->set(end - 1);
  CHECK(world.engine->check("acct_42", "crm") == 1);
  world.clock->set(end);
  CHECK(world.engine->check("acct_42", "crm") == 0);
  CHECK(world.engine->account_read("acct_42", std::nullopt).grants.at(0).reason == "ended");
}

TEST_CASE("parked until linked, then granted in the same transaction") {
  World world;
  world.apply();
  CHECK(world.deliver(event("evt_1", "customer.subscription.created", start_s, Sub{}.json())).outcome == Outcome::parked);
  CHECK(world.engine->check("acct_42", "crm") == 0);
  const auto made = world.engine->account_link("acct_42", "cus_1");
  CHECK(made.changed);
  CHECK(made.subscriptions == 1);
  CHECK(world.engine->check("acct_42", "crm") == 1);
  CHECK_FALSE(world.engine->account_link("acct_42", "cus_1").changed);
  CHECK_THROWS_AS(world.engine->account_link("acct_43", "cus_1"), Failure);
}

TEST_CASE("what is not ours, not known, or not real") {
  World world;
  world.apply();
  CHECK(world.deliver(event("evt_1", "customer.subscription.created", start_s, Sub{.price = "price_other"}.json())).outcome ==
        Outcome::foreign);
  const Sub unmapped{.id = "sub_2", .customer = "cus_2", .price = "price_other", .metadata = linked};
  CHECK(world.deliver(event("evt_2", "customer.subscription.created", start_s, unmapped.json())).outcome == Outcome::applied_unmapped);
  CHECK(world.deliver(event("evt_00000000000000", "customer.subscription.created", start_s, Sub{}.json())).outcome == Outcome::test_event);
  CHECK(world.deliver(event("evt_00000000000000", "customer.subscription.created", start_s, Sub{}.json())).outcome == Outcome::test_event);
  CHECK(world.deliver(R"({"object":"event","type":"x","created":1,"data":{"object":{}}})").reason == "no_id");
  CHECK(world.deliver(R"({"id":"evt_3","object":"event","type":"invoice.paid","data":{"object":{}}})").reason == "no_created");
  CHECK(world.deliver(event("evt_4", "invoice.paid", start_s, "{}", "", R"(,"account":"acct_other")")).reason == "unknown_stripe_account");
  CHECK(world.deliver(event("evt_5", "invoice.paid", start_s, R"({"object":"invoice","id":"in_1"})")).outcome == Outcome::foreign);
  CHECK(world.deliver(event("evt_7", "payment_method.attached", start_s, R"({"object":"payment_method","id":"pm_1"})")).outcome ==
        Outcome::recorded);
  const std::string body = event("evt_6", "invoice.paid", start_s, "{}");
  CHECK(world.engine->webhook_receive(body, signature(body, start_s, "whsec_other_secret"), "", 0).http_status == 400);
  CHECK(world.engine->webhook_receive(body, signature(body, start_s), "nowhere", 0).http_status == 503);
}

TEST_CASE("a price that another account's event makes known grants to everybody who pays it, whatever the order") {
  const std::string other = R"({"purser_account":"acct_7"})";
  const std::string by_key =
      R"({"id":"sub_7","object":"subscription","customer":"cus_7","status":"active","metadata":)" + other +
      R"(,"items":{"data":[{"id":"si_7","quantity":1,"current_period_start":1700000000,"current_period_end":1702592000,
                             "price":{"id":"price_new","lookup_key":"app_pro"}}]}})";
  const std::string first = event("evt_1", "customer.subscription.created", start_s, Sub{.price = "price_new", .metadata = linked}.json());
  const std::string second = event("evt_2", "customer.subscription.created", start_s, by_key);
  std::string hashes[2];
  for (const bool reversed : {false, true}) {
    World world({.mode = engine::Mode::offline});
    world.apply();
    world.replay(reversed ? second : first);
    world.replay(reversed ? first : second);
    CHECK(world.engine->check("acct_42", "crm") == 1);
    hashes[reversed] = world.hash();
  }
  CHECK(hashes[0] == hashes[1]);
}

TEST_CASE("a first subscription whose price the catalog knows by lookup key only is parked, not foreign") {
  World world;
  world.apply();
  std::string by_key = Sub{.price = "price_unseen"}.json();
  by_key.replace(by_key.find("\"lookup_key\":null"), 17, "\"lookup_key\":\"app_pro\"");
  CHECK(world.deliver(event("evt_1", "customer.subscription.created", start_s, by_key)).outcome == Outcome::parked);
}

TEST_CASE("two accounts for one customer: the least fact wins, whatever the order, and it is a finding") {
  const std::string a = event("evt_1", "customer.subscription.created", start_s, Sub{.metadata = R"({"purser_account":"A"})"}.json());
  const std::string b = event("evt_2", "customer.subscription.updated", start_s + 9, Sub{.metadata = R"({"purser_account":"B"})"}.json(),
                              R"({"metadata":{"purser_account":"A"}})");
  for (const bool reversed : {false, true}) {
    World world({.mode = engine::Mode::offline});
    world.apply();
    world.replay(reversed ? b : a);
    world.replay(reversed ? a : b);
    CHECK(world.engine->check("A", "crm") == 1);
    CHECK(world.engine->check("B", "crm") == 0);
    CHECK(world.engine->query("SELECT finding FROM purser_v_finding", 0).cells.at(0).text == "customer_with_two_accounts");
  }
}
