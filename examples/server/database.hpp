// The host's own SQLite file. Never Purser's: that is read through the engine, or through the views by another process.
#pragma once
#include <sqlite3.h>

#include <memory>
#include <string>
#include <vector>

namespace host {

class Database {
 public:
  using Row = std::vector<std::string>;  ///< NULL is empty

  /// Opens or makes it. Throws std::runtime_error.
  explicit Database(const std::string &path);
  /// One statement with its `?` filled in; an empty parameter is NULL where `nullif(?, '')` says so.
  std::vector<Row> run(const std::string &sql, const std::vector<std::string> &parameters = {});
  /// Several statements without parameters.
  void script(const std::string &sql);

 private:
  struct Closed {
    void operator()(sqlite3 *connection) const { sqlite3_close(connection); }
  };
  [[noreturn]] void fail(const std::string &what) const;
  std::unique_ptr<sqlite3, Closed> connection_;
};

/// Rolls back unless commit() was called.
class Transaction {
 public:
  explicit Transaction(Database &database) : database_(database) { database_.script("begin immediate"); }
  Transaction(const Transaction &) = delete;
  Transaction &operator=(const Transaction &) = delete;
  ~Transaction();
  void commit();

 private:
  Database &database_;
  bool open_ = true;
};

}  // namespace host
