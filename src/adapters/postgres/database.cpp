#include "adapters/postgres/session.hpp"

namespace purser::adapters {
namespace {

class PostgresDatabase final : public ports::SqlDatabase {
 public:
  explicit PostgresDatabase(PostgresOptions options) : pool_(std::make_shared<PostgresPool>(std::move(options))) {}

  std::unique_ptr<ports::SqlSession> open(bool read_only) override {
    pool_->check_process();
    auto session = std::make_unique<PostgresSession>(pool_, read_only);
    pool_->lease(session.get());  // connects now: who opens a store learns now that there is none
    return session;
  }
  std::string name() const override { return pool_->name(); }

 private:
  std::shared_ptr<PostgresPool> pool_;
};

}  // namespace

std::shared_ptr<ports::SqlDatabase> postgres_database(PostgresOptions options) {
  return std::make_shared<PostgresDatabase>(std::move(options));
}

}  // namespace purser::adapters
