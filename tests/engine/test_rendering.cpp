// One event in two renderings: two endpoints with different API versions. It is one fact.
#include "catch.hpp"
#include "support/engine_fixture.hpp"

using namespace purser;
using namespace purser::test;

TEST_CASE("of two renderings of one event that disagree the newer version counts, whichever came first") {
  const auto rendered = [](const std::string &version, const std::string &price) {
    std::string body =
        event("evt_1", "customer.subscription.created", start_s, Sub{.price = price, .metadata = R"({"purser_account":"ann"})"}.json());
    const std::string of = "2026-06-24.dahlia";
    return body.replace(body.find(of), of.size(), version);
  };
  const std::string older = rendered("2025-03-31.basil", "price_starter"), newer = rendered("2026-06-24.dahlia", "price_pro");
  std::string hashes[2];
  for (const bool newer_first : {false, true}) {
    World world({.mode = engine::Mode::offline});
    world.apply();
    for (int again = 0; again < 2; ++again) {
      world.replay(newer_first ? newer : older);
      world.replay(newer_first ? older : newer);
    }
    CHECK(world.engine->tier("ann", "app") == std::string("pro"));
    CHECK(world.engine->account_read("ann", std::nullopt).grants.size() == 1);
    hashes[newer_first] = world.hash();
  }
  CHECK(hashes[0] == hashes[1]);
}
