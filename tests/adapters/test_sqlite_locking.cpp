#include <atomic>
#include <chrono>
#include <thread>

#include "adapters/sqlite.hpp"
#include "catch.hpp"
#include "support/child_process.hpp"
#include "support/sql.hpp"
#include "support/temporary_folder.hpp"

using namespace purser;
using namespace purser::test;
using adapters::sqlite_database;

namespace {

void add_rows(ports::SqlSession &session, int count) {
  for (int i = 0; i < count; ++i) {
    session.begin_write();
    session.execute("INSERT INTO t VALUES (1)", {});
    session.commit();
  }
}

}  // namespace

TEST_CASE("two writers and a reader at once: nobody fails, nothing is lost", "[threads]") {
  const TemporaryFolder folder;
  for (const auto &path : {folder.file("store.db"), std::string(":memory:")}) {
    const auto database = sqlite_database({.path = path});
    database->open(false)->execute_script("CREATE TABLE t (a)");
    std::atomic<int> failures = 0;
    std::atomic<bool> done = false;
    const auto run = [&](const auto &work) {
      return std::thread([&, work] {
        try {
          work();
        } catch (const Failure &) { ++failures; }
      });
    };
    std::atomic<std::int64_t> reads = 0;
    std::thread reader = run([&] {
      const auto session = database->open(true);
      for (std::int64_t last = 0; !done; ++reads) {
        const std::int64_t now = number(*session, "SELECT count(*) FROM t");
        if (now < last) ++failures;
        last = now;
      }
    });
    const auto write = [&] {
      while (reads == 0) std::this_thread::yield();
      add_rows(*database->open(false), 300);
    };
    std::thread first = run(write);
    std::thread second = run(write);
    first.join();
    second.join();
    done = true;
    reader.join();
    CHECK(failures == 0);
    CHECK(reads > 1);
    CHECK(number(*database->open(true), "SELECT count(*) FROM t") == 600);
  }
}

TEST_CASE("another process holds the lock: store_locked after the time that was asked for, not before and not much later") {
  const TemporaryFolder folder;
  const std::string path = folder.file("store.db");
  sqlite_database({.path = path})->open(false)->execute_script("CREATE TABLE t (a)");
  const auto holder = sqlite_database({.path = path})->open(false);
  holder->begin_write();
  const int right = in_child([&] {
    const auto session = sqlite_database({.path = path, .busy_timeout_ms = 300})->open(false);
    const auto start = std::chrono::steady_clock::now();
    const Error error = error_of([&] { session->begin_write(); });
    const auto waited = std::chrono::steady_clock::now() - start;
    number(*session, "SELECT count(*) FROM t");  // readers do not wait
    return error.reason == "store_locked" && error.message.find(path) != std::string::npos && waited >= std::chrono::milliseconds(290) &&
                   waited < std::chrono::milliseconds(2000)
               ? 0
               : 1;
  });
  CHECK(right == 0);
}

TEST_CASE("two processes make one store and write into it") {
  const TemporaryFolder folder;
  const std::string path = folder.file("store.db");
  const auto work = [&] {
    const auto session = sqlite_database({.path = path})->open(false);
    session->begin_write();
    session->execute("CREATE TABLE IF NOT EXISTS t (a)", {});
    session->commit();
    add_rows(*session, 100);
    return 0;
  };
  std::vector<std::thread> parents;
  std::atomic<int> good = 0;
  for (int i = 0; i < 4; ++i) parents.emplace_back([&] { good += in_child(work) == 0; });
  for (auto &parent : parents) parent.join();
  CHECK(good == 4);
  CHECK(number(*sqlite_database({.path = path})->open(true), "SELECT count(*) FROM t") == 400);
}
