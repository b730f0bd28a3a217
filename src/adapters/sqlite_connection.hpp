// One SQLite connection, opened with the settings that the store's promises need, and the gate that shares a memory database.
#pragma once
#include <sqlite3.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

#include "adapters/process.hpp"
#include "adapters/sqlite.hpp"
#include "adapters/sqlite_error.hpp"
#include "adapters/sqlite_statement.hpp"

namespace purser::adapters {

/// Lets one session at a time use the connection of a memory database: there is no file whose locks could do it.
/// Not a mutex, because a transaction may begin on one thread and end on another.
class SqliteGate {
 public:
  /// False when `wait` passed. A session that is inside may enter again.
  bool enter(const void *session, std::chrono::milliseconds wait);
  /// `changes`: the connection's total so far, from which the change token is made.
  void leave(const void *session, std::int64_t changes);
  /// Grows with every change that other sessions made.
  std::int64_t changes_by_others(const void *session);
  void forget(const void *session);

 private:
  std::mutex mutex_;
  std::condition_variable left_;
  std::list<const void *> queue_;  ///< first come, first served: a busy writer cannot keep a reader out
  const void *inside_ = nullptr;
  int depth_ = 0;
  std::int64_t changes_ = 0;
  std::unordered_map<const void *, std::int64_t> own_;
};

class SqliteConnection {
 public:
  SqliteConnection(const SqliteOptions &options, bool read_only);
  ~SqliteConnection();
  SqliteConnection(const SqliteConnection &) = delete;
  SqliteConnection &operator=(const SqliteConnection &) = delete;

  sqlite3 *db() const { return db_; }
  /// Throws Failure unless ok (SQLITE_OK, SQLITE_ROW, SQLITE_DONE).
  void check(int code, SqlOrigin origin = SqlOrigin::purser) const;
  /// SQLite's own small statements: PRAGMA, BEGIN …
  void run(const char *sql);
  /// Throws forked in a child process: SQLite's locks and caches belong to the parent.
  void check_process() const;
  bool forked() const noexcept { return !process_.same(); }
  std::chrono::milliseconds patience() const { return patience_; }

  const std::vector<std::string> hidden_tables;
  SqliteStatements statements;
  SqliteGate gate;  ///< used for memory databases only

 private:
  static int wait_for_lock(void *self, int calls);
  void close() noexcept;
  void open(const SqliteOptions &options, bool read_only);
  void configure(const SqliteOptions &options);
  void use_write_ahead_log();

  std::string path_;
  std::chrono::milliseconds patience_;
  std::chrono::steady_clock::time_point waiting_since_;
  Process process_;
  sqlite3 *db_ = nullptr;
};

}  // namespace purser::adapters
