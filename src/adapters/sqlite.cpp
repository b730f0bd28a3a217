#include "adapters/sqlite.hpp"

#include <mutex>

#include "adapters/sqlite_session.hpp"

namespace purser::adapters {
namespace {

class SqliteDatabase final : public ports::SqlDatabase {
 public:
  explicit SqliteDatabase(SqliteOptions options) : options_(std::move(options)) {}

  std::unique_ptr<ports::SqlSession> open(bool read_only) override {
    if (options_.path != ":memory:") {
      return std::make_unique<SqliteSession>(std::make_shared<SqliteConnection>(options_, read_only), read_only, false);
    }
    const std::lock_guard lock(mutex_);
    if (!memory_) memory_ = std::make_shared<SqliteConnection>(options_, false);
    return std::make_unique<SqliteSession>(memory_, read_only, true);
  }

  std::string name() const override { return options_.path; }

 private:
  SqliteOptions options_;
  std::mutex mutex_;
  std::shared_ptr<SqliteConnection> memory_;
};

}  // namespace

std::shared_ptr<ports::SqlDatabase> sqlite_database(SqliteOptions options) { return std::make_shared<SqliteDatabase>(std::move(options)); }

}  // namespace purser::adapters
