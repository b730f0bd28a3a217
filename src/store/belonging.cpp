#include "store/belonging.hpp"

#include <array>

namespace purser::store {
namespace {

using domain::ObjectKey;
using ports::SqlRow;

ObjectKey key_of(const SqlRow &row) {
  return {row.integer(0) != 0, std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3))};
}

std::vector<ObjectRow> loaded(ports::SqlSession &db, const std::vector<ObjectKey> &keys) {
  std::vector<ObjectRow> objects;
  for (const ObjectKey &key : keys)
    if (auto object = load_object(db, key)) objects.push_back(std::move(*object));
  return objects;
}

std::vector<ObjectKey> keys(ports::SqlSession &db, std::string_view sql, std::initializer_list<ports::SqlValue> parameters) {
  std::vector<ObjectKey> found;
  db.execute(sql, parameters, [&](const SqlRow &row) {
    found.push_back(key_of(row));
    return true;
  });
  return found;
}

}  // namespace

std::vector<ObjectRow> all_objects_of_customer(ports::SqlSession &db, const CustomerKey &c) {
  return loaded(db, keys(db,
                         "SELECT livemode, stripe_account, object_type, object_id FROM purser_objects "
                         "WHERE customer = $1 AND livemode = $2 AND stripe_account = $3 ORDER BY object_type, object_id",
                         {c.customer, std::int64_t{c.livemode}, c.stripe_account}));
}

std::vector<ObjectRow> loose_objects(ports::SqlSession &db, const ObjectKey &after, std::int64_t limit) {
  return loaded(db, keys(db,
                         "SELECT livemode, stripe_account, object_type, object_id FROM purser_objects "
                         "WHERE (livemode, stripe_account, object_type, object_id) > ($1, $2, $3, $4) AND "
                         "(customer = '' OR outcome IN (4, 5)) AND "
                         "object_type NOT IN ('price', 'product', 'transfer', 'payout', 'account') "
                         "ORDER BY livemode, stripe_account, object_type, object_id LIMIT $5",
                         {std::int64_t{after.livemode}, after.stripe_account, after.type, after.id, limit}));
}

std::vector<ObjectKey> object_keys(ports::SqlSession &db, const ObjectKey &after, std::int64_t limit) {
  return keys(db,
              "SELECT livemode, stripe_account, object_type, object_id FROM purser_objects "
              "WHERE (livemode, stripe_account, object_type, object_id) > ($1, $2, $3, $4) "
              "ORDER BY livemode, stripe_account, object_type, object_id LIMIT $5",
              {std::int64_t{after.livemode}, after.stripe_account, after.type, after.id, limit});
}

std::vector<IntentRow> intents_of(ports::SqlSession &db, std::string_view account) {
  std::vector<std::string> ids;
  db.execute("SELECT intent FROM purser_intents WHERE account = $1 ORDER BY created_at_ms, intent", {account}, [&](const SqlRow &row) {
    ids.emplace_back(row.text(0));
    return true;
  });
  std::vector<IntentRow> intents;
  for (const std::string &id : ids)
    if (auto intent = load_intent(db, account, id)) intents.push_back(std::move(*intent));
  return intents;
}

std::vector<ChangeRow> changes_of(ports::SqlSession &db, std::string_view account) {
  std::vector<ChangeRow> changes;
  db.execute(
      "SELECT seq, product, tier_before, tier, cause, customer, subscription, at_ms FROM purser_changes WHERE account = $1 ORDER BY seq",
      {account}, [&](const SqlRow &row) {
        changes.push_back({row.integer(0), std::string(account), std::string(row.text(1)), std::string(row.text(2)),
                           std::string(row.text(3)), std::string(row.text(4)), std::string(row.text(5)), std::string(row.text(6)),
                           row.integer(7)});
        return true;
      });
  return changes;
}

TimeMs closed_at(ports::SqlSession &db, std::string_view account) {
  TimeMs at = 0;
  db.execute("SELECT closed_at_ms FROM purser_accounts WHERE account = $1", {account}, [&](const SqlRow &row) {
    at = row.integer(0);
    return false;
  });
  return at;
}

void set_closed_at(ports::SqlSession &db, std::string_view account, TimeMs at) {
  db.execute("UPDATE purser_accounts SET closed_at_ms = $2 WHERE account = $1", {account, at});
}

void delete_account(ports::SqlSession &db, std::string_view account) {
  static constexpr std::array<std::string_view, 7> statements{
      "DELETE FROM purser_grants WHERE account = $1",  "DELETE FROM purser_tiers WHERE account = $1",
      "DELETE FROM purser_changes WHERE account = $1", "DELETE FROM purser_intents WHERE account = $1",
      "DELETE FROM purser_claims WHERE account = $1",  "DELETE FROM purser_links WHERE account = $1",
      "DELETE FROM purser_accounts WHERE account = $1"};
  for (const std::string_view sql : statements) db.execute(sql, {account});
}

void delete_links(ports::SqlSession &db, std::string_view customer) {
  db.execute("DELETE FROM purser_links WHERE customer = $1", {customer});
}

void delete_object(ports::SqlSession &db, const ObjectKey &key) {
  const std::initializer_list<ports::SqlValue> names{std::int64_t{key.livemode}, key.stripe_account, key.type, key.id};
  db.execute("DELETE FROM purser_objects WHERE livemode = $1 AND stripe_account = $2 AND object_type = $3 AND object_id = $4", names);
  db.execute("DELETE FROM purser_gaps WHERE livemode = $1 AND stripe_account = $2 AND object_type = $3 AND object_id = $4", names);
  db.execute("DELETE FROM purser_mentions WHERE object_id = $1", {key.id});
  db.execute("DELETE FROM purser_mentions WHERE mentioned = $1", {key.id});
}

std::int64_t delete_facts(ports::SqlSession &db, const ObjectKey &key, std::int64_t limit) {
  db.execute("DELETE FROM purser_fetches WHERE livemode = $1 AND stripe_account = $2 AND object_type = $3 AND object_id = $4",
             {std::int64_t{key.livemode}, key.stripe_account, key.type, key.id});
  return db.execute(
      "DELETE FROM purser_observations WHERE livemode = $1 AND stripe_account = $2 AND object_type = $3 AND object_id = $4 AND "
      "(terminal, created_s, event) IN (SELECT terminal, created_s, event FROM purser_observations "
      "WHERE livemode = $1 AND stripe_account = $2 AND object_type = $3 AND object_id = $4 LIMIT $5)",
      {std::int64_t{key.livemode}, key.stripe_account, key.type, key.id, limit});
}

}  // namespace purser::store
