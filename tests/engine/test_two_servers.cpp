// Two servers on one store: events split at random between them, and the same truth as one server alone.
#include <random>
#include <thread>

#include "catch.hpp"
#include "support/engine_fixture.hpp"
#include "support/temporary_folder.hpp"

using namespace purser;
using namespace purser::test;

namespace {

constexpr int accounts = 40;

std::vector<std::string> deliveries() {
  std::vector<std::string> all;
  for (int i = 0; i < accounts; ++i) {
    const std::string n = std::to_string(i);
    Sub sub{.id = "sub_" + n,
            .customer = "cus_" + n,
            .price = "price_starter",
            .item = "si_" + n,
            .metadata = R"({"purser_account":"acct_)" + n + "\"}"};
    const std::string starter = sub.json();
    all.push_back(event("evt_a" + n, "customer.subscription.created", start_s, starter));
    const std::string items = starter.substr(starter.find("\"items\""), starter.size() - 1 - starter.find("\"items\""));
    sub.price = "price_pro";
    all.push_back(event("evt_b" + n, "customer.subscription.updated", start_s + i % 3, sub.json(), "{" + items + "}"));
    if (i % 4 == 0) {
      sub.status = "canceled";
      all.push_back(event("evt_c" + n, "customer.subscription.deleted", start_s + 20, sub.json()));
    }
  }
  return all;
}

std::string truth(World &world) {
  std::string all;
  for (int i = 0; i < accounts; ++i) all += world.engine->account_read("acct_" + std::to_string(i), std::nullopt).state_hash;
  return all;
}

}  // namespace

TEST_CASE("two servers, one store [threads]", "[threads]") {
  std::vector<std::string> bodies = deliveries();
  World alone;
  alone.apply();
  for (const std::string &body : bodies) REQUIRE(alone.deliver(body).http_status == 200);

  std::mt19937 random(7);
  for (int round = 0; round < 3; ++round) {
    TemporaryFolder folder(TemporaryFolder::On::memory);
    EngineOptions options;
    options.path = folder.file("store.db");
    World first(options);
    World second(options);
    first.apply();
    std::shuffle(bodies.begin(), bodies.end(), random);
    std::vector<std::string> shares[2];
    for (const std::string &body : bodies) shares[random() % 2].push_back(body);
    shares[0].push_back(bodies.front());  // one delivery reaches both
    shares[1].push_back(bodies.front());
    std::atomic<int> refused{0};
    const auto serve = [&](World &world, const std::vector<std::string> &share) {
      for (const std::string &body : share) refused += world.deliver(body).http_status != 200;
    };
    std::thread other([&] { serve(second, shares[1]); });
    serve(first, shares[0]);
    other.join();
    CHECK(refused == 0);
    CHECK(truth(first) == truth(alone));
    CHECK(truth(second) == truth(alone));
    first.engine->refresh();
    second.engine->refresh();
    for (int i = 0; i < accounts; ++i) {
      const std::string account = "acct_" + std::to_string(i);
      CHECK(first.engine->check(account, "crm") == alone.engine->check(account, "crm"));
      CHECK(second.engine->check(account, "crm") == (i % 4 != 0));
    }
  }
}

TEST_CASE("a catalog applied by one process is followed by the other") {
  TemporaryFolder folder(TemporaryFolder::On::memory);
  EngineOptions options;
  options.path = folder.file("store.db");
  World first(options);
  World second(options);
  first.apply();
  first.deliver(event("evt_1", "customer.subscription.created", start_s, Sub{.metadata = R"({"purser_account":"acct_1"})"}.json()));
  second.engine->refresh();
  CHECK(second.engine->check("acct_1", "crm") == 1);
  std::string without = small_catalog;
  without.replace(without.find(R"("features": ["leads", "crm"])"), std::string(R"("features": ["leads", "crm"])").size(),
                  R"("features": ["leads"])");
  first.apply(without);
  CHECK(first.engine->check("acct_1", "crm") == 0);
  second.engine->refresh();
  CHECK(second.engine->check("acct_1", "crm") == 0);
  CHECK(second.engine->check("acct_1", "leads") == 1);
}

TEST_CASE("accounts beyond resident_accounts_max are read from the store, not denied") {
  TemporaryFolder folder(TemporaryFolder::On::memory);
  EngineOptions options;
  options.path = folder.file("store.db");
  {
    World world(options);
    world.apply();
    for (const std::string &body : deliveries()) world.deliver(body);
  }
  options.resident_accounts_max = 3;
  World small(options);
  for (int i = 0; i < accounts; ++i) {
    CHECK(small.engine->check("acct_" + std::to_string(i), "crm") == (i % 4 != 0));
    CHECK(std::string(small.engine->tier("acct_" + std::to_string(i), "app")) == (i % 4 != 0 ? "pro" : "free"));
  }
  CHECK(small.engine->check("nobody", "crm") == 0);
}

TEST_CASE("a store belongs to one mode and one Stripe account") {
  TemporaryFolder folder(TemporaryFolder::On::memory);
  EngineOptions options;
  options.path = folder.file("store.db");
  World world(options);
  CHECK_THROWS_AS(world.engine->replay("{}", false), Failure);
  options.mode = engine::Mode::live;
  try {
    World other(options);
    FAIL("opened");
  } catch (const Failure &failure) {
    CHECK(failure.error().reason == "store_other_mode");
    CHECK(failure.error().message.find(on_postgres() ? "postgres://" : "store.db") != std::string::npos);
  }
  options.mode = engine::Mode::as_stamped;
  CHECK_NOTHROW(World(options));
  options.path = folder.file("new.db");
  CHECK_THROWS_AS(World(options), Failure);
}
