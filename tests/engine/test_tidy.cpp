// What is kept for a time only: bodies, what is nobody's, the single facts of the past. Nothing that goes is needed to fold.
#include <random>

#include "catch.hpp"
#include "support/engine_fixture.hpp"
#include "support/sql.hpp"

using namespace purser;
using namespace purser::test;
using domain::Outcome;

namespace {

std::int64_t count(World &world, const std::string &sql) { return world.engine->query(sql, 0).cells.at(0).integer; }

engine::Tidied tidy(World &world) {
  engine::Tidied sum;
  for (bool more = true; more;) {
    const engine::Tidied one = world.engine->store_tidy(60'000);
    sum.payloads += one.payloads;
    sum.compacted += one.compacted;
    sum.forgotten += one.forgotten;
    more = one.more;
  }
  return sum;
}

std::string hash_of(World &world) { return world.engine->account_read("acct_1", std::nullopt).state_hash; }

void at(World &world, std::int64_t seconds) { world.clock->set((start_s + seconds) * second_ms); }

/// The n-th change of one subscription: its metadata tells which.
std::string nth(int n, std::int64_t created_s, const std::string &id = "sub_1", std::int64_t period = start_s) {
  const auto version = [](int v) { return R"({"v":")" + std::to_string(v) + "\"}"; };
  Sub sub{.id = id, .item = "si_" + id, .start = period, .end = period + 30 * 86400, .metadata = version(n)};
  const std::string type = n == 0 ? "customer.subscription.created" : "customer.subscription.updated";
  return event("evt_" + id + "_" + std::to_string(n), type, created_s, sub.json(), n == 0 ? "" : R"({"metadata":)" + version(n - 1) + "}");
}

}  // namespace

TEST_CASE("bodies go after payload_days, quarantined ones too; what they said stays") {
  World world;
  world.apply();
  world.engine->account_link("acct_1", "cus_1");
  world.deliver(nth(0, start_s));
  world.deliver(event("evt_00000000000000", "customer.updated", start_s, R"({"id":"cus_1","object":"customer"})"));
  const std::string before = hash_of(world);
  at(world, 60 * 86400);
  world.deliver(nth(1, start_s + 60 * 86400));
  at(world, 89 * 86400);
  CHECK(tidy(world).payloads == 0);
  at(world, 91 * 86400);
  const std::string now = hash_of(world);
  CHECK(now != before);
  CHECK(tidy(world).payloads == 2);
  CHECK(hash_of(world) == now);
  CHECK(count(world, "SELECT count(*) FROM purser_v_event") == 2);  // ids are kept for ever; a test event has none to keep
  CHECK(world.deliver(nth(0, start_s)).outcome == Outcome::duplicate);
  CHECK(tidy(world).payloads == 0);

  World forever({.payload_days = -1});
  forever.deliver(nth(0, start_s));
  at(forever, 4000 * std::int64_t{86400});
  CHECK(tidy(forever).payloads == 0);
}

TEST_CASE("another application's objects go after 90 days of silence, parked ones after 400") {
  World world;
  world.apply();
  Sub foreign{.id = "sub_foreign", .customer = "cus_foreign", .price = "price_other"}, heard = foreign,
                                                                                       parked{.id = "sub_parked", .customer = "cus_parked"};
  heard.id = "sub_heard";
  for (const Sub &sub : {foreign, heard, parked})
    world.deliver(event("evt_" + sub.id, "customer.subscription.created", start_s, sub.json()));
  at(world, 80 * 86400);
  world.deliver(event("evt_again", "customer.subscription.updated", start_s + 80 * 86400, heard.json(), R"({"status":"trialing"})"));
  CHECK(tidy(world).forgotten == 0);
  const auto objects = [&] { return count(world, "SELECT count(*) FROM purser_v_object"); };
  REQUIRE(objects() == 3);
  at(world, 91 * 86400);
  CHECK(tidy(world).forgotten == 1);
  CHECK(objects() == 2);
  at(world, 172 * 86400);
  CHECK(tidy(world).forgotten == 1);
  at(world, 399 * std::int64_t{86400});
  CHECK(tidy(world).forgotten == 0);
  at(world, 401 * std::int64_t{86400});
  CHECK(tidy(world).forgotten == 1);
  CHECK(objects() == 0);
  CHECK(count(world, "SELECT count(*) FROM purser_v_event") == 4);
  // It is heard of again: a new beginning.
  CHECK(world.deliver(event("evt_new", "customer.subscription.updated", start_s + 401 * std::int64_t{86400}, parked.json())).outcome ==
        Outcome::parked);
}

TEST_CASE("a past becomes one fact; later and late events do to it what they would have done") {
  World compacted, whole;
  for (World *world : {&compacted, &whole}) {
    world->apply();
    world->engine->account_link("acct_1", "cus_1");
  }
  const auto both = [&](const std::string &body) {
    const engine::Receipt receipt = compacted.deliver(body), expected = whole.deliver(body);
    CHECK(receipt.outcome == expected.outcome);
    CHECK(hash_of(compacted) == hash_of(whole));
  };
  for (int n = 0; n < 12; ++n) {
    at(compacted, n * 10 * 86400);
    at(whole, n * 10 * 86400);
    if (n != 4) both(nth(n, start_s + n * 10 * 86400));  // the fifth is not delivered yet
  }
  const engine::Tidied tidied = tidy(compacted);
  CHECK(tidied.compacted == 7);  // days 0 to 70 without the missing one; 75 is the boundary
  CHECK(hash_of(compacted) == hash_of(whole));
  CHECK(tidy(compacted).compacted == 0);
  const std::int64_t before = count(compacted, "SELECT count(*) FROM purser_v_event");
  const std::int64_t gaps = count(compacted, "SELECT count(*) FROM purser_v_gap");
  const engine::Receipt late = compacted.deliver(nth(4, start_s + 40 * 86400));
  CHECK(late.outcome == Outcome::late);
  CHECK(late.http_status == 200);
  CHECK(count(compacted, "SELECT count(*) FROM purser_v_event WHERE outcome = 7") == 1);
  CHECK(count(compacted, "SELECT count(*) FROM purser_v_gap") == gaps);  // nor asked for
  CHECK(count(compacted, "SELECT count(*) FROM purser_v_event") == before + 1);
  whole.deliver(nth(4, start_s + 40 * 86400));
  CHECK(hash_of(compacted) == hash_of(whole));
  CHECK(compacted.deliver(nth(4, start_s + 40 * 86400)).outcome == Outcome::duplicate);
  for (int n = 0; n < 12; ++n) both(nth(n, start_s + n * 10 * 86400));  // all are resent
  // Another rendering of an event whose fact is in the checkpoint brings no fact back.
  std::string again = nth(3, start_s + 30 * 86400);
  again.replace(again.find("2026-06-24.dahlia"), 17, "2099-01-01.zzz");
  CHECK(compacted.deliver(again).outcome == Outcome::duplicate);
  CHECK(hash_of(compacted) == hash_of(whole));
  for (int n = 12; n < 20; ++n) both(nth(n, start_s + (110 + n) * 86400));
}

TEST_CASE("random lives, tidied at random moments: the same state as never tidied") {
  std::mt19937_64 random(20261125);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  std::int64_t replaced = 0, lates = 0;
  for (int life = 0; life < 60; ++life) {
    World tidied, whole;
    for (World *world : {&tidied, &whole}) {
      world->apply();
      world->engine->account_link("acct_1", "cus_1");
    }
    std::vector<std::string> sent;
    std::int64_t now = 0;
    for (int n = 0; n < 30; ++n) {
      now += below(3) == 0 ? below(3) : below(20) * 86400;
      at(tidied, now);
      at(whole, now);
      sent.push_back(nth(n, start_s + now));
      std::vector<std::string> bodies;
      if (below(5) > 0) bodies.push_back(sent.back());
      if (below(3) == 0) bodies.push_back(sent[static_cast<std::size_t>(below(n + 1))]);  // again, or at last
      for (const std::string &body : bodies) {
        const engine::Receipt receipt = tidied.deliver(body);
        if (receipt.outcome == Outcome::late) {
          ++lates;  // never seen before, and too old to count: the whole store would let it
          continue;
        }
        whole.deliver(body);
        INFO("life " << life << ", change " << n);
        REQUIRE(hash_of(tidied) == hash_of(whole));
      }
      if (below(6) == 0) replaced += tidy(tidied).compacted;
      REQUIRE(hash_of(tidied) == hash_of(whole));
    }
  }
  WARN(replaced << " facts replaced, " << lates << " late events");
  CHECK(replaced > 300);
  CHECK(lates > 5);
}

TEST_CASE("the facts of a joined object go where others say as much") {
  World world;
  world.apply();
  world.engine->account_link("acct_1", "cus_1");
  const auto invoice = [](const std::string &status, std::int64_t paid) {
    return R"({"id":"in_1","object":"invoice","customer":"cus_1","currency":"usd","total":9900,"amount_due":9900,"status":")" + status +
           R"(","amount_paid":)" + std::to_string(paid) + "}";
  };
  world.deliver(event("evt_i1", "invoice.created", start_s, invoice("draft", 0)));
  world.deliver(event("evt_i2", "invoice.finalized", start_s + 1, invoice("open", 0)));
  world.deliver(event("evt_i3", "invoice.updated", start_s + 2, invoice("open", 0)));
  world.deliver(event("evt_i4", "invoice.paid", start_s + 3, invoice("paid", 9900)));
  const std::string before = world.engine->query("SELECT record FROM purser_v_object", 0).cells.at(0).text;
  at(world, 36 * 86400);
  CHECK(tidy(world).compacted == 3);
  CHECK(tidy(world).compacted == 0);
  world.deliver(event("evt_i5", "invoice.updated", start_s + 2, invoice("open", 0)));  // late, and harmless
  CHECK(world.engine->query("SELECT record FROM purser_v_object", 0).cells.at(0).text == before);
}

TEST_CASE("a budget that ends first says so, and the next call goes on") {
  World world;
  world.apply();
  for (int i = 0; i < 300; ++i)
    for (int n = 0; n < 3; ++n) world.deliver(nth(n, start_s + n * 86400, "sub_" + std::to_string(i)));
  at(world, 60 * 86400);
  int calls = 0;
  std::int64_t compacted = 0;
  for (bool more = true; more; ++calls) {
    const engine::Tidied tidied = world.engine->store_tidy(5);
    compacted += tidied.compacted;
    more = tidied.more;
  }
  CHECK(calls > 1);
  CHECK(compacted == 900);
  CHECK(reason_of([&] { world.engine->store_tidy(-1); }) == "budget_invalid");
}
