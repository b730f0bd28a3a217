// A session that passes everything on: what a test changes of it, a derived one overrides.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "ports/sql.hpp"

namespace purser::test {

class ForwardingSession : public ports::SqlSession {
 public:
  explicit ForwardingSession(std::unique_ptr<ports::SqlSession> inner) : inner_(std::move(inner)) {}
  ports::Dialect dialect() const override { return inner_->dialect(); }
  void begin_read() override { inner().begin_read(); }
  void begin_write() override { inner().begin_write(); }
  void commit() override { inner().commit(); }
  void rollback() noexcept override { inner_->rollback(); }
  void savepoint() override { inner().savepoint(); }
  void release_savepoint() override { inner().release_savepoint(); }
  void rollback_to_savepoint() override { inner().rollback_to_savepoint(); }
  using ports::SqlSession::execute;
  std::int64_t execute(std::string_view sql, std::span<const ports::SqlValue> parameters, const ports::OnRow &on_row) override {
    return inner().execute(sql, parameters, on_row);
  }
  void execute_script(std::string_view sql) override { inner().execute_script(sql); }
  std::vector<std::string> execute_untrusted(std::string_view sql, std::int64_t deadline_ms, const ports::OnRow &on_row) override {
    return inner().execute_untrusted(sql, deadline_ms, on_row);
  }
  std::int64_t change_token() override { return inner().change_token(); }
  void scrub() override { inner().scrub(); }

 protected:
  virtual ports::SqlSession &inner() { return *inner_; }
  std::unique_ptr<ports::SqlSession> inner_;
};

}  // namespace purser::test
