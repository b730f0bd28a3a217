#include "adapters/sql_contract.hpp"

#include <thread>

#include "catch.hpp"
#include "support/sql.hpp"

namespace purser::test {
namespace {

using ports::Blob;
using ports::SqlRow;
using ports::SqlSession;
using ports::SqlType;
using namespace std::string_view_literals;

constexpr std::string_view count_all = "SELECT count(*) FROM thing";

void add(SqlSession &session, std::int64_t id) { session.execute("INSERT INTO thing (id) VALUES ($1)", {id}); }

void check_values(const SqlSubject &subject, SqlSession &session) {
  SECTION("values keep their type and their bytes") {
    const std::string_view bytes("\0\xff\0z", 4);
    const std::string_view text = subject.zero_in_text ? "a\0b"sv : "a'\"\\ü"sv;
    session.execute("INSERT INTO thing (id, label, amount, data) VALUES ($1, $2, $3, $4)",
                    {std::int64_t{-1} << 62, text, 1.5, Blob{bytes}});
    int rows = 0;
    session.execute("SELECT id, label, amount, data, NULL AS absent FROM thing", {}, [&](const SqlRow &row) {
      ++rows;
      CHECK(row.columns() == 5);
      CHECK(row.name(1) == "label");
      CHECK(row.type(0) == SqlType::integer);
      CHECK(row.integer(0) == std::int64_t{-1} << 62);
      CHECK(row.type(1) == SqlType::text);
      CHECK(row.text(1) == text);
      CHECK(row.type(2) == SqlType::real);
      CHECK(row.real(2) == 1.5);
      CHECK(row.type(3) == SqlType::blob);
      CHECK(row.text(3) == bytes);
      CHECK(row.null(4));
      CHECK(row.text(4).empty());
      return true;
    });
    CHECK(rows == 1);
  }
  SECTION("empty is not null, and null is") {
    session.execute("INSERT INTO thing (id, label, data) VALUES (1, $1, $2)", {std::string_view(), Blob{{}}});
    session.execute("INSERT INTO thing (id, label) VALUES (2, $1)", {std::monostate{}});
    CHECK(number(session, "SELECT count(*) FROM thing WHERE label = '' AND data IS NOT NULL") == 1);
    CHECK(number(session, "SELECT count(*) FROM thing WHERE label IS NULL AND data IS NULL") == 1);
  }
  SECTION("a parameter may be used twice and out of order") {
    session.execute("INSERT INTO thing (label, id) VALUES ($2 || $2, $1)", {std::int64_t{7}, "ab"sv});
    CHECK(texts(session, "SELECT label FROM thing WHERE id = 7") == std::vector<std::string>{"abab"});
  }
  SECTION("a dollar inside a text is no parameter") {
    session.execute("INSERT INTO thing (id, label) VALUES ($1, '$2')", {std::int64_t{1}});
    CHECK(texts(session, "SELECT label FROM thing") == std::vector<std::string>{"$2"});
  }
}

void check_statements(SqlSession &session) {
  SECTION("execute counts the rows that it changed, not those of an earlier statement") {
    for (std::int64_t id = 1; id <= 3; ++id) add(session, id);
    CHECK(session.execute("UPDATE thing SET label = 'x' WHERE id > 1", {}) == 2);
    CHECK(session.execute("SELECT * FROM thing", {}) == 0);
    CHECK(session.execute("INSERT INTO thing (id) VALUES (1) ON CONFLICT DO NOTHING", {}) == 0);
    CHECK(session.execute("DELETE FROM thing", {}) == 3);
  }
  SECTION("false ends the answer, an exception passes through, and the statement works again") {
    for (std::int64_t id = 1; id <= 3; ++id) add(session, id);
    int rows = 0;
    const auto all = "SELECT id FROM thing ORDER BY id"sv;
    session.execute(all, {}, [&](const SqlRow &) { return ++rows < 2; });
    CHECK(rows == 2);
    CHECK_THROWS_AS(session.execute(all, {}, [](const SqlRow &) -> bool { throw std::runtime_error("mine"); }), std::runtime_error);
    CHECK(number(session, all) == 1);
  }
  SECTION("the same text may run inside its own answer") {
    for (std::int64_t id = 1; id <= 3; ++id) add(session, id);
    std::vector<std::int64_t> seen;
    session.execute("SELECT id FROM thing WHERE id > $1 ORDER BY id", {std::int64_t{0}}, [&](const SqlRow &outer) {
      session.execute("SELECT id FROM thing WHERE id > $1 ORDER BY id", {outer.integer(0)}, [&](const SqlRow &inner) {
        seen.push_back(outer.integer(0) * 10 + inner.integer(0));
        return true;
      });
      return true;
    });
    CHECK(seen == std::vector<std::int64_t>{12, 13, 23});
  }
  SECTION("wrong SQL is sql_invalid: syntax, two statements, no statement, missing and spare parameters") {
    CHECK(reason_of([&] { session.execute("SELEC 1", {}); }) == "sql_invalid");
    CHECK(reason_of([&] { session.execute("SELECT 1; SELECT 2", {}); }) == "sql_invalid");
    CHECK(reason_of([&] { session.execute(" ", {}); }) == "sql_invalid");
    CHECK(reason_of([&] { session.execute("SELECT $1, $2", {std::int64_t{1}}); }) == "sql_invalid");
    CHECK(reason_of([&] { session.execute("SELECT 1", {std::int64_t{1}}); }) == "sql_invalid");
    CHECK(number(session, "SELECT 1;  ") == 1);
  }
  SECTION("a refused row is store_constraint, and names no value") {
    add(session, 987654);
    const Error error = error_of([&] { add(session, 987654); });
    CHECK(error.status == Status::conflict);
    CHECK(error.reason == "store_constraint");
    CHECK(error.message.find("987654") == std::string::npos);
    CHECK(reason_of([&] { session.execute("INSERT INTO part (thing) VALUES (4)", {}); }) == "store_constraint");
  }
}

void check_transactions(SqlSession &session) {
  SECTION("commit keeps, rollback and the session's end do not") {
    session.begin_write();
    add(session, 1);
    session.commit();
    session.begin_write();
    add(session, 2);
    session.rollback();
    session.rollback();
    CHECK(number(session, count_all) == 1);
  }
  SECTION("a savepoint undoes its own part only, as often as wanted") {
    session.begin_write();
    for (std::int64_t id = 1; id <= 6; ++id) {
      session.savepoint();
      add(session, id);
      if (id % 2 == 0)
        session.rollback_to_savepoint();
      else
        session.release_savepoint();
    }
    session.commit();
    CHECK(texts(session, "SELECT id FROM thing ORDER BY id") == std::vector<std::string>{"1", "3", "5"});
  }
  SECTION("a refused row inside a savepoint leaves the transaction whole") {
    session.begin_write();
    add(session, 1);
    session.savepoint();
    CHECK_THROWS_AS(add(session, 1), Failure);
    session.rollback_to_savepoint();
    add(session, 2);
    session.commit();
    CHECK(number(session, count_all) == 2);
  }
  SECTION("scrubbing keeps what is there, and is no part of a transaction") {
    add(session, 1);
    session.begin_write();
    CHECK(reason_of([&] { session.scrub(); }) == "transaction_misused");
    session.commit();
    session.scrub();
    CHECK(number(session, "SELECT count(*) FROM thing") == 1);
    add(session, 2);
    CHECK(number(session, "SELECT count(*) FROM thing") == 2);
  }
  SECTION("misuse is refused and harms nothing") {
    CHECK(reason_of([&] { session.commit(); }) == "transaction_misused");
    CHECK(reason_of([&] { session.savepoint(); }) == "transaction_misused");
    session.begin_write();
    CHECK(reason_of([&] { session.begin_read(); }) == "transaction_misused");
    CHECK(reason_of([&] { session.release_savepoint(); }) == "transaction_misused");
    session.savepoint();
    CHECK(reason_of([&] { session.savepoint(); }) == "transaction_misused");
    add(session, 1);
    session.commit();
    CHECK(number(session, count_all) == 1);
  }
}

void check_two_sessions(const SqlSubject &subject, ports::SqlDatabase &database, SqlSession &session) {
  SECTION("the change token tells about other sessions' commits only") {
    const auto reader = database.open(true);
    const std::int64_t before = reader->change_token();
    CHECK(reader->change_token() == before);
    const std::int64_t own = session.change_token();
    session.begin_write();
    add(session, 1);
    session.commit();
    reader->begin_read();
    CHECK(reader->change_token() != before);  // inside a transaction at once
    reader->commit();
    session.begin_write();
    CHECK(session.change_token() == own);
    session.commit();
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(2);  // outside as soon as the bell has rung
    while (reader->change_token() == before && std::chrono::steady_clock::now() < end) {}
    CHECK(reader->change_token() != before);
    CHECK(session.change_token() == own);
  }
  SECTION("a second writer waits, then says store_locked, and works afterwards") {
    const auto second = database.open(false);
    session.begin_write();
    add(session, 1);
    const Error error = error_of([&] { second->begin_write(); });
    CHECK(error.reason == "store_locked");
    CHECK(error.status == Status::unavailable);
    CHECK(error.message.find(database.name()) != std::string::npos);
    session.commit();
    second->begin_write();
    add(*second, 2);
    second->commit();
    CHECK(number(session, count_all) == 2);
  }
  SECTION("a session's end rolls back") {
    {
      const auto second = database.open(false);
      second->begin_write();
      add(*second, 1);
    }
    session.begin_write();
    session.commit();
    CHECK(number(session, count_all) == 0);
  }
  SECTION("a reader sees one state for the length of its transaction") {
    if (!subject.concurrent) return;
    const auto reader = database.open(true);
    reader->begin_read();
    CHECK(number(*reader, count_all) == 0);
    session.begin_write();
    add(session, 1);
    CHECK(number(*reader, count_all) == 0);
    session.commit();
    CHECK(number(*reader, count_all) == 0);
    reader->commit();
    CHECK(number(*reader, count_all) == 1);
  }
}

void check_read_only(ports::SqlDatabase &database, SqlSession &session) {
  SECTION("a read-only session writes nothing, by no way") {
    const auto reader = database.open(true);
    CHECK(reason_of([&] { add(*reader, 1); }) == "store_read_only");
    CHECK(reason_of([&] { reader->begin_write(); }) == "store_read_only");
    CHECK(reason_of([&] { reader->execute_script("DELETE FROM thing"); }) == "store_read_only");
    reader->begin_read();
    CHECK(reason_of([&] { reader->execute("UPDATE thing SET id = 1", {}); }) == "store_read_only");
    reader->commit();
    CHECK(number(session, count_all) == 0);
  }
}

void check_untrusted(SqlSession &session) {
  const auto reason = [&](std::string_view sql) { return reason_of([&] { session.execute_untrusted(sql, 300, {}); }); };
  SECTION("a foreign statement reads, and its columns are known without a row") {
    CHECK(session.execute_untrusted("SELECT id, label AS l FROM thing", 0, {}) == std::vector<std::string>{"id", "l"});
    add(session, 5);
    std::int64_t value = 0;
    session.execute_untrusted("WITH a AS (SELECT id FROM thing) SELECT id + 1 FROM a", 0, [&](const SqlRow &row) {
      value = row.integer(0);
      return true;
    });
    CHECK(value == 6);
  }
  SECTION("a foreign statement changes nothing, although this session may write") {
    add(session, 1);
    for (const auto sql :
         {"DELETE FROM thing"sv, "INSERT INTO thing (id) VALUES (2)"sv, "UPDATE thing SET id = 3 RETURNING id"sv, "DROP TABLE thing"sv,
          "CREATE TABLE other (id INTEGER)"sv, "CREATE TEMPORARY TABLE other (id INTEGER)"sv, "BEGIN"sv, "COMMIT"sv, "SAVEPOINT one"sv}) {
      INFO(sql);
      CHECK(reason(sql) == "query_refused");
    }
    CHECK(number(session, count_all) == 1);
    add(session, 2);  // the guards are off again
    CHECK(number(session, count_all) == 2);
  }
  SECTION("a foreign statement is one statement, right, and without parameters") {
    CHECK(reason("SELECT 1; DELETE FROM thing") == "sql_invalid");
    CHECK(reason("SELEC 1") == "sql_invalid");
    CHECK(reason("SELECT nothing FROM thing") == "sql_invalid");
    CHECK(reason("SELECT $1") == "sql_invalid");
    CHECK(reason("") == "sql_invalid");
    CHECK(error_of([&] { session.execute_untrusted("SELEC 1", 0, {}); }).status == Status::invalid);
  }
  SECTION("a foreign statement ends at its deadline, and the session goes on") {
    const auto endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c"sv;
    const Error error = error_of([&] { session.execute_untrusted(endless, 50, {}); });
    CHECK(error.reason == "query_timeout");
    CHECK(error.status == Status::timeout);
    CHECK(number(session, count_all) == 0);
  }
  SECTION("a foreign statement ends when enough rows are seen") {
    int rows = 0;
    const auto endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c"sv;
    session.execute_untrusted(endless, 5000, [&](const SqlRow &) { return ++rows < 10; });
    CHECK(rows == 10);
  }
}

}  // namespace

void check_sql_contract(const SqlSubject &subject) {
  const auto database = subject.make();
  const auto session = database->open(false);
  session->execute_script(
      "CREATE TABLE thing (id BIGINT PRIMARY KEY NOT NULL, label TEXT, amount DOUBLE PRECISION, data BYTEA) {without_rowid};"
      "CREATE TABLE part (thing BIGINT NOT NULL REFERENCES thing (id));"
      "CREATE INDEX thing_by_label ON thing (label);");
  check_values(subject, *session);
  check_statements(*session);
  check_transactions(*session);
  check_two_sessions(subject, *database, *session);
  check_read_only(*database, *session);
  check_untrusted(*session);
}

}  // namespace purser::test
