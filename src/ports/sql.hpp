// The storage port: one SQL session. SQL text and its meaning belong to src/store; an adapter only carries it.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace purser::ports {

enum class Dialect { sqlite, postgres };
struct Blob {
  std::string_view bytes;
};
/// A parameter. Text and blobs are borrowed until execute returns.
using SqlValue = std::variant<std::monostate, std::int64_t, double, std::string_view, Blob>;

enum class SqlType { null, integer, real, text, blob };
/// One row of an answer, valid only inside the callback.
class SqlRow {
 public:
  virtual int columns() const = 0;
  virtual std::string_view name(int column) const = 0;
  virtual SqlType type(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual double real(int column) const = 0;
  virtual std::string_view text(int column) const = 0;  ///< text or blob bytes; empty for null
  bool null(int column) const { return type(column) == SqlType::null; }

 protected:
  ~SqlRow() = default;
};
using OnRow = std::function<bool(const SqlRow &)>;  ///< false ends the answer early

/// One connection, used by one thread at a time. Everything that goes wrong is thrown as purser::Failure:
/// store_locked, store_full, store_read_only, store_io (unavailable); store_corrupt; store_constraint (conflict); sql_invalid.
class SqlSession {
 public:
  virtual ~SqlSession() = default;
  virtual Dialect dialect() const = 0;
  virtual void begin_read() = 0;
  virtual void begin_write() = 0;  ///< takes the write lock now
  virtual void commit() = 0;       ///< returns only when durable
  virtual void rollback() noexcept = 0;
  virtual void savepoint() = 0;  ///< one level inside a transaction
  virtual void release_savepoint() = 0;
  virtual void rollback_to_savepoint() = 0;  ///< undoes what came after savepoint(), and ends it
  /// One statement; placeholders $1, $2 … Rows go to `on_row`. Returns the number of rows changed.
  virtual std::int64_t execute(std::string_view sql, std::span<const SqlValue> parameters, const OnRow &on_row) = 0;
  std::int64_t execute(std::string_view sql, std::initializer_list<SqlValue> parameters, const OnRow &on_row = {}) {
    return execute(sql, std::span<const SqlValue>(parameters.begin(), parameters.size()), on_row);
  }
  /// Several statements without parameters, for migrations. `{without_rowid}` in the text becomes the dialect's word for it.
  virtual void execute_script(std::string_view sql) = 0;
  /// One statement that somebody else wrote: reads only, whatever the session may do, at most `deadline_ms` long. Returns the
  /// columns. query_refused (it writes, attaches, sets), sql_invalid, query_timeout.
  virtual std::vector<std::string> execute_untrusted(std::string_view sql, std::int64_t deadline_ms, const OnRow &on_row) = 0;
  /// A number that changes when another connection has committed (SQLite: PRAGMA data_version).
  virtual std::int64_t change_token() = 0;
  /// What was deleted is afterwards in no file of the store: its pages are written anew and its log is emptied. Outside a transaction;
  /// takes as long as the store is large, and waits for other sessions as for a lock (store_locked: some of it is still there).
  virtual void scrub() = 0;
};

/// Where sessions come from.
class SqlDatabase {
 public:
  virtual ~SqlDatabase() = default;
  virtual std::unique_ptr<SqlSession> open(bool read_only) = 0;
  /// The store's name for messages: a file name or a URL without its password.
  virtual std::string name() const = 0;
};

}  // namespace purser::ports
