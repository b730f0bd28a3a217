// A SQL session on PostgreSQL: it borrows a connection for the length of a transaction, or of one statement outside.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "adapters/postgres/pool.hpp"

namespace purser::adapters {

class PostgresSession final : public ports::SqlSession {
 public:
  PostgresSession(std::shared_ptr<PostgresPool> pool, bool read_only) : pool_(std::move(pool)), read_only_(read_only) {}
  ~PostgresSession() override { rollback(); }
  PostgresSession(const PostgresSession &) = delete;
  PostgresSession &operator=(const PostgresSession &) = delete;

  ports::Dialect dialect() const override { return ports::Dialect::postgres; }
  void begin_read() override;
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
  using Lease = PostgresPool::Lease;
  /// Runs `sql` on a connection; when that one proves broken, once more on a new one. Nothing may have been done on it before.
  std::vector<PostgresResult> begin_on(Lease &lease, const std::string &sql);
  std::vector<PostgresResult> begin_write_on(Lease &lease);
  void require_no_transaction() const;
  void require_transaction() const;
  void require_savepoint() const;
  [[noreturn]] void refuse_writing() const;
  std::int64_t execute_alone(std::string_view sql, std::span<const ports::SqlValue> parameters, const ports::OnRow &on_row);
  std::string channel(const PostgresConnection &connection) const;
  std::int64_t token() const;

  std::shared_ptr<PostgresPool> pool_;
  bool read_only_;
  Lease lease_;  ///< held for the length of a transaction
  bool writing_ = false;
  bool in_savepoint_ = false;
  std::int64_t commits_ = 0;  ///< of all writers, as last seen
  std::int64_t own_ = 0;      ///< of this session among them
  std::uint64_t seen_on_ = 0, seen_notified_ = 0;
  std::chrono::steady_clock::time_point seen_at_{};
};

}  // namespace purser::adapters
