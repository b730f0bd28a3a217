#include "adapters/sqlite_connection.hpp"

#include <algorithm>
#include <thread>

namespace purser::adapters {
namespace {

constexpr int text_max_bytes = 64 << 20;           // the greatest value that a row may hold
constexpr std::int64_t log_kept_bytes = 64 << 20;  // a -wal file that grew under a long reader is cut to this

/// Never a URI and never one of SQLite's special names: what the user typed is a file name.
std::string file_name(const std::string &path) { return path.starts_with("/") || path == ":memory:" ? path : "./" + path; }

}  // namespace

bool SqliteGate::enter(const void *session, std::chrono::milliseconds wait) {
  std::unique_lock lock(mutex_);
  own_.try_emplace(session, 0);  // here, because leave() must not need memory
  if (inside_ != session) {
    const auto place = queue_.insert(queue_.end(), session);
    const bool turn = left_.wait_for(lock, wait, [&] { return !inside_ && queue_.begin() == place; });
    queue_.erase(place);
    if (!turn) {
      left_.notify_all();  // the next in the queue may have waited for this one only
      return false;
    }
  }
  inside_ = session;
  ++depth_;
  return true;
}

void SqliteGate::leave(const void *session, std::int64_t changes) {
  const std::lock_guard lock(mutex_);
  own_.find(session)->second += changes - changes_;
  changes_ = changes;
  if (--depth_ > 0) return;
  inside_ = nullptr;
  left_.notify_all();
}

std::int64_t SqliteGate::changes_by_others(const void *session) {
  const std::lock_guard lock(mutex_);
  const auto own = own_.find(session);
  return changes_ - (own == own_.end() ? 0 : own->second);
}

void SqliteGate::forget(const void *session) {
  const std::lock_guard lock(mutex_);
  own_.erase(session);
}

SqliteConnection::SqliteConnection(const SqliteOptions &options, bool read_only)
    : hidden_tables(options.hidden_tables),
      statements(options.statements_max),
      path_(options.path),
      patience_(std::max<std::int64_t>(0, options.busy_timeout_ms)) {
  if (path_ != ":memory:") check_store_path(path_, options.create, read_only);
  try {
    open(options, read_only);
  } catch (...) {
    close();
    throw;
  }
}

SqliteConnection::~SqliteConnection() { close(); }

void SqliteConnection::close() noexcept {
  if (forked()) {
    // Left as it is, on purpose: finalizing or closing in a child could remove the parent's log under its feet.
    static_cast<void>(std::make_unique<SqliteStatements>(std::move(statements)).release());
    return;
  }
  statements = SqliteStatements(0);
  sqlite3_close_v2(db_);
  db_ = nullptr;
}

void SqliteConnection::open(const SqliteOptions &options, bool read_only) {
  const int access = read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | (options.create ? SQLITE_OPEN_CREATE : 0);
  const char *vfs = options.vfs.empty() ? nullptr : options.vfs.c_str();
  check(sqlite3_open_v2(file_name(path_).c_str(), &db_, access | SQLITE_OPEN_NOMUTEX, vfs));
  configure(options);
  if (!read_only && path_ != ":memory:") use_write_ahead_log();
  run("SELECT count(*) FROM sqlite_schema");  // reads the file: now we know that it is a database
  if (!read_only && sqlite3_db_readonly(db_, "main") == 1) check(SQLITE_READONLY);
}

void SqliteConnection::configure(const SqliteOptions &options) {
  sqlite3_extended_result_codes(db_, 1);
  sqlite3_busy_handler(db_, wait_for_lock, this);
  sqlite3_limit(db_, SQLITE_LIMIT_LENGTH, text_max_bytes);
  check(sqlite3_db_config(db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr));
  check(sqlite3_db_config(db_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr));
  run(("PRAGMA cache_size=-" + std::to_string(std::max<std::int64_t>(1, options.cache_kib))).c_str());
  run("PRAGMA synchronous=FULL");
  run("PRAGMA foreign_keys=ON");
  run("PRAGMA temp_store=MEMORY");
  run(("PRAGMA journal_size_limit=" + std::to_string(log_kept_bytes)).c_str());
}

void SqliteConnection::use_write_ahead_log() {
  // SQLite does not call the busy handler for every lock of this switch: two processes that make one store meet here.
  const auto end = std::chrono::steady_clock::now() + patience_;
  for (;;) {
    int code = SQLITE_OK;
    const auto statement = statements.lend(db_, "PRAGMA journal_mode=WAL", code);
    if (code == SQLITE_OK) code = sqlite3_step(statement->handle());
    if (code == SQLITE_ROW) {
      const auto *mode = reinterpret_cast<const char *>(sqlite3_column_text(statement->handle(), 0));
      if (mode && std::string_view(mode) == "wal") return;
      throw Failure(Status::unsupported, "store_no_wal",
                    "store " + path_ + ": its file system cannot do write-ahead logging; keep the store on a local disk", "store");
    }
    if ((code & 0xff) != SQLITE_BUSY || std::chrono::steady_clock::now() >= end) check(code);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

int SqliteConnection::wait_for_lock(void *self, int calls) {
  auto *connection = static_cast<SqliteConnection *>(self);
  const auto now = std::chrono::steady_clock::now();
  if (calls == 0) connection->waiting_since_ = now;
  const auto left = connection->waiting_since_ + connection->patience_ - now;
  if (left <= std::chrono::nanoseconds(0)) return 0;
  // Short first, because commits are short; never longer than 5 ms, because SQLite's locks have no queue.
  const auto pause = std::chrono::microseconds(std::min(5000, 250 << std::min(calls, 5)));
  std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(pause, left));
  return 1;
}

void SqliteConnection::check(int code, SqlOrigin origin) const {
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
  throw Failure(sqlite_error(db_, code, path_, origin));
}

void SqliteConnection::run(const char *sql) {
  int code = SQLITE_OK;
  const auto statement = statements.lend(db_, sql, code);
  check(code);
  do code = sqlite3_step(statement->handle());
  while (code == SQLITE_ROW);
  check(code);
}

void SqliteConnection::check_process() const {
  if (forked()) {
    throw Failure(Status::forked, "forked", "store " + path_ + " was opened before fork; open it again in the child process", "store");
  }
}

}  // namespace purser::adapters
