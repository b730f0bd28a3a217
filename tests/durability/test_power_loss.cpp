// Power loss at any moment of an ingest run: what was answered 2xx is stored, nothing is stored by half, redelivery converges.
#include <algorithm>
#include <random>

#include "adapters/sqlite.hpp"
#include "catch.hpp"
#include "durability/deliveries.hpp"
#include "durability/long_run.hpp"
#include "durability/store_state.hpp"
#include "durability/wrong_database.hpp"
#include "support/recording_vfs.hpp"
#include "support/temporary_folder.hpp"

using namespace purser;
using namespace purser::test;

namespace {

constexpr int accounts = 12;
constexpr std::size_t group_max = 8;
// Far more checkpoints than the default of 1,000 pages would give: they move rows between the files.
const std::string frequent_checkpoints = "PRAGMA wal_autocheckpoint = 40";

/// One recorded run, and the states that the store went through, from commit to commit.
struct Recorded {
  TemporaryFolder folder{TemporaryFolder::On::memory};
  RecordingVfs vfs;
  std::vector<Delivery> deliveries = make_deliveries(accounts, 7);
  std::vector<StoreState> states;

  Recorded(const std::string &name, const SqlWrap &wrong) : vfs("power-loss-" + name) {
    const auto plain = adapters::sqlite_database({.path = folder.file("store.db"), .vfs = vfs.name()});
    auto database = wrapped_database(plain, with_setting(frequent_checkpoints));
    if (wrong) database = wrapped_database(database, wrong);
    ingest(database, *plain);
    // What a wrong database still owed is written by now.
    World world({.mode = engine::Mode::offline, .database = plain});
    states.push_back(state_of(*world.engine, *plain));
  }

 private:
  void ingest(const std::shared_ptr<ports::SqlDatabase> &database, ports::SqlDatabase &plain) {
    World world({.mode = engine::Mode::offline, .database = database});
    states.push_back(state_of(*world.engine, plain));
    world.apply();
    states.push_back(state_of(*world.engine, plain));
    std::mt19937_64 random(11);
    for (std::size_t from = 0; from < deliveries.size();) {
      const std::size_t to = std::min(deliveries.size(), from + 1 + random() % group_max);
      for (std::size_t i = from; i < to; ++i) {
        world.engine->webhook_begin(deliveries[i].body, deliveries[i].signature, "", [&, i](const engine::Receipt &receipt) {
          if (is_2xx(receipt)) vfs.promise(deliveries[i].id);
        });
      }
      while (world.engine->work()) {}
      states.push_back(state_of(*world.engine, plain));
      from = to;
    }
  }
};

/// Empty, or what is wrong with the store that this outcome of the crash left behind.
std::string fault_of(const std::string &path, const Recorded &run, std::size_t promised) {
  const auto database = adapters::sqlite_database({.path = path});
  try {
    World world({.mode = engine::Mode::offline, .database = database});
    const std::set<std::string> stored = stored_events(*database);
    for (std::size_t i = 0; i < promised; ++i) {
      if (!stored.contains(run.vfs.promises()[i].what)) return "lost " + run.vfs.promises()[i].what;
    }
    if (const std::string damage = damage_of(*database); !damage.empty()) return "damaged: " + damage;
    if (std::find(run.states.begin(), run.states.end(), state_of(*world.engine, *database)) == run.states.end()) return "half a state";
    world.apply();
    if (deliver_all(*world.engine, run.deliveries) != 0) return "a redelivery was refused";
    if (state_of(*world.engine, *database) != run.states.back()) return "redelivery does not converge";
    if (const std::string damage = damage_of(*database); !damage.empty()) return "damaged by redelivery: " + damage;
  } catch (const Failure &failure) { return "does not open: " + failure.error().reason + ": " + failure.error().message; }
  return {};
}

struct Found {
  int outcomes = 0;
  int undecided = 0;  ///< with writes whose fate was open
  int promising = 0;  ///< with deliveries that had been answered
  std::string fault;  ///< the first one
};

/// At least `outcomes_min` crashes, spread evenly over all points; ends at the first fault.
Found crash(const Recorded &run, std::size_t outcomes_min) {
  Found found;
  const TemporaryFolder after(TemporaryFolder::On::memory);
  CrashSimulator simulator(run.vfs);
  const std::vector<std::size_t> points = run.vfs.crash_points();
  const std::size_t stride = std::max<std::size_t>(1, points.size() / outcomes_min);
  const std::size_t seeds = (outcomes_min + points.size() - 1) / points.size();
  std::size_t promised = 0;
  for (std::size_t p = 0; p < points.size(); p += stride) {
    simulator.advance(points[p]);
    while (promised < run.vfs.promises().size() && run.vfs.promises()[promised].position <= points[p]) ++promised;
    for (std::size_t seed = 0; seed < seeds; ++seed) {
      simulator.build(after.file("crashed"), points[p] * seeds + seed);
      ++found.outcomes;
      found.undecided += simulator.unsynced() > 0;
      found.promising += promised > 0;
      found.fault = fault_of(after.file("crashed/store.db"), run, promised);
      if (found.fault.empty()) continue;
      found.fault += " (operation " + std::to_string(points[p]) + ", seed " + std::to_string(seed) + ")";
      return found;
    }
  }
  return found;
}

}  // namespace

TEST_CASE("power loss at every sync and every answer: nothing that was answered is lost, nothing is half") {
  const Recorded run("right", nullptr);
  REQUIRE(run.vfs.promises().size() == run.deliveries.size());
  const std::size_t outcomes_min = long_run() ? 1000 : 60;
  const Found found = crash(run, outcomes_min);
  CHECK(found.fault == "");
  CHECK(found.outcomes >= static_cast<int>(outcomes_min));
  CHECK(found.undecided * 4 > found.outcomes);
  CHECK(found.promising * 2 > found.outcomes);
  WARN(found.outcomes << " crashes over " << run.vfs.syncs() << " syncs and " << run.vfs.promises().size() << " answers");
}

TEST_CASE("the test sees synchronous=OFF") {
  const Found found = crash(Recorded("off", with_setting("PRAGMA synchronous = OFF")), 1000);
  CHECK(found.fault != "");
  WARN("found after " << found.outcomes << " crashes: " << found.fault);
}

TEST_CASE("the test sees an answer before COMMIT") {
  const Found found = crash(Recorded("early", with_late_commit()), 1000);
  CHECK(found.fault.starts_with("lost "));
  WARN("found after " << found.outcomes << " crashes: " << found.fault);
}

TEST_CASE("the test sees an event that is committed apart from its consequences") {
  const Found found = crash(Recorded("split", with_split_transaction()), 1000);
  CHECK(found.fault.starts_with("half a state"));
  WARN("found after " << found.outcomes << " crashes: " << found.fault);
}
