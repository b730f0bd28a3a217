#include "store/feed.hpp"

namespace purser::store {

using ports::SqlRow;

std::vector<AnnouncedTier> announced_tiers(ports::SqlSession &db, std::string_view account) {
  std::vector<AnnouncedTier> tiers;
  db.execute("SELECT product, tier, customer, subscription FROM purser_tiers WHERE account = $1 ORDER BY product", {account},
             [&](const SqlRow &row) {
               tiers.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3))});
               return true;
             });
  return tiers;
}

void put_announced_tier(ports::SqlSession &db, std::string_view account, const AnnouncedTier &t, TimeMs at) {
  db.execute(
      "INSERT INTO purser_tiers (account, product, tier, customer, subscription, since_ms) VALUES ($1, $2, $3, $4, $5, $6) "
      "ON CONFLICT (account, product) DO UPDATE SET tier = excluded.tier, customer = excluded.customer, "
      "subscription = excluded.subscription, since_ms = excluded.since_ms",
      {account, t.product, t.tier, t.customer, t.subscription, at});
}

void drop_announced_tier(ports::SqlSession &db, std::string_view account, std::string_view product) {
  db.execute("DELETE FROM purser_tiers WHERE account = $1 AND product = $2", {account, product});
}

void insert_change(ports::SqlSession &db, const ChangeRow &c) {
  db.execute(
      "INSERT INTO purser_changes (account, seq, product, tier_before, tier, cause, customer, subscription, at_ms) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      {c.account, c.seq, c.product, c.tier_before, c.tier, c.cause, c.customer, c.subscription, c.at_ms});
}

std::vector<ChangeRow> changes_after(ports::SqlSession &db, std::int64_t seq, std::int64_t limit) {
  std::vector<ChangeRow> changes;
  db.execute(
      "SELECT seq, account, product, tier_before, tier, cause, customer, subscription, at_ms FROM purser_changes WHERE seq > $1 "
      "ORDER BY seq LIMIT $2",
      {seq, limit}, [&](const SqlRow &row) {
        changes.push_back({row.integer(0), std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3)),
                           std::string(row.text(4)), std::string(row.text(5)), std::string(row.text(6)), std::string(row.text(7)),
                           row.integer(8)});
        return true;
      });
  return changes;
}

namespace {

std::int64_t one_number(ports::SqlSession &db, std::string_view sql, std::initializer_list<ports::SqlValue> parameters,
                        std::int64_t otherwise) {
  std::int64_t number = otherwise;
  db.execute(sql, parameters, [&](const SqlRow &row) {
    if (!row.null(0)) number = row.integer(0);
    return false;
  });
  return number;
}

}  // namespace

std::int64_t last_change(ports::SqlSession &db) { return one_number(db, "SELECT max(seq) FROM purser_changes", {}, 0); }

std::int64_t cursor_of(ports::SqlSession &db, std::string_view consumer) {
  return one_number(db, "SELECT seq FROM purser_consumers WHERE consumer = $1", {consumer}, 0);
}

std::int64_t move_cursor(ports::SqlSession &db, std::string_view consumer, std::int64_t seq, TimeMs at) {
  db.execute(
      "INSERT INTO purser_consumers (consumer, seq, moved_at_ms) VALUES ($1, $2, $3) "
      "ON CONFLICT (consumer) DO UPDATE SET seq = excluded.seq, moved_at_ms = excluded.moved_at_ms WHERE excluded.seq > "
      "purser_consumers.seq",
      {consumer, seq, at});
  return cursor_of(db, consumer);
}

bool set_due(ports::SqlSession &db, std::string_view account, TimeMs due_at) {
  return db.execute("UPDATE purser_accounts SET due_at_ms = $2 WHERE account = $1 AND due_at_ms <> $2", {account, due_at}) == 1;
}

std::vector<Due> due_accounts(ports::SqlSession &db, TimeMs now, std::int64_t limit) {
  std::vector<Due> due;
  db.execute("SELECT account, due_at_ms FROM purser_accounts WHERE due_at_ms <= $1 ORDER BY due_at_ms LIMIT $2", {now, limit},
             [&](const SqlRow &row) {
               due.push_back({std::string(row.text(0)), row.integer(1)});
               return true;
             });
  return due;
}

TimeMs next_due(ports::SqlSession &db) { return one_number(db, "SELECT min(due_at_ms) FROM purser_accounts", {}, forever_ms); }

bool ever_held(ports::SqlSession &db, std::string_view account, std::string_view product) {
  bool held = false;
  db.execute("SELECT 1 FROM purser_changes WHERE account = $1 AND product = $2 LIMIT 1", {account, product},
             [&](const ports::SqlRow &) { return !(held = true); });
  return held;
}

}  // namespace purser::store
