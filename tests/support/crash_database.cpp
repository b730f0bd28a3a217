#include "support/crash_database.hpp"

#include "support/forwarding_session.hpp"

namespace purser::test {
namespace {

class Counted final : public ForwardingSession {
 public:
  Counted(std::unique_ptr<ports::SqlSession> inner, CrashPoints &points) : ForwardingSession(std::move(inner)), points_(points) {}
  void commit() override {
    inner().commit();
    points_.reach();
  }

 private:
  ports::SqlSession &inner() override {
    points_.reach();
    return *inner_;
  }
  CrashPoints &points_;
};

class Database final : public ports::SqlDatabase {
 public:
  Database(std::shared_ptr<ports::SqlDatabase> inner, CrashPoints &points) : inner_(std::move(inner)), points_(points) {}
  std::unique_ptr<ports::SqlSession> open(bool read_only) override {
    points_.reach();
    return std::make_unique<Counted>(inner_->open(read_only), points_);
  }
  std::string name() const override { return inner_->name(); }

 private:
  std::shared_ptr<ports::SqlDatabase> inner_;
  CrashPoints &points_;
};

}  // namespace

std::shared_ptr<ports::SqlDatabase> database_with_points(std::shared_ptr<ports::SqlDatabase> inner, CrashPoints &points) {
  return std::make_shared<Database>(std::move(inner), points);
}

}  // namespace purser::test
