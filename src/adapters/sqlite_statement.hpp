// Prepared statements: numbered parameters, typed binding, a bounded cache.
#pragma once
#include <sqlite3.h>

#include <cstddef>
#include <list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ports/sql.hpp"

namespace purser::adapters {

/// One compiled statement. `$1` is a named parameter for SQLite, so a text may use a number twice and in any order.
class SqliteStatement {
 public:
  /// Exactly one statement; throws sql_invalid when the text holds none or several. On SQLite's refusal null, with its `code`.
  static std::unique_ptr<SqliteStatement> prepare(sqlite3 *db, std::string_view sql, unsigned int flags, int &code);

  sqlite3_stmt *handle() const { return statement_.get(); }
  /// Borrows texts and blobs until `reset`. Returns a SQLite result code.
  int bind(std::span<const ports::SqlValue> parameters);
  void reset() noexcept;

 private:
  friend class SqliteStatements;
  struct Finalize {
    void operator()(sqlite3_stmt *statement) const noexcept { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  std::vector<std::size_t> numbers_;  ///< by SQLite's parameter index: the number in the text, from 0
  std::size_t highest_ = 0;           ///< how many parameters the text wants
  bool cached_ = false;
  bool lent_ = false;
};

/// The least recently used go first. For one thread at a time.
class SqliteStatements {
 public:
  struct GiveBack {
    void operator()(SqliteStatement *statement) const noexcept;
  };
  /// Reset and back in the cache at the end of the scope.
  using Lent = std::unique_ptr<SqliteStatement, GiveBack>;

  explicit SqliteStatements(std::size_t most) : most_(most) {}
  /// Null, with SQLite's `code`, when the text does not compile. A text that is running already gets a second statement.
  Lent lend(sqlite3 *db, std::string_view sql, int &code);
  std::size_t size() const { return order_.size(); }

 private:
  struct Entry {
    std::string sql;
    std::unique_ptr<SqliteStatement> statement;
  };
  void make_room();

  std::size_t most_;
  std::list<Entry> order_;  ///< newest first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_text_;
};

}  // namespace purser::adapters
