// SQL that a host's user may have typed: one statement, reads only, of the store's own tables, bounded in time. PostgreSQL has no
// authorizer as SQLite has one, and a role of its own cannot be made everywhere, so there are several barriers, each of which would do
// for its part:
//   1. READ ONLY, and a cursor: DECLARE CURSOR takes one SELECT, VALUES or TABLE and nothing else; a second statement is refused by the
//      extended protocol. The cursor ends when enough rows are seen.
//   2. Functions: of those that are called by name, only PostgreSQL's own immutable ones and a list of harmless others. What reads
//      tables or files by a name in a text (query_to_xml, pg_read_file, dblink), waits, sets or signals is not among them.
//   3. Tables: the server itself says which ones the statement touches, by the locks that this transaction holds: after parsing (the
//      tables it names), after planning (those behind views), after running (those that code reached). Nothing of the hidden table
//      and of other schemas is read before 3a and 3b have passed, and no row is handed on before 3c has.
//   4. Errors after parsing say nothing of values: the text of a failed conversion would hold what it failed on.
#include <algorithm>
#include <array>
#include <chrono>

#include "adapters/postgres/row.hpp"
#include "adapters/postgres/session.hpp"
#include "adapters/postgres/words.hpp"

namespace purser::adapters {
namespace {

constexpr std::size_t sql_max_bytes = 100 * 1024;
constexpr int value_max_bytes = 16 << 20;
constexpr std::int64_t default_deadline_ms = 5000;
constexpr int rows_at_once = 64;

/// Stable or volatile, and still only a matter of their arguments and the clock.
constexpr std::string_view harmless =
    "'{now,statement_timestamp,transaction_timestamp,clock_timestamp,to_char,to_date,to_timestamp,to_number,date_trunc,date_part,extract,"
    "date_bin,age,timezone,make_timestamptz,date,time,timetz,timestamp,timestamptz,interval,generate_series,random,gen_random_uuid,format,"
    "concat,concat_ws,array_to_string,quote_literal,quote_nullable,to_json,to_jsonb,row_to_json,array_to_json,json_build_object,"
    "json_build_array,jsonb_build_object,jsonb_build_array,json_agg,jsonb_agg,json_object_agg,jsonb_object_agg,pg_typeof,overlaps}'";

/// What describes tables without showing a row of them. pg_statistic is not here: it holds values.
constexpr std::string_view describing =
    "'{pg_class,pg_namespace,pg_attribute,pg_type,pg_index,pg_constraint,pg_attrdef,pg_collation,pg_depend,pg_locks,pg_proc,pg_database,pg_"
    "sequence,tables,columns}"
    "'";

Failure refused(const std::string &what) {
  return {Status::refused, "query_refused", "only one read-only SELECT is allowed here: " + what, "sql"};
}

/// A failure after parsing: its kind, never its words.
Failure without_words(const Failure &failure) {
  if (failure.error().reason != "sql_invalid") return failure;
  return {Status::invalid, "sql_invalid", "SQL is wrong: PostgreSQL refused a value or a computation in it", "sql"};
}

/// An array literal for the lists below.
std::string array_of(const std::vector<std::string> &texts) {
  std::string out = "{";
  for (const std::string &text : texts) {
    out += out.size() > 1 ? ",\"" : "\"";
    for (const char c : text) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += '"';
  }
  return out + "}";
}

class Untrusted {
 public:
  Untrusted(PostgresConnection &connection, const PostgresOptions &options, std::int64_t deadline_ms)
      : connection_(connection),
        hidden_(options.hidden_tables),
        end_(std::chrono::steady_clock::now() + std::chrono::milliseconds(deadline_ms > 0 ? deadline_ms : default_deadline_ms)) {}

  std::vector<std::string> run(const std::string &sql, const ports::OnRow &on_row) {
    const SqlWords words = sql_words(sql);
    check_text(words);
    check_functions(words);
    set_deadline();
    std::vector<std::string> columns = parse(sql);
    check_tables();
    declare(sql);
    check_tables();
    fetch(on_row);
    return columns;
  }

 private:
  void check_text(const SqlWords &words) const {
    if (words.empty) throw Failure(Status::invalid, "sql_invalid", "SQL is wrong: the text is empty; expected one statement", "sql");
    if (words.parameters > 0)
      throw Failure(Status::invalid, "sql_invalid", "SQL is wrong: it has parameters; write the values into it", "sql");
    if (words.unicode_escapes) throw refused("U& names and texts are not");
    for (const SqlWord &word : words.words)
      if (std::find(hidden_.begin(), hidden_.end(), word.text) != hidden_.end()) throw refused("access to " + word.text + " is prohibited");
  }

  void check_functions(const SqlWords &words) {
    std::vector<std::string> called, of_a_row;
    for (const SqlWord &word : words.words)
      if (word.called)
        called.push_back(word.text);
      else if (word.after_dot)
        of_a_row.push_back(word.text);
    static const std::string sql =
        "SELECT p.proname FROM pg_catalog.pg_proc p WHERE (p.proname = ANY ($1::text::name[]) OR (p.proname = ANY ($2::text::name[]) AND "
        "p.pronargs = 1 "
        "AND EXISTS (SELECT 1 FROM pg_catalog.pg_type t WHERE t.oid = p.proargtypes[0] AND t.typtype IN ('c', 'p')))) "
        "AND NOT (p.pronamespace = 'pg_catalog'::regnamespace AND (p.provolatile = 'i' OR p.proname = ANY (" +
        std::string(harmless) + "::name[]))) LIMIT 1";
    const std::string first = array_of(called), second = array_of(of_a_row);
    const std::array<ports::SqlValue, 2> lists{first, second};
    std::string found;
    connection_.execute(sql, lists, [&](const ports::SqlRow &row) {
      found = row.text(0);
      return true;
    });
    if (!found.empty()) throw refused("the function " + found + " is not");
  }

  void set_deadline() { connection_.run(timeout()); }
  std::string timeout() const {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - std::chrono::steady_clock::now()).count();
    if (left <= 0) throw Failure(postgres_error("57014", {}, {}, PostgresOrigin::host));
    return "SET LOCAL statement_timeout = " + std::to_string(left);
  }

  /// Parsed by the server and not planned: names are looked up, nothing is computed.
  std::vector<std::string> parse(const std::string &sql) {
    connection_.check(PostgresResult(libpq().prepare(connection_.handle(), "", sql.c_str(), 0, nullptr)).get(), PostgresOrigin::host);
    const PostgresResult described(libpq().describe_prepared(connection_.handle(), ""));
    connection_.check(described.get(), PostgresOrigin::host);
    std::vector<std::string> columns;
    for (int i = 0; i < libpq().columns(described.get()); ++i) columns.emplace_back(libpq().column_name(described.get(), i));
    return columns;
  }

  void declare(const std::string &sql) {
    // The statement is one: parse() has seen it. A line break, because it may end in a comment.
    const PostgresResult made(
        libpq().prepare(connection_.handle(), "", ("DECLARE purser_query NO SCROLL CURSOR FOR " + sql + "\n").c_str(), 0, nullptr));
    if (libpq().result_status(made.get()) != PGRES_COMMAND_OK) throw refused("this is another statement");
    libpq().send_query_prepared(connection_.handle(), "", 0, nullptr, nullptr, nullptr, 0);
    std::exception_ptr failed;
    while (const PostgresResult result{libpq().get_result(connection_.handle())}) {
      const char *state = libpq().error_field(result.get(), PG_DIAG_SQLSTATE);
      if (state && std::string_view(state).starts_with("0A")) failed = std::make_exception_ptr(refused("it writes"));
      if (failed) continue;
      try {
        connection_.check(result.get(), PostgresOrigin::host);
      } catch (const Failure &failure) { failed = std::make_exception_ptr(without_words(failure)); }
    }
    if (failed) std::rethrow_exception(failed);
  }

  /// The tables that this transaction has locked so far, which are all that it touched.
  std::string tables_sql() const {
    return "SELECT c.relname FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_class c ON c.oid = l.relation "
           "WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND c.relkind NOT IN ('i', 'I') AND "
           "(c.relname = ANY (" +
           quoted(array_of(hidden_)) + "::name[]) OR NOT (c.relnamespace = " + std::to_string(connection_.schema()) +
           " OR (c.relnamespace IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) AND c.relname = ANY (" +
           std::string(describing) + "::name[])))) LIMIT 1";
  }
  static std::string quoted(const std::string &text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
    return out + "'";
  }
  static void check_tables(const PGresult *result) {
    if (libpq().rows(result) > 0) throw refused("access to " + std::string(libpq().value(result, 0, 0)) + " is prohibited");
  }
  void check_tables() { check_tables(connection_.run(tables_sql()).get()); }

  void fetch(const ports::OnRow &on_row) {
    const std::string rest = "; FETCH " + std::to_string(rows_at_once) + " FROM purser_query; " + tables_sql();
    for (int rows = rows_at_once; rows == rows_at_once;) {
      std::vector<PostgresResult> answers;
      try {
        answers = connection_.run_all(timeout() + rest, PostgresOrigin::host);
      } catch (const Failure &failure) { throw without_words(failure); }
      check_tables(answers[2].get());
      PostgresRow row(answers[1].get());
      rows = libpq().rows(answers[1].get());
      for (int i = 0; i < rows; ++i) {
        for (int column = 0; column < row.columns(); ++column)
          if (libpq().length(answers[1].get(), i, column) > value_max_bytes)
            throw Failure(Status::limit, "store_too_big", "a value of the answer is longer than 16 MiB; select a part of it", "sql");
        row.stand_on(i);
        if (!on_row || !on_row(row)) return;
      }
    }
  }

  PostgresConnection &connection_;
  const std::vector<std::string> &hidden_;
  std::chrono::steady_clock::time_point end_;
};

}  // namespace

std::vector<std::string> PostgresSession::execute_untrusted(std::string_view sql, std::int64_t deadline_ms, const ports::OnRow &on_row) {
  if (sql.size() > sql_max_bytes) throw Failure(Status::limit, "query_too_long", "the query is longer than 100 KiB; shorten it", "sql");
  if (sql.find('\0') != std::string_view::npos) throw Failure(Status::invalid, "sql_invalid", "SQL is wrong: it holds a zero byte", "sql");
  require_no_transaction();
  begin_read();
  try {
    std::vector<std::string> columns = Untrusted(*lease_, pool_->options(), deadline_ms).run(std::string(sql), on_row);
    rollback();
    return columns;
  } catch (...) {
    rollback();
    throw;
  }
}

}  // namespace purser::adapters
