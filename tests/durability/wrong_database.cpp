#include "durability/wrong_database.hpp"

#include "support/forwarding_session.hpp"

namespace purser::test {
namespace {

using ports::OnRow;
using ports::SqlSession;
using ports::SqlValue;

class LateCommit final : public ForwardingSession {
 public:
  using ForwardingSession::ForwardingSession;
  ~LateCommit() override {
    try {
      inner();
    } catch (...) {  // as wrong as the rest of it
    }
  }
  void commit() override { owed_ = true; }
  void rollback() noexcept override {
    if (!owed_) inner_->rollback();
  }

 private:
  SqlSession &inner() override {
    if (owed_) {
      owed_ = false;
      inner_->commit();
    }
    return *inner_;
  }
  bool owed_ = false;
};

class SplitTransaction final : public ForwardingSession {
 public:
  using ForwardingSession::ForwardingSession;
  std::int64_t execute(std::string_view sql, std::span<const SqlValue> parameters, const OnRow &on_row) override {
    const std::int64_t changed = inner_->execute(sql, parameters, on_row);
    if (changed > 0 && sql.find("INSERT INTO purser_events") != sql.npos) {
      inner_->release_savepoint();
      inner_->commit();
      inner_->begin_write();
      inner_->savepoint();
    }
    return changed;
  }
};

class Wrapped final : public ports::SqlDatabase {
 public:
  Wrapped(std::shared_ptr<ports::SqlDatabase> inner, SqlWrap wrap) : inner_(std::move(inner)), wrap_(std::move(wrap)) {}
  std::unique_ptr<SqlSession> open(bool read_only) override {
    auto session = inner_->open(read_only);
    return read_only ? std::move(session) : wrap_(std::move(session));
  }
  std::string name() const override { return inner_->name(); }

 private:
  std::shared_ptr<ports::SqlDatabase> inner_;
  SqlWrap wrap_;
};

}  // namespace

std::shared_ptr<ports::SqlDatabase> wrapped_database(std::shared_ptr<ports::SqlDatabase> inner, SqlWrap wrap) {
  return std::make_shared<Wrapped>(std::move(inner), std::move(wrap));
}

SqlWrap with_setting(std::string script) {
  return [script = std::move(script)](std::unique_ptr<SqlSession> session) {
    session->execute_script(script);
    return session;
  };
}

SqlWrap with_late_commit() {
  return [](std::unique_ptr<SqlSession> session) { return std::make_unique<LateCommit>(std::move(session)); };
}

SqlWrap with_split_transaction() {
  return [](std::unique_ptr<SqlSession> session) { return std::make_unique<SplitTransaction>(std::move(session)); };
}

}  // namespace purser::test
