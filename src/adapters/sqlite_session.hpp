// A SQL session on one SQLite connection; for memory databases the connection is shared through its gate.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "adapters/sqlite_connection.hpp"

namespace purser::adapters {

class SqliteSession final : public ports::SqlSession {
 public:
  SqliteSession(std::shared_ptr<SqliteConnection> connection, bool read_only, bool shared);
  ~SqliteSession() override;
  SqliteSession(const SqliteSession &) = delete;
  SqliteSession &operator=(const SqliteSession &) = delete;

  ports::Dialect dialect() const override { return ports::Dialect::sqlite; }
  void begin_read() override { begin("BEGIN"); }
  void begin_write() override;
  void commit() override;
  void rollback() noexcept override;
  void savepoint() override;
  void release_savepoint() override;
  void rollback_to_savepoint() override;
  std::int64_t execute(std::string_view sql, std::span<const ports::SqlValue> parameters, const ports::OnRow &on_row) override;
  void execute_script(std::string_view sql) override;
  std::vector<std::string> execute_untrusted(std::string_view sql, std::int64_t deadline_ms, const ports::OnRow &on_row) override;
  std::int64_t change_token() override;
  void scrub() override;

 private:
  /// The use of the connection for one call.
  class Turn {
   public:
    explicit Turn(SqliteSession &session) : session_(session) { session_.enter(); }
    ~Turn() { session_.leave(); }
    Turn(const Turn &) = delete;
    Turn &operator=(const Turn &) = delete;

   private:
    SqliteSession &session_;
  };
  void enter();
  void leave() noexcept;
  void begin(const char *sql);
  void end() noexcept;
  void require_transaction() const;
  void require_savepoint() const;

  std::shared_ptr<SqliteConnection> connection_;
  bool read_only_;
  bool shared_;
  bool in_transaction_ = false;
  bool in_savepoint_ = false;
};

}  // namespace purser::adapters
