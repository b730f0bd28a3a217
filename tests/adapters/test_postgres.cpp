#include <atomic>
#include <set>
#include <thread>

#include "adapters/sql_contract.hpp"
#include "catch.hpp"
#include "support/child_process.hpp"
#include "support/sql.hpp"
#include "support/test_store.hpp"

using namespace purser;
using namespace purser::test;
using adapters::postgres_database;

namespace {

PostgresServer &server() { return PostgresServer::shared(); }

adapters::PostgresOptions quick(std::string url) {
  adapters::PostgresOptions options = postgres_options(std::move(url));
  options.busy_timeout_ms = 200;
  return options;
}

std::int64_t connections() {
  return std::stoll(server().sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'purser' AND datname = 'purser'"));
}

constexpr std::string_view thing = "CREATE TABLE thing (id BIGINT PRIMARY KEY NOT NULL, label TEXT) {without_rowid}";

}  // namespace

TEST_CASE("PostgreSQL on a socket keeps the contract of the port") {
  check_sql_contract({[] { return postgres_database(quick(server().fresh())); }, true, false});
}

TEST_CASE("PostgreSQL over TCP, by password, keeps the contract of the port") {
  check_sql_contract({[] { return postgres_database(quick(server().fresh(false))); }, true, false});
}

TEST_CASE("a session has the settings that the store promises, whatever the server says") {
  const auto session = postgres_database(quick(server().fresh()))->open(false);
  CHECK(server().sql("SHOW synchronous_commit") == "off");  // what a session would have by itself
  const auto setting = [&](const char *name) { return texts(*session, std::string("SELECT current_setting('") + name + "')").front(); };
  CHECK(setting("synchronous_commit") == "on");
  CHECK(setting("default_transaction_read_only") == "on");
  CHECK(setting("lock_timeout") == "200ms");
  CHECK(setting("client_encoding") == "UTF8");
}

TEST_CASE("a server that may lose what it committed is refused") {
  adapters::PostgresOptions options = quick(server().fresh());
  options.may_lose_commits = false;
  const Error error = error_of([&] { postgres_database(options)->open(false); });
  CHECK(error.reason == "store_not_durable");
  CHECK(error.status == Status::refused);
  CHECK(error.message.find("fsync") != std::string::npos);
}

TEST_CASE("a connection is lost: what is open fails typed, what comes next goes on, and the token has moved") {
  const auto database = postgres_database(quick(server().fresh()));
  const auto session = database->open(false);
  session->execute_script(thing);
  const std::int64_t token = session->change_token();
  const auto cut = [] {
    server().sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'purser'");
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  };
  SECTION("while idle, before each kind of first word") {
    cut();
    CHECK_NOTHROW(session->begin_write());
    session->rollback();
    cut();
    CHECK_NOTHROW(session->begin_read());
    session->commit();
    cut();
    CHECK(number(*session, "SELECT count(*) FROM thing") == 0);
    cut();
    CHECK(session->change_token() != token);
  }
  SECTION("inside a transaction") {
    session->begin_write();
    session->execute("INSERT INTO thing (id) VALUES (1)", {});
    cut();
    const Error error = error_of([&] { session->execute("INSERT INTO thing (id) VALUES (2)", {}); });
    CHECK(error.status == Status::unavailable);
    CHECK(error.reason == "store_unavailable");
    CHECK(reason_of([&] { session->commit(); }) != "");
    session->begin_write();
    session->execute("INSERT INTO thing (id) VALUES (3)", {});
    session->commit();
    CHECK(texts(*session, "SELECT id FROM thing") == std::vector<std::string>{"3"});
  }
}

TEST_CASE("connections stay within the bound, however many sessions and threads there are", "[threads]") {
  const std::int64_t before = connections();
  const std::string url = server().fresh();
  std::vector<std::shared_ptr<ports::SqlDatabase>> engines;
  for (int i = 0; i < 6; ++i) engines.push_back(postgres_database(postgres_options(url + "&connections_max=2")));
  std::vector<std::unique_ptr<ports::SqlSession>> sessions;
  for (const auto &engine : engines)
    for (int i = 0; i < 4; ++i) sessions.push_back(engine->open(i != 0));
  std::atomic<std::int64_t> most{0};
  std::atomic<bool> over{false};
  std::thread watcher([&] {
    while (!over) most = std::max<std::int64_t>(most, connections() - before);
  });
  std::vector<std::thread> threads;
  for (auto &session : sessions)
    threads.emplace_back([&session] {
      for (int round = 0; round < 20; ++round) {
        session->begin_read();
        number(*session, "SELECT 1");
        session->commit();
        session->change_token();
      }
    });
  for (std::thread &thread : threads) thread.join();
  over = true;
  watcher.join();
  CHECK(most <= 12);
  CHECK(most >= 6);
}

TEST_CASE("where all connections are in use a session waits, then says store_locked") {
  const auto database = postgres_database(quick(server().fresh() + "&connections_max=1"));
  const auto first = database->open(false), second = database->open(true);
  first->begin_write();
  const Error error = error_of([&] { second->begin_read(); });
  CHECK(error.reason == "store_locked");
  CHECK(error.message.find("connections_max") != std::string::npos);
  first->commit();
  CHECK_NOTHROW(second->begin_read());
}

TEST_CASE("the prepared statements of a connection are bounded, and the oldest goes first") {
  adapters::PostgresOptions options = quick(server().fresh() + "&connections_max=1");
  options.statements_max = 8;
  const auto session = postgres_database(options)->open(true);
  for (int i = 0; i < 50; ++i) number(*session, "SELECT " + std::to_string(i));
  CHECK(number(*session, "SELECT count(*) FROM pg_prepared_statements") == 8);
  number(*session, "SELECT 49");
  CHECK(number(*session, "SELECT count(*) FROM pg_prepared_statements WHERE statement IN ('SELECT 49', 'SELECT 48')") == 2);
  // The same text with other types is another statement.
  CHECK_NOTHROW(session->execute("SELECT $1", {std::int64_t{1}}));
  CHECK_NOTHROW(session->execute("SELECT $1", {std::string_view("one")}));
}

TEST_CASE("addresses: the password is in no name and no message, and what is wrong is said") {
  const std::string url = server().fresh(false);
  const auto database = postgres_database(quick(url));
  CHECK(database->name().find("Only4Tests") == std::string::npos);
  CHECK(database->name().find("postgres://purser@127.0.0.1:") == 0);
  CHECK(database->name().find("search_path") != std::string::npos);
  const auto refused = [](const std::string &address) {
    const Error error = error_of([&] { postgres_database(quick(address))->open(false); });
    CHECK(error.message.find("Only4Tests") == std::string::npos);
    return error.reason;
  };
  std::string other = url;
  other.replace(other.find("pg-Only4Tests"), 13, "not-Only4Tests");
  CHECK(refused(other) == "store_permission");
  std::string nowhere = url;
  nowhere.replace(nowhere.find("/purser?"), 8, "/nowhere?");
  CHECK(refused(nowhere) == "store_missing");
  CHECK(refused(url.substr(0, url.find('?')) + "?options=-csearch_path%3Dabsent") == "store_missing");
  CHECK(refused("postgres://u:pg-Only4Tests@127.0.0.1:1/purser") == "store_unavailable");
  CHECK(refused("postgres://u:pg-Only4Tests%zz@127.0.0.1/purser") == "store_url");
  CHECK(refused(url + "&connections_max=0") == "store_url");
  CHECK(refused(url + "&pg-Only4Tests=1") == "store_url");
}

TEST_CASE("a PostgreSQL session says forked in a child process, and stays whole in the parent") {
  const auto database = postgres_database(quick(server().fresh()));
  auto session = database->open(false);
  session->execute_script(thing);
  session->begin_write();
  session->execute("INSERT INTO thing (id) VALUES (1)", {});
  const int right = in_child([&] {
    int count = 0;
    count += reason_of([&] { session->execute("INSERT INTO thing (id) VALUES (2)", {}); }) == "forked";
    count += reason_of([&] { session->commit(); }) == "forked";
    count += reason_of([&] { session->savepoint(); }) == "forked";
    count += reason_of([&] { session->execute_script("DROP TABLE thing"); }) == "forked";
    count += reason_of([&] { session->execute_untrusted("SELECT 1", 0, {}); }) == "forked";
    count += reason_of([&] { session->change_token(); }) == "forked";
    session->rollback();
    session.reset();  // closes nothing of the parent's
    return count;
  });
  CHECK(right == 6);
  session->commit();
  CHECK(number(*session, "SELECT count(*) FROM thing") == 1);
}

TEST_CASE("a transaction that an error ended says so, and does not commit the rest") {
  const auto session = postgres_database(quick(server().fresh()))->open(false);
  session->execute_script(thing);
  session->begin_write();
  session->execute("INSERT INTO thing (id) VALUES (1)", {});
  CHECK(reason_of([&] { session->execute("INSERT INTO thing (id) VALUES (1)", {}); }) == "store_constraint");
  CHECK(reason_of([&] { session->execute("INSERT INTO thing (id) VALUES (2)", {}); }) == "store_transaction_lost");
  CHECK(reason_of([&] { session->commit(); }) == "store_transaction_lost");
  CHECK(number(*session, "SELECT count(*) FROM thing") == 0);
}

TEST_CASE("writers of one schema follow each other and lose no update; those of two schemas do not wait", "[threads]") {
  const std::string url = server().fresh();
  const auto first = postgres_database(postgres_options(url));
  const auto session = first->open(false);
  session->execute_script("CREATE TABLE count (n BIGINT NOT NULL); INSERT INTO count (n) VALUES (0)");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      const auto writer = postgres_database(postgres_options(url))->open(false);
      for (int round = 0; round < 50; ++round) {
        writer->begin_write();
        const std::int64_t n = number(*writer, "SELECT n FROM count");
        writer->execute("UPDATE count SET n = $1", {n + 1});
        writer->commit();
      }
    });
  for (std::thread &thread : threads) thread.join();
  CHECK(number(*session, "SELECT n FROM count") == 200);
  session->begin_write();
  const auto elsewhere = postgres_database(quick(server().fresh()))->open(false);
  CHECK_NOTHROW(elsewhere->begin_write());
}

TEST_CASE("an idle session asks nothing until another one's commit rings") {
  const std::string url = server().fresh();
  const auto reader = postgres_database(postgres_options(url + "&application_name=bell"))->open(true);
  const auto writer = postgres_database(postgres_options(url))->open(false);
  writer->execute_script(thing);
  const std::int64_t before = reader->change_token();
  const auto asked = [] { return server().sql("SELECT max(query_start) FROM pg_stat_activity WHERE application_name = 'bell'"); };
  const std::string when = asked();
  for (int i = 0; i < 100; ++i) CHECK(reader->change_token() == before);
  CHECK(asked() == when);
  writer->execute("INSERT INTO thing (id) VALUES (1)", {});
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  while (reader->change_token() == before && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  CHECK(reader->change_token() != before);
}

TEST_CASE("values: what PostgreSQL has and SQLite has not becomes the nearest that the port knows") {
  const auto session = postgres_database(quick(server().fresh()))->open(true);
  session->execute_untrusted(
      "SELECT true, sum(x), avg(x), 1.5::real, '{\"a\":1}'::json, '\\x00ff'::bytea FROM (VALUES (1::bigint), (2)) t(x)", 0,
      [](const ports::SqlRow &row) {
        CHECK(row.integer(0) == 1);
        CHECK(row.type(1) == ports::SqlType::integer);
        CHECK(row.integer(1) == 3);
        CHECK(row.type(2) == ports::SqlType::real);
        CHECK(row.real(2) == 1.5);
        CHECK(row.real(3) == 1.5);
        CHECK(row.text(4) == "{\"a\":1}");
        CHECK(row.type(5) == ports::SqlType::blob);
        CHECK(row.text(5) == std::string_view("\0\xff", 2));
        return true;
      });
}

TEST_CASE("scrub: what was deleted is in no file of a table, and a host's own tables are left alone") {
  PostgresServer &on = server();
  const std::string url = on.fresh();
  const auto session = postgres_database(quick(url))->open(false);
  session->execute_script(
      "CREATE TABLE purser_thing (id BIGINT PRIMARY KEY, label TEXT); CREATE TABLE hosts_thing (id BIGINT PRIMARY KEY)");
  const auto file = [&](const std::string &table) {
    return on.sql("SELECT relfilenode FROM pg_class WHERE oid = '" + url.substr(url.rfind("%3D") + 3) + "." + table + "'::regclass");
  };
  session->execute("INSERT INTO purser_thing (id, label) VALUES (1, 'planted-7f3a'), (2, 'kept')", {});
  session->execute("DELETE FROM purser_thing WHERE id = 1", {});
  const std::string before = file("purser_thing"), hosts_before = file("hosts_thing");
  session->scrub();
  CHECK(file("purser_thing") != before);  // written anew
  CHECK(file("hosts_thing") == hosts_before);
  CHECK(texts(*session, "SELECT label FROM purser_thing") == std::vector<std::string>{"kept"});
  CHECK(texts(*session, "SELECT current_setting('statement_timeout')") == std::vector<std::string>{"30s"});
  const auto reader = postgres_database(quick(url))->open(true);
  CHECK(reason_of([&] { reader->scrub(); }) == "store_read_only");
  reader->begin_read();
  number(*reader, "SELECT count(*) FROM purser_thing");
  CHECK(reason_of([&] { session->scrub(); }) == "store_locked");
  reader->commit();
}
