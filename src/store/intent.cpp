#include "store/intent.hpp"

namespace purser::store {
namespace {

using ports::SqlRow;

IntentRow intent_of(const SqlRow &row) {
  IntentRow i;
  i.account = row.text(0);
  i.intent = row.text(1);
  i.kind = row.text(2);
  i.claim = row.text(3);
  i.state = static_cast<domain::IntentState>(row.integer(4));
  i.path = row.text(5);
  i.form = row.text(6);
  i.fingerprint = row.text(7);
  i.price = row.text(8);
  i.object = row.text(9);
  i.url = row.text(10);
  i.expires_at_ms = row.integer(11);
  i.error = row.text(12);
  i.request_id = row.text(13);
  i.tries = row.integer(14);
  i.created_at_ms = row.integer(15);
  i.tried_at_ms = row.integer(16);
  return i;
}

constexpr std::string_view by_key =
    "SELECT account, intent, kind, claim, state, path, form, fingerprint, price, object, url, expires_at_ms, error, request_id, tries, "
    "created_at_ms, tried_at_ms FROM purser_intents WHERE account = $1 AND intent = $2";
constexpr std::string_view by_claim =
    "SELECT i.account, i.intent, i.kind, i.claim, i.state, i.path, i.form, i.fingerprint, i.price, i.object, i.url, i.expires_at_ms, "
    "i.error, i.request_id, i.tries, i.created_at_ms, i.tried_at_ms FROM purser_claims c JOIN purser_intents i "
    "ON i.account = c.account AND i.intent = c.intent WHERE c.account = $1 AND c.claim = $2";
constexpr std::string_view unsettled =
    "SELECT account, intent, kind, claim, state, path, form, fingerprint, price, object, url, expires_at_ms, error, request_id, tries, "
    "created_at_ms, tried_at_ms FROM purser_intents WHERE (state = 0 OR state = 3) AND tried_at_ms <= $1 ORDER BY tried_at_ms LIMIT $2";

std::optional<IntentRow> one(ports::SqlSession &db, std::string_view sql, std::string_view first, std::string_view second) {
  std::optional<IntentRow> found;
  db.execute(sql, {first, second}, [&](const SqlRow &row) {
    found = intent_of(row);
    return false;
  });
  return found;
}

}  // namespace

void insert_intent(ports::SqlSession &db, const IntentRow &i) {
  db.execute(
      "INSERT INTO purser_intents (account, intent, kind, claim, state, path, form, fingerprint, price, object, url, expires_at_ms, error, "
      "request_id, tries, created_at_ms, tried_at_ms) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
      {i.account, i.intent, i.kind, i.claim, std::int64_t{static_cast<std::int32_t>(i.state)}, i.path, i.form, i.fingerprint, i.price,
       i.object, i.url, i.expires_at_ms, i.error, i.request_id, i.tries, i.created_at_ms, i.tried_at_ms});
}

std::optional<IntentRow> load_intent(ports::SqlSession &db, std::string_view account, std::string_view intent) {
  return one(db, by_key, account, intent);
}

void update_intent(ports::SqlSession &db, const IntentRow &i) {
  db.execute(
      "UPDATE purser_intents SET state = $3, object = $4, url = $5, expires_at_ms = $6, error = $7, request_id = $8, tries = $9, "
      "tried_at_ms = $10 WHERE account = $1 AND intent = $2",
      {i.account, i.intent, std::int64_t{static_cast<std::int32_t>(i.state)}, i.object, i.url, i.expires_at_ms, i.error, i.request_id,
       i.tries, i.tried_at_ms});
}

std::vector<IntentRow> unsettled_intents(ports::SqlSession &db, TimeMs tried_before, std::int64_t limit) {
  std::vector<IntentRow> rows;
  db.execute(unsettled, {tried_before, limit}, [&](const SqlRow &row) {
    rows.push_back(intent_of(row));
    return true;
  });
  return rows;
}

std::optional<IntentRow> claimed(ports::SqlSession &db, std::string_view account, std::string_view claim) {
  return one(db, by_claim, account, claim);
}

void put_claim(ports::SqlSession &db, std::string_view account, std::string_view claim, std::string_view intent) {
  db.execute(
      "INSERT INTO purser_claims (account, claim, intent) VALUES ($1, $2, $3) "
      "ON CONFLICT (account, claim) DO UPDATE SET intent = excluded.intent",
      {account, claim, intent});
}

}  // namespace purser::store
