#include "store/compaction.hpp"

#include <cstring>

namespace purser::store {
namespace {

using domain::ObjectKey;
using ports::Blob;
using ports::SqlRow;

constexpr std::int64_t outcome_parked = 4, outcome_foreign = 5;

Digest digest_of(std::string_view bytes) {
  Digest digest{};
  std::memcpy(digest.data(), bytes.data(), std::min(bytes.size(), digest.size()));
  return digest;
}

domain::EventFact fact_of(const SqlRow &row) {
  domain::EventFact fact;
  fact.id = row.text(0);
  fact.kind = static_cast<domain::EventKind>(row.integer(1));
  fact.created_s = row.integer(2);
  fact.api_version = row.text(3);
  fact.has_pre = !row.null(4);
  if (fact.has_pre) fact.pre = digest_of(row.text(4));
  fact.post = digest_of(row.text(5));
  fact.source = row.integer(6) != 0;
  fact.terminal = row.integer(7) != 0;
  fact.incomplete = row.integer(8) != 0;
  fact.period_start_s = row.integer(9);
  return fact;
}

std::int64_t one_number(ports::SqlSession &db, std::string_view sql, std::initializer_list<ports::SqlValue> parameters) {
  std::int64_t number = 0;
  db.execute(sql, parameters, [&](const SqlRow &row) {
    if (!row.null(0)) number = row.integer(0);
    return false;
  });
  return number;
}

}  // namespace

OldFacts old_facts(ports::SqlSession &db, const ObjectKey &key, std::int64_t before_s, std::int64_t limit) {
  OldFacts facts;
  db.execute(
      "SELECT event, kind, created_s, api_version, pre, post, source, terminal, incomplete, period_start_s FROM purser_observations "
      "WHERE livemode = $1 AND stripe_account = $2 AND object_type = $3 AND object_id = $4 AND terminal IN (0, 1) AND created_s < $5 "
      "ORDER BY created_s, event LIMIT $6",
      {std::int64_t{key.livemode}, key.stripe_account, key.type, key.id, before_s, limit + 1}, [&](const SqlRow &row) {
        if (static_cast<std::int64_t>(facts.events.size()) == limit) return facts.all = false;
        facts.events.push_back(fact_of(row));
        return true;
      });
  db.execute(
      "SELECT date_s, lo_s, state, terminal FROM purser_fetches "
      "WHERE livemode = $1 AND stripe_account = $2 AND object_type = $3 AND object_id = $4",
      {std::int64_t{key.livemode}, key.stripe_account, key.type, key.id}, [&](const SqlRow &row) {
        const bool checkpoint = row.integer(0) == row.integer(1);
        facts.fetches.push_back({row.integer(0), row.integer(1), digest_of(row.text(2)), row.integer(3) != 0, checkpoint});
        return true;
      });
  return facts;
}

std::int64_t count_old(ports::SqlSession &db, const ObjectKey &key, std::int64_t before_s, std::int64_t limit) {
  return one_number(db,
                    "SELECT count(*) FROM (SELECT 1 FROM purser_observations WHERE livemode = $1 AND stripe_account = $2 AND "
                    "object_type = $3 AND object_id = $4 AND terminal IN (0, 1) AND created_s < $5 "
                    "UNION ALL SELECT 1 FROM purser_fetches WHERE livemode = $1 AND stripe_account = $2 AND object_type = $3 AND "
                    "object_id = $4 AND terminal IN (0, 1) AND date_s < $5 LIMIT $6) AS old",
                    {std::int64_t{key.livemode}, key.stripe_account, key.type, key.id, before_s, limit});
}

void put_checkpoint(ports::SqlSession &db, const ObjectKey &key, const domain::Checkpoint &point, std::string_view record) {
  db.execute(
      "DELETE FROM purser_observations WHERE livemode = $1 AND stripe_account = $2 AND object_type = $3 AND object_id = $4 AND "
      "created_s < $5",
      {std::int64_t{key.livemode}, key.stripe_account, key.type, key.id, point.boundary_s});
  db.execute(
      "DELETE FROM purser_fetches WHERE livemode = $1 AND stripe_account = $2 AND object_type = $3 AND object_id = $4 AND date_s < $5",
      {std::int64_t{key.livemode}, key.stripe_account, key.type, key.id, point.boundary_s});
  db.execute(
      "INSERT INTO purser_fetches (livemode, stripe_account, object_type, object_id, terminal, date_s, lo_s, state, record) "
      "VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8)",
      {std::int64_t{key.livemode}, key.stripe_account, key.type, key.id, std::int64_t{point.terminal}, point.boundary_s,
       Blob{as_bytes(point.state)}, record});
  db.execute(
      "UPDATE purser_objects SET boundary_s = $5 WHERE livemode = $1 AND stripe_account = $2 AND object_type = $3 AND object_id = $4",
      {std::int64_t{key.livemode}, key.stripe_account, key.type, key.id, point.boundary_s});
}

void delete_event_fact(ports::SqlSession &db, const ObjectKey &key, std::int64_t created_s, std::string_view event) {
  db.execute(
      "DELETE FROM purser_observations WHERE livemode = $1 AND stripe_account = $2 AND object_type = $3 AND object_id = $4 AND "
      "terminal IN (0, 1) AND created_s = $5 AND event = $6",
      {std::int64_t{key.livemode}, key.stripe_account, key.type, key.id, created_s, event});
}

std::vector<Nobodys> oldest_nobodys(ports::SqlSession &db, bool foreign, std::int64_t limit) {
  std::vector<Nobodys> found;
  db.execute(
      "SELECT livemode, stripe_account, object_type, object_id, seen_at_ms FROM purser_objects "
      "WHERE outcome IN (4, 5) AND outcome = $1 AND seen_at_ms > 0 ORDER BY seen_at_ms LIMIT $2",
      {foreign ? outcome_foreign : outcome_parked, limit}, [&](const SqlRow &row) {
        found.push_back(
            {{row.integer(0) != 0, std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3))}, row.integer(4)});
        return true;
      });
  return found;
}

std::int64_t count_nobodys(ports::SqlSession &db, bool foreign) {
  return one_number(db, "SELECT count(*) FROM purser_objects WHERE outcome IN (4, 5) AND outcome = $1",
                    {foreign ? outcome_foreign : outcome_parked});
}

std::int64_t newest_fact_s(ports::SqlSession &db, const ObjectKey &key) {
  return one_number(db,
                    "SELECT max(at_s) FROM (SELECT max(created_s) AS at_s FROM purser_observations WHERE livemode = $1 AND "
                    "stripe_account = $2 AND object_type = $3 AND object_id = $4 "
                    "UNION ALL SELECT max(date_s) FROM purser_fetches WHERE livemode = $1 AND stripe_account = $2 AND "
                    "object_type = $3 AND object_id = $4) AS facts",
                    {std::int64_t{key.livemode}, key.stripe_account, key.type, key.id});
}

void seen_again(ports::SqlSession &db, const ObjectKey &key, TimeMs at) {
  db.execute(
      "UPDATE purser_objects SET seen_at_ms = $5 WHERE livemode = $1 AND stripe_account = $2 AND object_type = $3 AND object_id = $4",
      {std::int64_t{key.livemode}, key.stripe_account, key.type, key.id, at});
}

std::int64_t begin_ageing(ports::SqlSession &db, TimeMs now, std::int64_t limit) {
  return db.execute(
      "UPDATE purser_objects SET seen_at_ms = $1 WHERE outcome IN (4, 5) AND seen_at_ms = 0 AND "
      "(livemode, stripe_account, object_type, object_id) IN (SELECT livemode, stripe_account, object_type, object_id FROM purser_objects "
      "WHERE outcome IN (4, 5) AND seen_at_ms = 0 LIMIT $2)",
      {now, limit});
}

}  // namespace purser::store
