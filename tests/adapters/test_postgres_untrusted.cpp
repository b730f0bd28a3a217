// The hidden table stays hidden from foreign statements on PostgreSQL, by every way that is known to us.
#include "adapters/postgres/words.hpp"
#include "catch.hpp"
#include "support/sql.hpp"
#include "support/test_store.hpp"

using namespace purser;
using namespace purser::test;

namespace {

constexpr std::string_view planted = "deadbeefcafe";

struct Fresh {
  std::string url = PostgresServer::shared().fresh();
  std::string schema = url.substr(url.rfind("%3D") + 3);
  std::shared_ptr<ports::SqlDatabase> database;
  std::unique_ptr<ports::SqlSession> session;
  Fresh() {
    adapters::PostgresOptions options = postgres_options(url);
    options.hidden_tables = {"secret"};
    database = adapters::postgres_database(options);
    session = database->open(false);
    session->execute_script(
        "CREATE TABLE secret (name TEXT PRIMARY KEY, value TEXT NOT NULL); INSERT INTO secret VALUES ('ledger_key', 'deadbeefcafe');"
        "CREATE TABLE open (id BIGINT PRIMARY KEY, label TEXT); INSERT INTO open VALUES (1, 'a');"
        "CREATE VIEW behind AS SELECT value FROM secret;"
        "CREATE FUNCTION peek() RETURNS text LANGUAGE sql STABLE AS 'SELECT value FROM secret';"
        "CREATE FUNCTION peek(r open) RETURNS text LANGUAGE sql STABLE AS 'SELECT value FROM secret';"
        "CREATE FUNCTION feigned(r open) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT value FROM secret';"
        "CREATE FUNCTION minus(a open) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT value FROM secret';"
        "CREATE OPERATOR !! (RIGHTARG = open, FUNCTION = minus); ANALYZE secret");
  }
  /// What the statement ends with; every text that comes out is searched for the secret.
  std::string reason(const std::string &sql) {
    bool leaked = false;
    std::string found;
    try {
      session->execute_untrusted(sql, 2000, [&](const ports::SqlRow &row) {
        for (int i = 0; i < row.columns(); ++i) leaked |= row.text(i).find(planted) != std::string_view::npos;
        return true;
      });
    } catch (const Failure &failure) {
      found = failure.error().reason;
      leaked |= failure.error().message.find(planted) != std::string::npos;
    }
    INFO(sql);
    CHECK_FALSE(leaked);
    return found;
  }
};

}  // namespace

TEST_CASE("the hidden table by name, schema, view, function, operator and row") {
  Fresh fresh;
  for (const std::string &sql :
       {std::string("SELECT * FROM secret"), "SELECT * FROM " + fresh.schema + ".secret", std::string("SELECT * FROM \"secret\""),
        std::string("SELECT * FROM SECRET s"), std::string("TABLE secret"), std::string("SELECT * FROM /* x */ secret -- y"),
        std::string("SELECT * FROM U&\"s\\0065cret\""), std::string("SELECT * FROM behind"),
        std::string("SELECT 1 WHERE EXISTS (SELECT 1 FROM behind WHERE value LIKE 'dead%')"), std::string("SELECT peek()"),
        std::string("SELECT peek(open) FROM open"), std::string("SELECT open.peek FROM open"), std::string("SELECT (open).peek FROM open"),
        std::string("SELECT \"peek\"()"), std::string("SELECT open.feigned FROM open"), std::string("SELECT !! open FROM open"),
        std::string("WITH a AS (SELECT * FROM behind) SELECT * FROM a")}) {
    INFO(sql);
    CHECK(fresh.reason(sql) == "query_refused");
  }
  CHECK(fresh.reason("SELECT label FROM open") == "");
}

TEST_CASE("what reads by a name in a text, looks into files, waits, sets or signals") {
  Fresh fresh;
  for (const char *sql : {"SELECT query_to_xml('SELECT * FROM secret', true, true, '')",
                          "SELECT pg_catalog.query_to_xml('SELECT 1', true, true, '')",
                          "SELECT table_to_xml('open', true, true, '')",
                          "SELECT schema_to_xml('public', true, true, '')",
                          "SELECT database_to_xml(true, true, '')",
                          "SELECT cursor_to_xml('purser_query', 1, true, true, '')",
                          "SELECT \"query_to_xml\" ('SELECT 1', true, true, '')",
                          "SELECT pg_read_file('PG_VERSION')",
                          "SELECT pg_ls_dir('.')",
                          "SELECT pg_sleep(1)",
                          "SELECT set_config('statement_timeout', '0', true)",
                          "SELECT current_setting('data_directory')",
                          "SELECT pg_notify('a', 'b')",
                          "SELECT pg_terminate_backend(1)",
                          "SELECT pg_advisory_lock(1)",
                          "SELECT lo_import('/etc/passwd')",
                          "SELECT nextval('s')",
                          "SELECT pg_get_viewdef('behind'::regclass)",
                          "SELECT ts_stat('SELECT value FROM secret')",
                          "SELECT * FROM ts_stat('SELECT 1')",
                          "SELECT pg_stat_file('PG_VERSION')",
                          "SELECT pg_relation_filepath('secret')"}) {
    INFO(sql);
    CHECK(fresh.reason(sql) == "query_refused");
  }
}

TEST_CASE("tables of the server that hold values, and other schemas") {
  Fresh fresh;
  PostgresServer::shared().sql("CREATE TABLE IF NOT EXISTS public.of_the_host (password TEXT)");
  for (const char *sql :
       {"SELECT * FROM pg_stats", "SELECT most_common_vals FROM pg_catalog.pg_stats WHERE tablename = 'x'", "SELECT * FROM pg_statistic",
        "SELECT * FROM pg_authid", "SELECT * FROM pg_stat_activity", "SELECT * FROM pg_settings", "SELECT * FROM pg_largeobject",
        "SELECT * FROM pg_file_settings", "SELECT * FROM public.of_the_host"}) {
    INFO(sql);
    CHECK(fresh.reason(sql) == "query_refused");
  }
  CHECK(fresh.reason("SELECT column_name FROM information_schema.columns WHERE table_name = 'open'") == "");
  CHECK(fresh.reason("SELECT table_name FROM information_schema.tables") == "");
}

TEST_CASE("an error tells nothing that a row may not: not by its words, not by its kind") {
  Fresh fresh;
  CHECK(fresh.reason("SELECT CAST(value AS bigint) FROM behind") == "query_refused");
  CHECK(fresh.reason("SELECT 1 / (CASE WHEN (SELECT value FROM behind) LIKE 'dead%' THEN 0 ELSE 1 END)") == "query_refused");
  CHECK(fresh.reason("SELECT 1 / (CASE WHEN (SELECT value FROM behind) LIKE 'other%' THEN 0 ELSE 1 END)") == "query_refused");
  for (const char *sql : {"SELECT CAST(label AS bigint) FROM open", "SELECT CAST(label AS regclass) FROM open"}) {
    const Error error = error_of([&] { fresh.session->execute_untrusted(sql, 0, {}); });
    CHECK(error.reason == "sql_invalid");
    CHECK(error.message.find("\"a\"") == std::string::npos);
  }
}

TEST_CASE("statements that are no SELECT, or are one that writes") {
  Fresh fresh;
  for (const char *sql : {"WITH d AS (DELETE FROM open RETURNING id) SELECT * FROM d",
                          "SELECT * INTO other FROM open",
                          "SELECT * FROM open FOR UPDATE",
                          "COPY open TO STDOUT",
                          "COPY open TO PROGRAM 'id'",
                          "SET search_path = public",
                          "SHOW data_directory",
                          "EXPLAIN ANALYZE SELECT 1",
                          "PREPARE p AS SELECT 1",
                          "DO 'BEGIN END'",

                          "LISTEN a",
                          "NOTIFY a",
                          "LOCK TABLE open",
                          "DECLARE c CURSOR FOR SELECT 1",
                          "FETCH 1 FROM purser_query",
                          "CLOSE ALL",
                          "DISCARD ALL",
                          "VACUUM",
                          "RESET ALL",
                          "ROLLBACK",
                          "SET ROLE postgres"}) {
    INFO(sql);
    CHECK(fresh.reason(sql) == "query_refused");
  }
  CHECK(fresh.reason("SELECT 1; COMMIT; SELECT 2") == "sql_invalid");
  CHECK(fresh.reason("VALUES (1), (2)") == "");
  CHECK(fresh.reason(
            "SELECT count(*), max(label), coalesce(min(id), 0), to_char(now(), 'YYYY') FROM open WHERE id IN (1, 2) GROUP BY label") == "");
  CHECK(number(*fresh.session, "SELECT count(*) FROM open") == 1);
}

TEST_CASE("the lexer reads names as PostgreSQL does") {
  using adapters::sql_words;
  const auto called = [](std::string_view sql) {
    std::string all;
    for (const auto &word : sql_words(sql).words)
      if (word.called) all += word.text + " ";
    return all;
  };
  CHECK(called("SELECT F (1), g/* ( */(2), \"H\"(3), i -- (\n (4)") == "f g H i ");
  CHECK(called("SELECT 'a(', E'\\'b(', $$c($$, $x$d($$($x$, x'00', e(1)") == "e ");
  CHECK(called("SELECT '\\', f('')") == "f ");
  CHECK(called("SELECT /* /* ( */ a( */ b(1)") == "b ");
  CHECK(sql_words("SELECT $1, '$9', \"$8\", $12").parameters == 12);
  CHECK(sql_words(" ; -- nothing\n /* at all */ ;").empty);
  CHECK(sql_words("SELECT U&\"a\"").unicode_escapes);
  CHECK(sql_words("SELECT a.b FROM c").words[2].after_dot);
}
