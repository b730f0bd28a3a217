// An arrival costs the same whether the object has a hundred events or ten thousand: statements, rows and SQLite's own steps are counted,
// not time.
#include <sqlite3.h>

#include <algorithm>

#include "catch.hpp"
#include "support/engine_fixture.hpp"
#include "support/forwarding_session.hpp"

using namespace purser;
using namespace purser::test;

namespace {

struct Work {
  std::int64_t statements = 0, rows = 0, steps = 0;
};
Work counted;
std::vector<sqlite3 *> connections;

class CountingSession final : public ForwardingSession {
 public:
  using ForwardingSession::ForwardingSession;
  std::int64_t execute(std::string_view sql, std::span<const ports::SqlValue> parameters, const ports::OnRow &on_row) override {
    ++counted.statements;
    return inner().execute(sql, parameters, [&](const ports::SqlRow &row) {
      ++counted.rows;
      return !on_row || on_row(row);
    });
  }
};
class CountingDatabase final : public ports::SqlDatabase {
 public:
  std::unique_ptr<ports::SqlSession> open(bool read_only) override { return std::make_unique<CountingSession>(inner_->open(read_only)); }
  std::string name() const override { return inner_->name(); }

 private:
  std::shared_ptr<ports::SqlDatabase> inner_ = adapters::sqlite_database({.path = ":memory:"});
};

int note(sqlite3 *db, const char **, const void *) {
  connections.push_back(db);
  return SQLITE_OK;
}

/// What the virtual machine did since the last call: a scan shows here, though no row of it comes out.
std::int64_t steps() {
  std::int64_t sum = 0;
  for (sqlite3 *db : connections)
    for (sqlite3_stmt *s = sqlite3_next_stmt(db, nullptr); s; s = sqlite3_next_stmt(db, s))
      sum += sqlite3_stmt_status(s, SQLITE_STMTSTATUS_VM_STEP, 1);
  return sum;
}

std::string change(int n, std::int64_t created_s) {
  const auto version = [](int v) { return R"({"v":")" + std::to_string(v) + "\"}"; };
  Sub sub{.metadata = version(n)};
  return event("evt_" + std::to_string(n), n == 0 ? "customer.subscription.created" : "customer.subscription.updated", created_s,
               sub.json(), n == 0 ? "" : R"({"metadata":)" + version(n - 1) + "}");
}

/// The dearest of ten arrivals in order, and of ten that are old and were not seen before.
Work dearest(World &world, int &n, std::int64_t from_s = start_s) {
  Work most;
  for (int i = 0; i < 20; ++i) {
    const bool old = i >= 10;
    if (old) ++n;  // an event that nobody saw, from within the last minutes
    ++n;
    const std::string body = change(n, from_s + 60 * n);
    static_cast<void>(steps());
    counted = {};
    world.deliver(body);
    most.statements = std::max(most.statements, counted.statements);
    most.rows = std::max(most.rows, counted.rows);
    most.steps = std::max(most.steps, steps());
  }
  return most;
}

}  // namespace

TEST_CASE("an object with ten thousand events folds at flat cost, compacted or not") {
  sqlite3_auto_extension(reinterpret_cast<void (*)()>(note));
  World world({.database = std::make_shared<CountingDatabase>()});
  sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(note));
  world.apply();
  world.engine->account_link("acct_1", "cus_1");
  int n = 0;
  world.deliver(change(0, start_s));
  const auto grow = [&](int to) {
    for (++n; n < to; ++n) world.deliver(change(n, start_s + 60 * n));
  };
  grow(100);
  const Work few = dearest(world, n);
  grow(10'000);
  const Work many = dearest(world, n);
  world.clock->set((start_s + 60 * n + 40 * 86400) * second_ms);
  std::int64_t compacted = 0;
  for (bool more = true; more;) {
    const engine::Tidied tidied = world.engine->store_tidy(60'000);
    compacted += tidied.compacted;
    more = tidied.more;
  }
  const Work after = dearest(world, n, start_s + 40 * 86400);
  WARN("at 100 events: " << few.statements << " statements, " << few.rows << " rows, " << few.steps << " steps; at 10,000: "
                         << many.statements << ", " << many.rows << ", " << many.steps << "; after a checkpoint for " << compacted
                         << " facts: " << after.statements << ", " << after.rows << ", " << after.steps);
  CHECK(few.steps > 100);
  CHECK(many.statements <= few.statements + 2);
  CHECK(many.rows <= few.rows + 2);
  CHECK(many.steps <= few.steps * 5 / 4);
  CHECK(compacted > 9000);
  CHECK(after.statements >= few.statements - 2);
  CHECK(after.steps <= few.steps * 5 / 4);
}
