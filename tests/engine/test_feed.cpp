#include "catch.hpp"
#include "support/engine_fixture.hpp"

using namespace purser;
using namespace purser::test;

namespace {

const std::string linked = R"({"purser_account":"acct_42"})";

std::string told(const engine::Changes &changes) {
  std::string text;
  for (const engine::TierChange &c : changes.changes)
    text +=
        c.account + " " + c.product + " " + c.tier_before + ">" + c.tier + " " + c.cause + " " + c.customer + " " + c.subscription + "\n";
  return text;
}

}  // namespace

TEST_CASE("a tier that rises and falls is told once each, in order, until it is done") {
  World world;
  world.apply();
  CHECK(world.engine->change_next("users", 0).changes.empty());
  const Sub starter{.price = "price_starter", .metadata = linked};
  world.deliver(event("evt_1", "customer.subscription.created", start_s, starter.json()));
  const Sub pro{.metadata = linked};
  world.deliver(event("evt_2", "customer.subscription.updated", start_s + 100, pro.json(),
                      R"({"items":{"data":[{"id":"si_1","quantity":1,"current_period_start":1700000000,"current_period_end":1702592000,)"
                      R"("price":{"id":"price_starter"}}]}})"));
  const auto both = world.engine->change_next("users", 0);
  CHECK(told(both) ==
        "acct_42 app free>starter event evt_1 cus_1 sub_1\n"
        "acct_42 app starter>pro event evt_2 cus_1 sub_1\n");
  CHECK(told(world.engine->change_next("users", 0)) == told(both));  // not done: told again
  CHECK(told(world.engine->change_next("users", 1)) == "acct_42 app free>starter event evt_1 cus_1 sub_1\n");

  CHECK(world.engine->change_done("users", both.changes[0].seq).seq == both.changes[0].seq);
  CHECK(told(world.engine->change_next("users", 0)) == "acct_42 app starter>pro event evt_2 cus_1 sub_1\n");
  CHECK(world.engine->change_done("users", both.changes[1].seq).seq == both.changes[1].seq);
  CHECK(world.engine->change_done("users", both.changes[0].seq).seq == both.changes[1].seq);  // never back
  CHECK(world.engine->change_next("users", 0).changes.empty());
  CHECK(world.engine->change_next("another", 0).changes.size() == 2);
  CHECK_THROWS_AS(world.engine->change_done("users", both.changes[1].seq + 1), Failure);
  CHECK_THROWS_AS(world.engine->change_next("", 0), Failure);
}

TEST_CASE("time alone ends a tier: the feed says so, with the moment and the subscription that had granted it") {
  World world;
  world.apply();
  const std::int64_t end_s = start_s + 30 * 86400;
  const Sub sub{.more = R"(,"cancel_at":)" + std::to_string(end_s), .metadata = linked};
  world.deliver(event("evt_1", "customer.subscription.created", start_s, sub.json()));
  world.engine->change_done("users", world.engine->change_next("users", 0).changes.at(0).seq);

  world.clock->set(to_ms(end_s) - 1);
  CHECK(world.engine->change_next("users", 0).changes.empty());
  world.clock->set(to_ms(end_s) + 5 * hour_ms);
  const auto fell = world.engine->change_next("users", 0);
  CHECK(told(fell) == "acct_42 app pro>free time cus_1 sub_1\n");
  CHECK(fell.changes.at(0).at_ms == to_ms(end_s));
  // The webhook that says the same comes later: nothing more to tell.
  const Sub gone{.status = "canceled", .metadata = linked};
  world.deliver(event("evt_2", "customer.subscription.deleted", end_s, gone.json()));
  CHECK(told(world.engine->change_next("users", 0)) == told(fell));
}

TEST_CASE("the same tier by another subscription is told, so that the host's subscription id is right") {
  World world;
  world.apply();
  world.deliver(event("evt_1", "customer.subscription.created", start_s, Sub{.metadata = linked}.json()));
  world.deliver(
      event("evt_2", "customer.subscription.created", start_s + 50, Sub{.id = "sub_2", .item = "si_2", .metadata = linked}.json()));
  world.deliver(event("evt_3", "customer.subscription.deleted", start_s + 60, Sub{.status = "canceled", .metadata = linked}.json()));
  const auto all = world.engine->change_next("users", 0);
  REQUIRE(!all.changes.empty());
  CHECK(all.changes.back().subscription == "sub_2");
  CHECK(all.changes.back().tier == "pro");
}

TEST_CASE("a new policy tells of tiers that mean something else now") {
  World world;
  world.apply();
  world.deliver(event("evt_1", "customer.subscription.created", start_s, Sub{.metadata = linked}.json()));
  std::string renamed = small_catalog;
  for (std::size_t at = renamed.find("\"pro\""); at != std::string::npos; at = renamed.find("\"pro\"")) renamed.replace(at, 5, "\"gold\"");
  world.apply(renamed);
  CHECK(told(world.engine->change_next("users", 0)) ==
        "acct_42 app free>pro event evt_1 cus_1 sub_1\n"
        "acct_42 app pro>gold policy 2 cus_1 sub_1\n");
}
