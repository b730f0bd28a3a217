// The crash simulator itself: it finds no loss where SQLite promises none, and it finds the loss where SQLite promises nothing.
#include "adapters/sqlite.hpp"
#include "catch.hpp"
#include "support/recording_vfs.hpp"
#include "support/sql.hpp"
#include "support/temporary_folder.hpp"

using namespace purser;
using namespace purser::test;
using adapters::sqlite_database;

namespace {

constexpr std::int64_t rows = 60;
constexpr int seeds = 4;

/// Commits row after row, each a promise.
void record(const RecordingVfs &vfs, const std::string &path, const std::string &synchronous, RecordingVfs &promises) {
  const auto session = sqlite_database({.path = path, .vfs = vfs.name()})->open(false);
  session->execute_script("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE INDEX i ON t (a); PRAGMA wal_autocheckpoint = 20");
  session->execute_script("PRAGMA synchronous = " + synchronous);
  for (std::int64_t id = 1; id <= rows; ++id) {
    session->begin_write();
    session->execute("INSERT INTO t VALUES ($1, $2)", {id, std::string_view(std::string(900, static_cast<char>('a' + id % 26)))});
    session->commit();
    promises.promise(std::to_string(id));
  }
}

struct Found {
  int outcomes = 0;
  int lost = 0;       ///< outcomes without a promised row
  int damaged = 0;    ///< outcomes that are no whole database
  int undecided = 0;  ///< outcomes in which some write was open: otherwise nothing was tried
};

std::int64_t surviving(const std::string &path) {
  const auto session = sqlite_database({.path = path})->open(false);
  if (texts(*session, "PRAGMA integrity_check") != std::vector<std::string>{"ok"}) return -1;
  return number(*session, "SELECT CASE WHEN count(*) = ifnull(max(id), 0) THEN count(*) ELSE -1 END FROM t");
}

Found crash_everywhere(const RecordingVfs &vfs, const std::string &folder) {
  Found found;
  CrashSimulator simulator(vfs);
  std::size_t kept = 0;
  for (const std::size_t point : vfs.crash_points()) {
    simulator.advance(point);
    while (kept < vfs.promises().size() && vfs.promises()[kept].position <= point) ++kept;
    if (kept == 0) continue;  // before the first promise there may be no table
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
      simulator.build(folder, seed + point * seeds);
      ++found.outcomes;
      found.undecided += simulator.unsynced() > 0;
      std::int64_t there = -1;
      try {
        there = surviving(folder + "/store.db");
      } catch (const Failure &) {}
      found.damaged += there < 0;
      found.lost += there < static_cast<std::int64_t>(kept);
    }
  }
  return found;
}

Found run(const std::string &synchronous) {
  const TemporaryFolder folder(TemporaryFolder::On::memory);
  RecordingVfs vfs("crash-" + synchronous);
  record(vfs, folder.file("store.db"), synchronous, vfs);
  return crash_everywhere(vfs, folder.file("after"));
}

}  // namespace

TEST_CASE("synchronous=FULL: every committed row survives every crash") {
  const Found found = run("FULL");
  CHECK(found.outcomes > 400);
  CHECK(found.undecided > 100);
  CHECK(found.lost == 0);
  CHECK(found.damaged == 0);
}

TEST_CASE("synchronous=NORMAL loses committed rows, but no database") {
  const Found found = run("NORMAL");
  CHECK(found.lost > 0);
  CHECK(found.damaged == 0);
}

TEST_CASE("synchronous=OFF loses committed rows and breaks databases: the simulator can see it") {
  const Found found = run("OFF");
  CHECK(found.lost > 0);
  CHECK(found.damaged > 0);
}

TEST_CASE("without a crash the rebuilt files are the written ones, and a seed says everything") {
  const TemporaryFolder folder;
  RecordingVfs vfs("crash-none");
  record(vfs, folder.file("store.db"), "FULL", vfs);
  CrashSimulator simulator(vfs);
  simulator.advance(vfs.operations().size());
  simulator.build(folder.file("one"), 1);
  CHECK(surviving(folder.file("one/store.db")) == rows);
  CHECK(vfs.syncs() > static_cast<std::size_t>(rows));
}
