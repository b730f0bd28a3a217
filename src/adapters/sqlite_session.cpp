#include "adapters/sqlite_session.hpp"

#include "adapters/sqlite_row.hpp"

namespace purser::adapters {
namespace {

constexpr std::int64_t scrub_in_memory_bytes = 256 << 20;

Failure misused(const std::string &what) { return {Status::internal, "transaction_misused", what}; }

/// SQLite itself rolls back on some errors. What follows must not run as if the transaction were still there: it would
/// commit statement by statement.
Failure lost() {
  return {Status::unavailable, "store_transaction_lost", "an earlier error ended the transaction; roll back and repeat it"};
}

void replace_all(std::string &text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
}

}  // namespace

SqliteSession::SqliteSession(std::shared_ptr<SqliteConnection> connection, bool read_only, bool shared)
    : connection_(std::move(connection)), read_only_(read_only), shared_(shared) {}

SqliteSession::~SqliteSession() {
  if (connection_->forked()) return;
  rollback();
  if (shared_) connection_->gate.forget(this);
}

void SqliteSession::enter() {
  connection_->check_process();
  if (shared_ && !connection_->gate.enter(this, connection_->patience())) connection_->check(SQLITE_BUSY);
}

void SqliteSession::leave() noexcept {
  if (shared_) connection_->gate.leave(this, sqlite3_total_changes64(connection_->db()));
}

void SqliteSession::begin_write() {
  if (read_only_) connection_->check(SQLITE_READONLY);
  begin("BEGIN IMMEDIATE");
}

void SqliteSession::begin(const char *sql) {
  if (in_transaction_) throw misused("begin inside a transaction; commit or roll back first");
  enter();  // kept until the transaction ends
  try {
    connection_->run(sql);
  } catch (...) {
    leave();
    throw;
  }
  in_transaction_ = true;
}

void SqliteSession::end() noexcept {
  in_transaction_ = in_savepoint_ = false;
  leave();
}

void SqliteSession::commit() {
  connection_->check_process();
  try {
    require_transaction();
    connection_->run("COMMIT");
  } catch (...) {
    rollback();
    throw;
  }
  end();
}

void SqliteSession::rollback() noexcept {
  if (!in_transaction_ || connection_->forked()) return;
  // Errors change nothing here: SQLite has rolled back already, or does it when the connection closes.
  if (!sqlite3_get_autocommit(connection_->db())) sqlite3_exec(connection_->db(), "ROLLBACK", nullptr, nullptr, nullptr);
  end();
}

void SqliteSession::require_transaction() const {
  if (!in_transaction_) throw misused("there is no transaction; begin one first");
  if (sqlite3_get_autocommit(connection_->db())) throw lost();
}

void SqliteSession::require_savepoint() const {
  require_transaction();
  if (!in_savepoint_) throw misused("there is no savepoint");
}

void SqliteSession::savepoint() {
  connection_->check_process();
  require_transaction();
  if (in_savepoint_) throw misused("a savepoint inside a savepoint; one is the limit");
  connection_->run("SAVEPOINT one");
  in_savepoint_ = true;
}

void SqliteSession::release_savepoint() {
  connection_->check_process();
  require_savepoint();
  connection_->run("RELEASE one");
  in_savepoint_ = false;
}

void SqliteSession::rollback_to_savepoint() {
  connection_->check_process();
  require_savepoint();
  connection_->run("ROLLBACK TO one");
  connection_->run("RELEASE one");
  in_savepoint_ = false;
}

std::int64_t SqliteSession::execute(std::string_view sql, std::span<const ports::SqlValue> parameters, const ports::OnRow &on_row) {
  const Turn turn(*this);
  if (in_transaction_) require_transaction();
  sqlite3 *db = connection_->db();
  int code = SQLITE_OK;
  const auto statement = connection_->statements.lend(db, sql, code);
  connection_->check(code);
  if (read_only_ && !sqlite3_stmt_readonly(statement->handle())) connection_->check(SQLITE_READONLY);
  connection_->check(statement->bind(parameters));
  const auto before = sqlite3_total_changes64(db);
  const SqliteRow row(statement->handle());
  while ((code = sqlite3_step(statement->handle())) == SQLITE_ROW) {
    if (on_row && !on_row(row)) break;
  }
  connection_->check(code);
  return sqlite3_total_changes64(db) == before ? 0 : sqlite3_changes64(db);
}

void SqliteSession::execute_script(std::string_view sql) {
  const Turn turn(*this);
  if (in_transaction_) require_transaction();
  if (read_only_) connection_->check(SQLITE_READONLY);
  std::string text(sql);
  replace_all(text, "{without_rowid}", "WITHOUT ROWID");
  connection_->check(sqlite3_exec(connection_->db(), text.c_str(), nullptr, nullptr, nullptr));
}

std::int64_t SqliteSession::change_token() {
  if (shared_) {
    connection_->check_process();
    return connection_->gate.changes_by_others(this);
  }
  std::int64_t version = 0;
  execute("PRAGMA data_version", std::span<const ports::SqlValue>(), [&](const ports::SqlRow &row) {
    version = row.integer(0);
    return true;
  });
  return version;
}

void SqliteSession::scrub() {
  const Turn turn(*this);
  if (in_transaction_) throw misused("scrub inside a transaction; commit or roll back first");
  if (read_only_) connection_->check(SQLITE_READONLY);
  const auto number = [&](const char *sql) {
    int code = SQLITE_OK;
    const auto statement = connection_->statements.lend(connection_->db(), sql, code);
    connection_->check(code);
    connection_->check(sqlite3_step(statement->handle()));
    return sqlite3_column_int64(statement->handle(), 0);
  };
  // VACUUM writes the store once more on its way: a large one not into memory.
  const bool large = number("PRAGMA page_count") * number("PRAGMA page_size") > scrub_in_memory_bytes;
  if (large) connection_->run("PRAGMA temp_store=FILE");
  try {
    connection_->run("VACUUM");
  } catch (...) {
    if (large) connection_->run("PRAGMA temp_store=MEMORY");
    throw;
  }
  if (large) connection_->run("PRAGMA temp_store=MEMORY");
  if (number("PRAGMA wal_checkpoint(TRUNCATE)") != 0) connection_->check(SQLITE_BUSY);
}

}  // namespace purser::adapters
