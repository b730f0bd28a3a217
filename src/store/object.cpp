#include "store/object.hpp"

#include <algorithm>
#include <cstring>

namespace purser::store {
namespace {

constexpr std::string_view columns =
    "livemode, stripe_account, object_type, object_id, customer, record, state, doubt, outcome, unmapped, finding, expect_at_ms, "
    "seen_at_ms, boundary_s";
constexpr int after_columns = 14;

ObjectRow object_of(const ports::SqlRow &row) {
  ObjectRow object;
  object.key = {row.integer(0) != 0, std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3))};
  object.customer = row.text(4);
  object.record = row.text(5);
  const std::string_view state = row.text(6);
  std::memcpy(object.state.data(), state.data(), std::min(state.size(), object.state.size()));
  object.doubt = static_cast<domain::Doubt>(row.integer(7));
  object.outcome = static_cast<domain::Outcome>(row.integer(8));
  object.unmapped = row.text(9);
  object.finding = row.text(10);
  object.expect_at_ms = row.integer(11);
  object.seen_at_ms = row.integer(12);
  object.boundary_s = row.integer(13);
  return object;
}

std::string select(std::string_view rest) { return "SELECT " + std::string(columns) + " FROM purser_objects " + std::string(rest); }

std::vector<ObjectRow> of_customer(ports::SqlSession &db, std::string_view sql, const CustomerKey &customer) {
  std::vector<ObjectRow> objects;
  db.execute(sql, {customer.customer, std::int64_t{customer.livemode}, customer.stripe_account}, [&](const ports::SqlRow &row) {
    objects.push_back(object_of(row));
    return true;
  });
  return objects;
}

}  // namespace

std::optional<ObjectRow> load_object(ports::SqlSession &db, const domain::ObjectKey &key) {
  static const std::string sql = select("WHERE livemode = $1 AND stripe_account = $2 AND object_type = $3 AND object_id = $4");
  std::optional<ObjectRow> object;
  db.execute(sql, {std::int64_t{key.livemode}, key.stripe_account, key.type, key.id}, [&](const ports::SqlRow &row) {
    object = object_of(row);
    return false;
  });
  return object;
}

void save_object(ports::SqlSession &db, const ObjectRow &o) {
  db.execute(
      "INSERT INTO purser_objects (livemode, stripe_account, object_type, object_id, customer, record, state, doubt, outcome, unmapped, "
      "finding, expect_at_ms, seen_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) "
      "ON CONFLICT (livemode, stripe_account, object_type, object_id) DO UPDATE SET "
      "customer = excluded.customer, record = excluded.record, state = excluded.state, doubt = excluded.doubt, outcome = excluded.outcome, "
      "unmapped = excluded.unmapped, finding = excluded.finding, expect_at_ms = excluded.expect_at_ms",
      {std::int64_t{o.key.livemode}, o.key.stripe_account, o.key.type, o.key.id, o.customer, o.record, ports::Blob{as_bytes(o.state)},
       static_cast<std::int64_t>(o.doubt), static_cast<std::int64_t>(o.outcome), o.unmapped, o.finding, o.expect_at_ms, o.seen_at_ms});
}

std::vector<ObjectRow> objects_of_customer(ports::SqlSession &db, bool livemode, std::string_view stripe_account, std::string_view customer,
                                           std::string_view type) {
  static const std::string sql =
      select("WHERE customer = $1 AND object_type = $2 AND livemode = $3 AND stripe_account = $4 ORDER BY object_id");
  std::vector<ObjectRow> objects;
  db.execute(sql, {customer, type, std::int64_t{livemode}, stripe_account}, [&](const ports::SqlRow &row) {
    objects.push_back(object_of(row));
    return true;
  });
  return objects;
}

std::vector<ObjectRow> granting_objects(ports::SqlSession &db, const CustomerKey &customer) {
  static const std::string sql = select(
      "WHERE customer = $1 AND object_type IN ('checkout.session', 'customer', 'subscription') AND livemode = $2 AND stripe_account = $3 "
      "ORDER BY object_type, object_id");
  return of_customer(db, sql, customer);
}

std::vector<ObjectRow> unlinked_of_customer(ports::SqlSession &db, const CustomerKey &customer) {
  static const std::string sql = select(
      "WHERE customer = $1 AND outcome IN (4, 5) AND object_type NOT IN ('customer', 'subscription') AND livemode = $2 AND "
      "stripe_account = $3 ORDER BY object_type, object_id");
  return of_customer(db, sql, customer);
}

std::vector<ObjectRow> subscriptions_naming(ports::SqlSession &db, bool livemode, std::string_view stripe_account, std::string_view price) {
  // `_` in a price id is a wildcard here: it can only find too many, and who is found is derived from scratch.
  static const std::string sql =
      select("WHERE livemode = $1 AND stripe_account = $2 AND object_type = 'subscription' AND record LIKE '%' || $3 || '%'");
  std::vector<ObjectRow> objects;
  db.execute(sql, {std::int64_t{livemode}, stripe_account, price}, [&](const ports::SqlRow &row) {
    objects.push_back(object_of(row));
    return true;
  });
  return objects;
}

void each_object(ports::SqlSession &db, std::string_view type, const std::function<void(const ObjectRow &)> &visit) {
  static const std::string sql = select("WHERE object_type = $1 ORDER BY livemode, stripe_account, object_id");
  db.execute(sql, {type}, [&](const ports::SqlRow &row) {
    visit(object_of(row));
    return true;
  });
}

void each_owned_object(ports::SqlSession &db, std::string_view type,
                       const std::function<void(std::string_view, const ObjectRow &)> &visit) {
  static const std::string sql =
      "SELECT " + std::string(columns) +
      ", coalesce((SELECT l.account FROM purser_links l WHERE l.customer = o.customer AND l.stripe_account = o.stripe_account AND "
      "l.livemode IN (o.livemode, -1) ORDER BY l.source, l.created_s, l.fact, l.account LIMIT 1), '') AS account "
      "FROM purser_objects o WHERE object_type = $1 ORDER BY account, object_id, livemode, stripe_account";
  db.execute(sql, {type}, [&](const ports::SqlRow &row) {
    visit(row.text(after_columns), object_of(row));
    return true;
  });
}

std::vector<CustomerKey> customer_keys(ports::SqlSession &db, std::string_view customer) {
  std::vector<CustomerKey> keys;
  db.execute("SELECT DISTINCT livemode, stripe_account FROM purser_objects WHERE customer = $1 ORDER BY livemode, stripe_account",
             {customer}, [&](const ports::SqlRow &row) {
               keys.push_back({row.integer(0) != 0, std::string(row.text(1)), std::string(customer)});
               return true;
             });
  return keys;
}

std::vector<ObjectRow> given_back_to(ports::SqlSession &db, const CustomerKey &customer) {
  // A record leaves out what is zero.
  static const std::string sql = select(
      "WHERE customer = $1 AND object_type IN ('charge', 'dispute', 'refund') AND livemode = $2 AND stripe_account = $3 AND "
      "(object_type <> 'charge' OR record LIKE '%\"amount_refunded\":%') ORDER BY object_type, object_id");
  return of_customer(db, sql, customer);
}

void each_of_customer(ports::SqlSession &db, const CustomerKey &customer, std::string_view type,
                      const std::function<void(const ObjectRow &)> &visit) {
  for (const ObjectRow &object : objects_of_customer(db, customer.livemode, customer.stripe_account, customer.customer, type))
    visit(object);
}

void each_of_stripe_account(ports::SqlSession &db, bool livemode, std::string_view stripe_account, std::string_view type,
                            const std::function<void(const ObjectRow &)> &visit) {
  static const std::string sql = select("WHERE livemode = $1 AND stripe_account = $2 AND object_type = $3 ORDER BY object_id");
  db.execute(sql, {std::int64_t{livemode}, stripe_account, type}, [&](const ports::SqlRow &row) {
    visit(object_of(row));
    return true;
  });
}

}  // namespace purser::store
