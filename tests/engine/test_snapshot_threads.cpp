// Readers beside a writer. Every invariant here holds for whole states only, so a torn read breaks it.
#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "catch.hpp"
#include "engine/snapshot.hpp"
#include "snapshot_fixture.hpp"

namespace {

using namespace purser::testing;
using purser::TimeMs;
using purser::domain::Grant;
using purser::engine::Snapshot;
using Answer = Snapshot::Answer;
using namespace std::chrono_literals;

constexpr auto run_time = 300ms;
constexpr int readers = 3;

/// Runs `read` on several threads, each round counted, while `write` runs on this one.
template <class Read, class Write>
std::uint64_t race(const Read &read, const Write &write) {
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> rounds{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < readers; ++i)
    threads.emplace_back([&, i] {
      std::uint64_t mine = 0;
      for (; !stop.load(std::memory_order_relaxed); ++mine) read(i, mine);
      rounds += mine;
    });
  const auto end = std::chrono::steady_clock::now() + run_time;
  std::uint64_t writes = 0;
  while (std::chrono::steady_clock::now() < end) write(writes++);
  stop = true;
  for (std::thread &thread : threads) thread.join();
  CHECK(writes > 100);
  return rounds;
}

}  // namespace

TEST_CASE("A reader never sees a mix of two states of an account", "[snapshot][threads]") {
  const auto clock = std::make_shared<SetClock>();
  clock->set(500);
  Snapshot snapshot(clock, std::string(32, 'k'));
  snapshot.set_catalog(shared(two_products()));
  // At 500 both say: site is pro. In a mix of them it is not: the boundary of one with the entitlements of the other.
  const std::vector<Grant> now_pro = {held("site", "pro", 1000)};  // [pro until 1000) then free
  const std::vector<Grant> was_team = {held("site", "team", 100),
                                       held("site", "pro", 1000)};  // [team until 100) [pro until 1000) then free
  const std::vector<Grant> many = {held("site", "team", 100), held("video", "plus", 200), held("", "pack", 300), held("video", "plus", 400),
                                   held("site", "pro", 900),  held("site", "free", 2000)};  // the same through a block of steps
  const std::vector<const std::vector<Grant> *> states = {&now_pro, &was_team, &many};
  snapshot.put("acct_1", now_pro);
  snapshot.put("acct_2", many);
  std::atomic<std::uint64_t> bad{0}, good{0};
  const std::uint64_t rounds = race(
      [&](int reader, std::uint64_t) {
        const char *account = reader % 2 ? "acct_1" : "acct_2";
        bool resident = false;
        const bool right = snapshot.check(account, "crm") == Answer::yes && snapshot.check(account, "export") == Answer::no &&
                           std::string_view(snapshot.tier(account, "web", resident)) == "pro" && resident;
        (right ? good : bad).fetch_add(1, std::memory_order_relaxed);
      },
      [&](std::uint64_t i) {
        snapshot.put("acct_1", *states[i % 3]);
        snapshot.put("acct_2", *states[(i + 1) % 3]);
      });
  CHECK(bad == 0);
  CHECK(good == rounds);
  CHECK(rounds > 1000);
}

TEST_CASE("An account that a reader has found once is found for ever, while the table grows", "[snapshot][threads]") {
  const auto clock = std::make_shared<SetClock>();
  Snapshot snapshot(clock);
  snapshot.set_catalog(shared(two_products()));
  const std::vector<Grant> pro = {held("site", "pro", purser::forever_ms)};
  const auto id = [](std::uint64_t i) { return "acct_" + std::to_string(i); };
  std::atomic<std::uint64_t> written{0}, bad{0}, found{0};
  const std::uint64_t rounds = race(
      [&](int reader, std::uint64_t round) {
        const std::uint64_t known = written.load(std::memory_order_acquire);
        if (known == 0) return;
        const std::uint64_t i = (round * 7919 + static_cast<std::uint64_t>(reader)) % known;
        const bool right = snapshot.check(id(i), "crm") == (i % 2 == 0 ? Answer::yes : Answer::no);
        (right ? found : bad).fetch_add(1, std::memory_order_relaxed);
      },
      [&](std::uint64_t i) {
        if (i % 2 == 0)
          snapshot.put(id(i), pro);
        else
          snapshot.put(id(i), {});
        written.store(i + 1, std::memory_order_release);
      });
  CHECK(bad == 0);
  CHECK(found > 1000);
  CHECK(rounds >= found);
  CHECK(snapshot.accounts() == written);
  CHECK(written > 2000);  // several growths
}

TEST_CASE("The catalog changes beside readers: an answer is of one catalog or of the other", "[snapshot][threads]") {
  const auto clock = std::make_shared<SetClock>();
  Snapshot snapshot(clock);
  const auto two = shared(two_products()), three = shared(three_products());
  const std::vector<Grant> pro = {held("site", "pro", purser::forever_ms)};
  snapshot.set_catalog(two);
  snapshot.put("acct_1", pro);
  std::atomic<std::uint64_t> bad{0}, known{0}, unknown{0};
  race(
      [&](int, std::uint64_t) {
        const Answer crm = snapshot.check("acct_1", "crm");
        if (crm == Answer::not_resident || snapshot.check("acct_1", "reports") != Answer::yes) ++bad;
        ++(crm == Answer::unknown_feature ? unknown : known);
      },
      [&](std::uint64_t i) {
        snapshot.set_catalog(i % 2 ? two : three);
        snapshot.put("acct_1", pro);
        std::this_thread::sleep_for(100us);
      });
  CHECK(bad == 0);
  CHECK(known > 100);
  CHECK(unknown > 100);
}
