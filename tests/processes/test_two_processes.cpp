// Two engine processes on one store, events split at random, both killed at times: no lost update, one hash, gaps closed.
#include <algorithm>
#include <cstdlib>
#include <functional>
#include <set>

#include "catch.hpp"
#include "processes/pair.hpp"
#include "simulator/judge.hpp"
#include "simulator/settling.hpp"
#include "simulator/steps.hpp"
#include "support/postgres_server.hpp"
#include "support/temporary_folder.hpp"

using namespace purser;
using namespace purser::test;
using simulator::Dice;
using simulator::Stage;

namespace {

constexpr int lose_percent = 5;
constexpr int kill_permille = 25;

bool long_run() {
  const char *value = std::getenv("PURSER_SOAK");
  return value && std::string(value) == "1";
}

/// A step of the simulator's that the two hosts are told of as well. The policy stays: it was applied to their store.
void step(Stage &stage, HostPair &hosts, Dice &dice) {
  const simulator::Step &chosen = simulator::steps[dice.below(simulator::steps.size())];
  if (chosen.kind == "policy") return;
  if (dice.chance(60)) stage.box.advance(dice.between(1, 60) * simulator::minute_ms);
  const std::map<std::string, std::string> links = stage.host_links;
  const auto tell = [&] {
    const auto letters = stage.post.collect();
    stage.post.send(stage.purser, letters, simulator::Fault::none, dice);
    hosts.post(letters, lose_percent);
  };
  // Hosts that are up ask for what they missed while Stripe still lists it.
  stage.on_the_way = [&] {
    tell();
    hosts.sweep();
  };
  chosen.run(stage, dice);
  stage.on_the_way = nullptr;
  for (const auto &[customer, account] : stage.host_links)
    if (!links.contains(customer)) hosts.link(account, customer);
  tell();
  hosts.work(dice.below(12));
}

/// Its own words of what it holds, by a third process's eyes.
void check_equal(const Stage &stage, const std::string &store, const std::set<std::string> &answered) {
  Config config{.threads = 0, .log_level = PURSER_LOG_ERROR, .store = store, .must_exist = true};
  config.configure = [&](purser_config &c) { stage.box.call(purser_sandbox_configure, &c); };
  const Purser shared(std::move(config));
  for (const std::string &account : stage.accounts) {
    INFO(account);
    CHECK(shared.account_read({.account = account}).state_hash == stage.purser.account_read({.account = account}).state_hash);
  }
  std::set<std::string> stored;
  for (const auto &row : shared.query({.sql = "SELECT id FROM purser_v_event", .row_limit = 100'000}).rows)
    stored.insert(std::get<std::string>(row[0]));
  const auto missing = std::ranges::find_if(answered, [&](const std::string &id) { return !stored.contains(id); });
  CHECK((missing == answered.end() ? "" : *missing) == "");
  const Health health = shared.health_read();
  CHECK(health.unconfirmed == 0);
  CHECK(health.waiting_gaps == 0);
  CHECK(shared.gap_fetch().fetched == 0);
}

struct Tally {
  std::int64_t kills = 0, at_work = 0, lost = 0, again = 0;
};

void one_world(std::uint64_t seed, const std::string &store, Tally &tally) {
  INFO("seed " << seed);
  Stage stage(seed);
  {
    // The store is made, and its policy applied, before the two begin.
    Config config{.threads = 0, .store = store};
    config.configure = [&](purser_config &c) { stage.box.call(purser_sandbox_configure, &c); };
    Purser(std::move(config)).catalog_apply({.text = stage.catalog.text});
  }
  HostPair hosts(stage, store, seed, kill_permille);
  for (int number = 0; number < 30; ++number) {
    Dice dice(seed, static_cast<std::uint64_t>(number) + 1);
    step(stage, hosts, dice);
  }
  hosts.settle();
  Dice dice(seed, 0x5E77);
  simulator::settle(stage, dice);
  hosts.settle();
  check_equal(stage, store, hosts.answered_events());
  tally.kills += hosts.kills();
  tally.at_work += hosts.killed_at_work();
  tally.lost += hosts.lost();
  tally.again += hosts.again();
}

}  // namespace

/// `fresh`: where the store of the next world will stand.
void many_worlds(int worlds, const std::function<std::string()> &fresh) {
  Tally tally;
  for (int seed = 1; seed <= worlds; ++seed) one_world(static_cast<std::uint64_t>(seed), fresh(), tally);
  CHECK(tally.at_work >= 3 * worlds);
  CHECK(tally.lost > 0);
  WARN(worlds << " worlds: " << tally.kills << " kills, " << tally.at_work << " of them at work, " << tally.lost << " events lost, "
              << tally.again << " orders given again");
}

TEST_CASE("two processes on one SQLite, events split at random, both killed at times, have one hash and no gap", "[sqlite]") {
  const TemporaryFolder folder(TemporaryFolder::On::memory);
  int stores = 0;
  many_worlds(long_run() ? 200 : 12, [&] { return folder.file("store" + std::to_string(++stores) + ".db"); });
}

TEST_CASE("two processes on one PostgreSQL, events split at random, both killed at times, have one hash and no gap", "[postgres]") {
  PostgresServer server({"--durable"});
  many_worlds(long_run() ? 100 : 5, [&] { return server.fresh(); });
}
