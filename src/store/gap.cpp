#include "store/gap.hpp"

namespace purser::store {
namespace {

constexpr std::string_view columns =
    "livemode, stripe_account, object_type, object_id, reason, since_ms, due_at_ms, tries, held_until_ms FROM purser_gaps ";

GapRow gap_of(const ports::SqlRow &row) {
  return {{row.integer(0) != 0, std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3))},
          std::string(row.text(4)),
          row.integer(5),
          row.integer(6),
          row.integer(7),
          row.integer(8)};
}

std::string select(std::string_view rest) { return "SELECT " + std::string(columns) + std::string(rest); }

}  // namespace

std::optional<GapRow> load_gap(ports::SqlSession &db, const domain::ObjectKey &key) {
  static const std::string sql = select("WHERE livemode = $1 AND stripe_account = $2 AND object_type = $3 AND object_id = $4");
  std::optional<GapRow> gap;
  db.execute(sql, {std::int64_t{key.livemode}, key.stripe_account, key.type, key.id}, [&](const ports::SqlRow &row) {
    gap = gap_of(row);
    return false;
  });
  return gap;
}

void put_gap(ports::SqlSession &db, const GapRow &g) {
  db.execute(
      "INSERT INTO purser_gaps (livemode, stripe_account, object_type, object_id, reason, since_ms, due_at_ms, tries, held_until_ms) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (livemode, stripe_account, object_type, object_id) DO UPDATE SET "
      "reason = excluded.reason, since_ms = excluded.since_ms, due_at_ms = excluded.due_at_ms, tries = excluded.tries, "
      "held_until_ms = excluded.held_until_ms",
      {std::int64_t{g.key.livemode}, g.key.stripe_account, g.key.type, g.key.id, g.reason, g.since_ms, g.due_at_ms, g.tries,
       g.held_until_ms});
}

void drop_gap(ports::SqlSession &db, const domain::ObjectKey &key) {
  db.execute("DELETE FROM purser_gaps WHERE livemode = $1 AND stripe_account = $2 AND object_type = $3 AND object_id = $4",
             {std::int64_t{key.livemode}, key.stripe_account, key.type, key.id});
}

std::vector<GapRow> due_gaps(ports::SqlSession &db, TimeMs now, std::int64_t limit) {
  static const std::string sql =
      select("WHERE due_at_ms <= $1 AND held_until_ms <= $1 ORDER BY due_at_ms, livemode, stripe_account, object_type, object_id LIMIT $2");
  std::vector<GapRow> gaps;
  db.execute(sql, {now, limit}, [&](const ports::SqlRow &row) {
    gaps.push_back(gap_of(row));
    return true;
  });
  return gaps;
}

std::vector<domain::ObjectKey> overdue_objects(ports::SqlSession &db, TimeMs now, std::int64_t limit) {
  std::vector<domain::ObjectKey> keys;
  db.execute(
      "SELECT o.livemode, o.stripe_account, o.object_type, o.object_id FROM purser_objects o WHERE o.expect_at_ms <= $1 AND "
      "o.expect_at_ms < 9223372036854775807 AND NOT EXISTS (SELECT 1 FROM purser_gaps g WHERE g.livemode = o.livemode AND "
      "g.stripe_account = o.stripe_account AND g.object_type = o.object_type AND g.object_id = o.object_id) "
      "ORDER BY o.expect_at_ms, o.object_id LIMIT $2",
      {now, limit}, [&](const ports::SqlRow &row) {
        keys.push_back({row.integer(0) != 0, std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3))});
        return true;
      });
  return keys;
}

void set_expectation(ports::SqlSession &db, const domain::ObjectKey &key, TimeMs at) {
  db.execute(
      "UPDATE purser_objects SET expect_at_ms = $5 WHERE livemode = $1 AND stripe_account = $2 AND object_type = $3 AND object_id = $4",
      {std::int64_t{key.livemode}, key.stripe_account, key.type, key.id, at});
}

GapTotals gap_totals(ports::SqlSession &db) {
  GapTotals totals;
  db.execute(
      "SELECT count(*), coalesce(min(since_ms), 0), "
      "coalesce(min(CASE WHEN held_until_ms > due_at_ms THEN held_until_ms ELSE due_at_ms END), 0) FROM purser_gaps",
      {}, [&](const ports::SqlRow &row) {
        totals = {row.integer(0), row.integer(1), row.integer(2)};
        return false;
      });
  return totals;
}

TimeMs next_gap(ports::SqlSession &db) {
  TimeMs next = forever_ms;
  for (const std::string_view sql : {std::string_view("SELECT due_at_ms, held_until_ms FROM purser_gaps ORDER BY due_at_ms LIMIT 1"),
                                     std::string_view("SELECT expect_at_ms, 0 FROM purser_objects WHERE expect_at_ms < 9223372036854775807 "
                                                      "ORDER BY expect_at_ms LIMIT 1")})
    db.execute(sql, {}, [&](const ports::SqlRow &row) {
      next = std::min(next, std::max(row.integer(0), row.integer(1)));
      return false;
    });
  return next;
}

}  // namespace purser::store
