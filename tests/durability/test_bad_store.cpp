// A store that does not take a write, or not now: nothing is answered 2xx that is not stored, and it goes on afterwards.
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>

#include "adapters/sqlite.hpp"
#include "catch.hpp"
#include "durability/deliveries.hpp"
#include "durability/store_state.hpp"
#include "support/child_process.hpp"
#include "support/private_mounts.hpp"
#include "support/recording_vfs.hpp"
#include "support/sql.hpp"
#include "support/temporary_folder.hpp"

using namespace purser;
using namespace purser::test;
using Kind = FileOperation::Kind;

namespace {

std::string hash_of(const std::vector<Delivery> &deliveries) {
  World world({.mode = engine::Mode::offline});
  world.apply();
  deliver_all(*world.engine, deliveries);
  return world.hash();
}

}  // namespace

TEST_CASE("a disk that is full or fails now and then: 503 with the file's name, nothing answered 2xx is missing") {
  const auto deliveries = make_deliveries(12, 5);
  const TemporaryFolder folder(TemporaryFolder::On::memory);
  RecordingVfs vfs("now-and-then");
  const std::string path = folder.file("store.db");
  const std::pair<Kind, int> faults[] = {
      {Kind::write, SQLITE_FULL}, {Kind::write, SQLITE_IOERR_WRITE}, {Kind::sync, SQLITE_IOERR_FSYNC}, {Kind::sync, SQLITE_FULL}};
  std::set<std::string> promised, refused_for;
  {
    World world({.mode = engine::Mode::offline, .database = adapters::sqlite_database({.path = path, .vfs = vfs.name()})});
    world.apply();
    std::mt19937_64 random(2);
    for (std::size_t from = 0; from < deliveries.size();) {
      const std::size_t to = std::min(deliveries.size(), from + 1 + random() % 6);
      const bool failing = random() % 2 == 0;
      const auto &[kind, code] = faults[random() % 4];
      if (failing) vfs.fail(kind, kind == Kind::sync ? 0 : static_cast<std::int64_t>(random() % 12), code);
      const auto answers = deliver_group(*world.engine, deliveries, from, to);
      vfs.heal();
      for (std::size_t i = 0; i < answers.size(); ++i) {
        if (is_2xx(answers[i])) {
          promised.insert(deliveries[from + i].id);
          continue;
        }
        refused_for.insert(answers[i].reason);
        CHECK(answers[i].http_status == 503);
        CHECK(answers[i].message.find(path) != std::string::npos);
      }
      from = to;
    }
  }
  CHECK(refused_for == std::set<std::string>{"store_full", "store_io"});
  CHECK(promised.size() > 10);
  const auto database = adapters::sqlite_database({.path = path});
  const std::set<std::string> stored = stored_events(*database);
  CHECK(std::includes(stored.begin(), stored.end(), promised.begin(), promised.end()));
  CHECK(damage_of(*database) == "");
  World again({.mode = engine::Mode::offline, .database = database});
  CHECK(deliver_all(*again.engine, deliveries) == 0);
  CHECK(again.hash() == hash_of(deliveries));
}

TEST_CASE("a disk that is full from the start or while the store is made: a typed error, and a store afterwards") {
  const TemporaryFolder folder(TemporaryFolder::On::memory);
  const std::string path = folder.file("store.db");
  int failed = 0;
  for (std::int64_t passing = 0; passing < 40; ++passing) {
    RecordingVfs vfs("full-at-open");
    vfs.fail(Kind::write, passing, SQLITE_FULL);
    const auto database = adapters::sqlite_database({.path = path, .vfs = vfs.name()});
    const Error error = error_of([&] { World({.mode = engine::Mode::offline, .database = database}).apply(); });
    vfs.heal();
    INFO(passing << " writes pass; " << error.message);
    if (error.status != Status::ok) {
      ++failed;
      CHECK(error.reason == "store_full");
      CHECK(error.message.find(path) != std::string::npos);
    }
    World world({.mode = engine::Mode::offline, .database = database});
    world.apply();
    CHECK(damage_of(*database) == "");
    world.engine.reset();
    for (const char *end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
  }
  CHECK(failed > 5);
}

TEST_CASE("a real disk of 2 MiB fills up: 503 with store_full, what was answered 2xx is there, and space makes it go on") {
  const auto deliveries = make_deliveries(300, 4);  // some 7 MiB of log and pages
  const TemporaryFolder folder;
  const int result = in_child([&] {
    if (!mount_small_disk(folder.path(), "2m")) return 77;
    const std::string path = folder.file("store.db");
    const auto database = adapters::sqlite_database({.path = path});
    std::set<std::string> promised;
    bool full = false;
    {
      World world({.mode = engine::Mode::offline, .database = database});
      world.apply();
      for (std::size_t i = 0; i < deliveries.size(); ++i) {
        const auto receipt = world.engine->webhook_receive(deliveries[i].body, deliveries[i].signature, "", 0);
        if (is_2xx(receipt))
          promised.insert(deliveries[i].id);
        else if (receipt.http_status != 503 || receipt.reason != "store_full" || receipt.message.find(path) == receipt.message.npos)
          return 1;
        else
          full = true;
      }
    }
    if (!full || promised.empty()) return 2;
    if (::mount(nullptr, folder.path().c_str(), nullptr, MS_REMOUNT, "size=64m") != 0) return 3;
    const std::set<std::string> stored = stored_events(*database);
    if (!std::includes(stored.begin(), stored.end(), promised.begin(), promised.end())) return 4;
    if (!damage_of(*database).empty()) return 5;
    World world({.mode = engine::Mode::offline, .database = database});
    if (deliver_all(*world.engine, deliveries) != 0) return 6;
    return world.hash() == hash_of(deliveries) ? 0 : 7;
  });
  if (result == 77)
    WARN("no mount allowed here: only the test VFS has filled a disk");
  else
    CHECK(result == 0);
}

TEST_CASE("a store that another process has locked: 503 in time, and stored on redelivery") {
  const auto deliveries = make_deliveries(1, 1);
  const TemporaryFolder folder;
  const std::string path = folder.file("store.db");
  World world({.mode = engine::Mode::offline, .database = adapters::sqlite_database({.path = path, .busy_timeout_ms = 200})});
  world.apply();
  const auto other = adapters::sqlite_database({.path = path})->open(false);
  other->begin_write();
  const auto start = std::chrono::steady_clock::now();
  const auto receipt = deliver_group(*world.engine, deliveries, 0, 1).at(0);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
  CHECK(receipt.http_status == 503);
  CHECK(receipt.reason == "store_locked");
  CHECK(receipt.message.find(path) != std::string::npos);
  other->rollback();
  CHECK(deliver_all(*world.engine, deliveries) == 0);
}

TEST_CASE("two servers on one store, the events split at random: the hash of one server") {
  const auto deliveries = make_deliveries(12, 9);
  const std::string expected = hash_of(deliveries);
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    const TemporaryFolder folder;
    const std::string path = folder.file("store.db");
    const auto serve = [&](std::uint64_t half) {
      World world({.path = path, .mode = engine::Mode::offline});
      world.apply();
      std::mt19937_64 random(seed);
      int refused = 0;
      for (const Delivery &delivery : deliveries) {
        if (random() % 2 != half) continue;
        refused += !is_2xx(world.engine->webhook_receive(delivery.body, delivery.signature, "", 0));
      }
      return refused;
    };
    const pid_t first = ::fork();
    if (first == 0) ::_exit(serve(0));
    const int second = in_child([&] { return serve(1); });
    int status = 0;
    ::waitpid(first, &status, 0);
    CHECK(second == 0);
    CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 0));
    World world({.path = path, .mode = engine::Mode::offline});
    CHECK(world.hash() == expected);
    CHECK(damage_of(*adapters::sqlite_database({.path = path})) == "");
  }
}

TEST_CASE("a store that cannot be opened says why, names the file and the fix") {
  const TemporaryFolder folder;
  const auto path_of = [&](const std::string &name) { return folder.file(name + ".db"); };
  const auto open = [&](const std::string &path, engine::Mode mode, bool create = true) {
    return error_of([&] { World({.mode = mode, .database = adapters::sqlite_database({.path = path, .create = create})}); });
  };
  const auto make = [&](const std::string &name) {
    World world({.path = path_of(name), .mode = engine::Mode::test});
    world.apply();
  };
  make("newer");
  adapters::sqlite_database({.path = path_of("newer")})
      ->open(false)
      ->execute_script("UPDATE purser_meta SET value = '999' WHERE name IN ('schema_version', 'schema_min_compatible')");
  make("mode");
  make("cut");
  std::filesystem::resize_file(path_of("cut"), 10'000);
  std::ofstream(path_of("text")) << "not a database, only a text that is long enough to be looked at twice";

  const struct {
    std::string name;
    engine::Mode mode;
    bool create;
    Status status;
    std::string reason;
  } rows[] = {
      {"none", engine::Mode::test, false, Status::not_found, "store_missing"},
      {"none", engine::Mode::as_stamped, true, Status::invalid, "mode_missing"},
      {"newer", engine::Mode::test, true, Status::unsupported, "store_newer"},
      {"mode", engine::Mode::live, true, Status::refused, "store_other_mode"},
      {"mode", engine::Mode::offline, true, Status::refused, "store_other_mode"},
      {"cut", engine::Mode::test, true, Status::corrupt, "store_truncated"},
      {"text", engine::Mode::test, true, Status::corrupt, "store_not_a_database"},
  };
  for (const auto &row : rows) {
    const Error error = open(path_of(row.name), row.mode, row.create);
    INFO(row.name << ": " << error.message);
    CHECK(error.reason == row.reason);
    CHECK(error.status == row.status);
    CHECK(error.message.find(path_of(row.name)) != std::string::npos);
  }
}
