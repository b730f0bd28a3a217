// A process that dies at every storage call and every write to the store's files of an erasure: whoever opens the store next finds either
// the whole account or nothing of it, in no byte of any file.
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "catch.hpp"
#include "durability/long_run.hpp"
#include "engine/planted.hpp"
#include "support/crash_database.hpp"
#include "support/recording_vfs.hpp"

using namespace purser;
using namespace purser::test;

namespace {

constexpr std::int64_t points_of_a_slice = 120;  ///< PURSER_SOAK=1 takes them all

/// Erases in a child that ends at point `crash_at`. Returns how many points it passed, or -1 where it crashed.
std::int64_t erase_in_child(const std::string &path, std::int64_t crash_at) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    CrashPoints points(crash_at);
    RecordingVfs vfs("erase");
    vfs.before = [&] { points.reach(); };
    try {
      World world({.database = database_with_points(adapters::sqlite_database({.path = path, .vfs = vfs.name()}), points)});
      world.engine->account_erase(ann);
    } catch (const std::exception &) { ::_exit(1); }
    const std::int64_t passed = points.passed();
    static_cast<void>(!::write(ends[1], &passed, sizeof passed));
    ::_exit(0);
  }
  ::close(ends[1]);
  std::int64_t passed = -1;
  static_cast<void>(!::read(ends[0], &passed, sizeof passed));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE(WIFEXITED(status));
  REQUIRE((WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == CrashPoints::exit_code));
  return WEXITSTATUS(status) == 0 ? passed : -1;
}

std::string bytes_of_store(const std::string &path) {
  std::string all;
  for (const char *tail : {"", "-wal", "-shm"}) all += bytes_of(path + tail);
  return all;
}

}  // namespace

TEST_CASE("an erasure that dies at any point is finished at the next opening, or has not begun") {
  Premises premises;
  std::string bobs;
  {
    World world(premises.options());
    populate(world);
    world.deliver(anns_end());
    bobs = world.engine->account_export(bob).document;
  }
  const std::string path = premises.folder.file("crashed.db");
  const auto fresh = [&] {
    for (const char *tail : {"", "-wal", "-shm"}) std::filesystem::remove(path + tail);
    std::filesystem::copy_file(premises.path, path);
  };
  fresh();
  const std::int64_t points = erase_in_child(path, CrashPoints::never);
  REQUIRE(points > 50);
  REQUIRE(found_in(bytes_of_store(path)).empty());
  const std::int64_t stride = long_run() ? 1 : std::max<std::int64_t>(1, points / points_of_a_slice);
  std::int64_t whole = 0, finished = 0;
  for (std::int64_t at = 0; at < points; at += stride) {
    INFO("crash at point " << at << " of " << points);
    fresh();
    REQUIRE(erase_in_child(path, at) == -1);
    World world({.path = path});
    const bool there = world.engine->query("SELECT count(*) FROM purser_v_account", 0).cells[0].integer == 2;
    if (there) {
      ++whole;
      REQUIRE(found_in(world.engine->account_export(ann).document) == planted());
      world.engine->account_erase(ann);
    } else {
      ++finished;
    }
    REQUIRE(found_in(bytes_of_store(path)).empty());
    const engine::LedgerVerified verified = world.engine->ledger_verify(std::nullopt);
    REQUIRE(verified.intact);
    REQUIRE(verified.erased == 1);
    REQUIRE(world.engine->account_export(bob).document == bobs);
    REQUIRE(world.engine->query("SELECT count(*) FROM purser_v_object WHERE id LIKE '%planted%'", 0).cells[0].integer == 0);
  }
  WARN(points << " points; " << whole << " crashes before it began, " << finished << " finished by the next opening");
  CHECK(whole > 0);
  CHECK(finished > 10);
}
