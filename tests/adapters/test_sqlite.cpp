#include <sqlite3.h>

#include <filesystem>
#include <set>
#include <thread>

#include "adapters/sql_contract.hpp"
#include "adapters/sqlite.hpp"
#include "adapters/sqlite_statement.hpp"
#include "catch.hpp"
#include "support/child_process.hpp"
#include "support/sql.hpp"
#include "support/temporary_folder.hpp"

using namespace purser;
using namespace purser::test;
using adapters::sqlite_database;
using adapters::SqliteStatement;
using adapters::SqliteStatements;

TEST_CASE("SQLite in a file keeps the contract of the port") {
  const TemporaryFolder folder;
  check_sql_contract({[&] { return sqlite_database({.path = folder.file("store.db"), .busy_timeout_ms = 100}); }, true});
}

TEST_CASE("SQLite in memory keeps the contract of the port") {
  check_sql_contract({[] { return sqlite_database({.path = ":memory:", .busy_timeout_ms = 100}); }, false});
}

TEST_CASE("a file is opened with the settings that the store promises") {
  const TemporaryFolder folder;
  const auto database = sqlite_database({.path = folder.file("store.db"), .cache_kib = 32768});
  const auto session = database->open(false);
  CHECK(texts(*session, "PRAGMA journal_mode") == std::vector<std::string>{"wal"});
  CHECK(number(*session, "PRAGMA synchronous") == 2);  // FULL
  CHECK(number(*session, "PRAGMA foreign_keys") == 1);
  CHECK(number(*session, "PRAGMA cache_size") == -32768);
  CHECK(database->name() == folder.file("store.db"));
}

TEST_CASE("a strange file name is a file name, not a URI or a special database") {
  const TemporaryFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  for (const std::string name : {"file:a.db?mode=memory", ":shared:", "ü %20#.db"}) {
    INFO(name);
    sqlite_database({.path = name})->open(false)->execute_script("CREATE TABLE t (a)");
    CHECK(std::filesystem::exists(folder.file(name)));
  }
  std::filesystem::current_path(before);
}

TEST_CASE("two memory databases are two, and one lives as long as its object") {
  const auto first = sqlite_database({.path = ":memory:"});
  const auto second = sqlite_database({.path = ":memory:"});
  first->open(false)->execute_script("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  CHECK(number(*first->open(true), "SELECT count(*) FROM t") == 1);
  CHECK(reason_of([&] { number(*second->open(true), "SELECT count(*) FROM t"); }) == "sql_invalid");
}

TEST_CASE("a memory database passes a transaction from thread to thread, and waits for it", "[threads]") {
  const auto database = sqlite_database({.path = ":memory:", .busy_timeout_ms = 5000});
  const auto writer = database->open(false);
  writer->execute_script("CREATE TABLE t (a)");
  writer->begin_write();
  std::thread other([&] {
    const auto reader = database->open(true);
    CHECK(number(*reader, "SELECT count(*) FROM t") == 1);
  });
  std::thread([&] {
    writer->execute("INSERT INTO t VALUES (1)", {});
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    writer->commit();
  }).join();
  other.join();
}

TEST_CASE("a session says forked in a child process, and stays whole in the parent") {
  const TemporaryFolder folder;
  for (const auto &path : {folder.file("store.db"), std::string(":memory:")}) {
    const auto database = sqlite_database({.path = path});
    auto session = database->open(false);
    session->execute_script("CREATE TABLE t (a)");
    session->begin_write();
    session->execute("INSERT INTO t VALUES (1)", {});
    const int right = in_child([&] {
      int count = 0;
      count += reason_of([&] { session->execute("INSERT INTO t VALUES (2)", {}); }) == "forked";
      count += reason_of([&] { session->commit(); }) == "forked";
      count += reason_of([&] { session->savepoint(); }) == "forked";
      count += reason_of([&] { session->execute_script("DROP TABLE t"); }) == "forked";
      count += reason_of([&] { session->execute_untrusted("SELECT 1", 0, {}); }) == "forked";
      count += reason_of([&] { session->change_token(); }) == "forked";
      session->rollback();
      session.reset();  // closes nothing of the parent's
      return count;
    });
    CHECK(right == 6);
    session->commit();
    CHECK(number(*session, "SELECT count(*) FROM t") == 1);
  }
}

TEST_CASE("the statement cache is bounded, drops the oldest, and gives a running text a second statement") {
  sqlite3 *db = nullptr;
  REQUIRE(sqlite3_open(":memory:", &db) == SQLITE_OK);
  {
    SqliteStatements cache(3);
    int code = SQLITE_OK;
    const auto use = [&](int number) { cache.lend(db, "SELECT " + std::to_string(number), code); };
    const auto compiled = [&] {
      std::set<std::string> kept;
      for (sqlite3_stmt *s = sqlite3_next_stmt(db, nullptr); s; s = sqlite3_next_stmt(db, s)) kept.insert(sqlite3_sql(s));
      return kept;
    };
    for (const int number : {1, 2, 3, 1, 4}) use(number);
    CHECK(compiled() == std::set<std::string>{"SELECT 1", "SELECT 3", "SELECT 4"});
    for (int number = 0; number < 1000; ++number) use(number);
    CHECK(compiled() == std::set<std::string>{"SELECT 997", "SELECT 998", "SELECT 999"});

    const auto running = cache.lend(db, "SELECT 1", code);
    const auto again = cache.lend(db, "SELECT 1", code);
    CHECK(running->handle() != again->handle());
    for (int number = 10; number < 20; ++number) use(number);
    CHECK(sqlite3_step(running->handle()) == SQLITE_ROW);  // a lent one is never dropped
    CHECK(cache.size() == 3);
    CHECK_FALSE(cache.lend(db, "nonsense", code));
    CHECK(code == SQLITE_ERROR);
  }
  CHECK(sqlite3_close(db) == SQLITE_OK);  // nothing is left over
}

TEST_CASE("SQLite's doors to files and settings are shut for foreign statements") {
  const TemporaryFolder folder;
  const auto session = sqlite_database({.path = folder.file("store.db")})->open(false);
  const auto reason = [&](std::string_view sql) { return reason_of([&] { session->execute_untrusted(sql, 1000, {}); }); };
  CHECK(reason("ATTACH '" + folder.file("other.db") + "' AS other") == "query_refused");
  CHECK_FALSE(std::filesystem::exists(folder.file("other.db")));
  CHECK(reason("VACUUM INTO '" + folder.file("other.db") + "'") == "query_refused");
  CHECK(reason("PRAGMA journal_mode = DELETE") == "query_refused");
  CHECK(reason("PRAGMA writable_schema = 1") == "query_refused");
  CHECK(reason("SELECT load_extension('x')") != "");
  CHECK(reason("UPDATE sqlite_master SET sql = ''") != "");
  CHECK(reason("SELECT length(zeroblob(100000000))") == "store_too_big");
  CHECK(reason("SELECT value FROM json_each('[1,2]')") == "");
  CHECK(reason("SELECT name FROM pragma_table_info('sqlite_schema')") == "");
}
