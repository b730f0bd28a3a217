#include "store/observation.hpp"

#include <algorithm>
#include <cstring>
#include <tuple>

namespace purser::store {
namespace {

using ports::Blob;
using ports::SqlRow;

Digest digest_of(std::string_view bytes) {
  Digest digest{};
  std::memcpy(digest.data(), bytes.data(), std::min(bytes.size(), digest.size()));
  return digest;
}

ports::SqlValue pre_of(const domain::EventFact &fact) {
  if (!fact.has_pre) return std::monostate{};
  return Blob{as_bytes(fact.pre)};
}

domain::EventFact event_fact_of(const SqlRow &row) {
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

std::int64_t has_terminal(ports::SqlSession &db, const domain::ObjectKey &key) {
  std::int64_t terminal = 0;
  db.execute(
      "SELECT 1 FROM purser_observations WHERE livemode = $1 AND stripe_account = $2 AND object_type = $3 AND object_id = $4 AND terminal "
      "= 1 "
      "UNION ALL "
      "SELECT 1 FROM purser_fetches WHERE livemode = $1 AND stripe_account = $2 AND object_type = $3 AND object_id = $4 AND terminal = 1 "
      "LIMIT 1",
      {std::int64_t{key.livemode}, key.stripe_account, key.type, key.id}, [&](const SqlRow &row) {
        terminal = row.integer(0);
        return false;
      });
  return terminal;
}

}  // namespace

void insert_event_fact(ports::SqlSession &db, const domain::ObjectKey &key, const domain::EventFact &f, std::string_view record) {
  db.execute(
      "INSERT INTO purser_observations (livemode, stripe_account, object_type, object_id, terminal, created_s, event, kind, api_version, "
      "pre, post, source, incomplete, period_start_s, record) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
      {std::int64_t{key.livemode}, key.stripe_account, key.type, key.id, std::int64_t{f.terminal}, f.created_s, f.id,
       static_cast<std::int64_t>(f.kind), f.api_version, pre_of(f), Blob{as_bytes(f.post)}, std::int64_t{f.source},
       std::int64_t{f.incomplete}, f.period_start_s, record});
}

Rendering put_rendering(ports::SqlSession &db, const domain::ObjectKey &key, const domain::EventFact &f, std::string_view record) {
  using Rank = std::tuple<std::string, std::string, std::string>;
  Rank stored;
  db.execute(
      "SELECT api_version, post, pre FROM purser_observations WHERE livemode = $1 AND stripe_account = $2 AND object_type = $3 AND "
      "object_id = $4 AND terminal IN (0, 1) AND created_s = $5 AND event = $6",
      {std::int64_t{key.livemode}, key.stripe_account, key.type, key.id, f.created_s, f.id}, [&](const SqlRow &row) {
        stored = Rank(row.text(0), row.text(1), row.text(2));
        return true;
      });
  const Rank told(f.api_version, as_bytes(f.post), f.has_pre ? as_bytes(f.pre) : std::string_view{});
  const bool agrees = std::get<1>(stored) == std::get<1>(told) && std::get<2>(stored) == std::get<2>(told);
  if (stored >= told) return {false, agrees};
  // `terminal` is part of the key and may differ between renderings, so this is no upsert.
  db.execute(
      "DELETE FROM purser_observations WHERE livemode = $1 AND stripe_account = $2 AND object_type = $3 AND object_id = $4 AND "
      "terminal IN (0, 1) AND created_s = $5 AND event = $6",
      {std::int64_t{key.livemode}, key.stripe_account, key.type, key.id, f.created_s, f.id});
  insert_event_fact(db, key, f, record);
  return {true, agrees};
}

bool put_fetch_fact(ports::SqlSession &db, const domain::ObjectKey &key, const domain::FetchFact &f, std::string_view record) {
  return db.execute(
             "INSERT INTO purser_fetches (livemode, stripe_account, object_type, object_id, terminal, date_s, lo_s, state, record) "
             "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
             {std::int64_t{key.livemode}, key.stripe_account, key.type, key.id, std::int64_t{f.terminal}, f.date_s, f.lo_s,
              Blob{as_bytes(f.state)}, record}) == 1;
}

FactWindow facts_of(ports::SqlSession &db, const domain::ObjectKey &key, std::size_t limit) {
  FactWindow window;
  const std::int64_t terminal = has_terminal(db, key);
  db.execute(
      "SELECT event, kind, created_s, api_version, pre, post, source, terminal, incomplete, period_start_s FROM purser_observations "
      "WHERE livemode = $1 AND stripe_account = $2 AND object_type = $3 AND object_id = $4 AND terminal = $5 "
      "ORDER BY created_s DESC, event DESC LIMIT $6",
      {std::int64_t{key.livemode}, key.stripe_account, key.type, key.id, terminal, static_cast<std::int64_t>(limit) + 1},
      [&](const SqlRow &row) {
        if (window.events.size() == limit) return window.complete = false;
        window.events.push_back(event_fact_of(row));
        return true;
      });
  db.execute(
      "SELECT date_s, lo_s, state, terminal FROM purser_fetches WHERE livemode = $1 AND stripe_account = $2 AND object_type = $3 AND "
      "object_id = $4 AND terminal = $5",
      {std::int64_t{key.livemode}, key.stripe_account, key.type, key.id, terminal}, [&](const SqlRow &row) {
        const bool checkpoint = row.integer(0) == row.integer(1);  // a fetch is asked before it is answered
        window.fetches.push_back({row.integer(0), row.integer(1), digest_of(row.text(2)), row.integer(3) != 0, checkpoint});
        return true;
      });
  return window;
}

std::string record_with_state(ports::SqlSession &db, const domain::ObjectKey &key, const Digest &state) {
  std::string record;
  db.execute(
      "SELECT record FROM purser_observations WHERE livemode = $1 AND stripe_account = $2 AND object_type = $3 AND object_id = $4 AND "
      "post = $5 UNION ALL "
      "SELECT record FROM purser_fetches WHERE livemode = $1 AND stripe_account = $2 AND object_type = $3 AND object_id = $4 AND state = "
      "$5 "
      "LIMIT 1",
      {std::int64_t{key.livemode}, key.stripe_account, key.type, key.id, Blob{as_bytes(state)}}, [&](const SqlRow &row) {
        record = row.text(0);
        return false;
      });
  return record;
}

std::vector<RecordedFact> records_of(ports::SqlSession &db, const domain::ObjectKey &key) {
  std::vector<RecordedFact> facts;
  db.execute(
      "SELECT created_s, event, record FROM purser_observations WHERE livemode = $1 AND stripe_account = $2 AND object_type = $3 AND "
      "object_id = $4 UNION ALL "
      "SELECT date_s, 'fetch', record FROM purser_fetches WHERE livemode = $1 AND stripe_account = $2 AND object_type = $3 AND "
      "object_id = $4",
      {std::int64_t{key.livemode}, key.stripe_account, key.type, key.id}, [&](const SqlRow &row) {
        facts.push_back({row.integer(0), std::string(row.text(1)), std::string(row.text(2))});
        return true;
      });
  return facts;
}

void put_price_key(ports::SqlSession &db, const domain::ObjectKey &key, std::string_view price, std::string_view lookup_key,
                   std::int64_t created_s, std::string_view fact) {
  db.execute(
      "INSERT INTO purser_price_keys (price, lookup_key, livemode, stripe_account, created_s, fact) VALUES ($1, $2, $3, $4, $5, $6) "
      "ON CONFLICT (price, livemode, stripe_account, lookup_key) DO UPDATE SET created_s = excluded.created_s, fact = excluded.fact "
      "WHERE (excluded.created_s, excluded.fact) < (purser_price_keys.created_s, purser_price_keys.fact)",
      {price, lookup_key, std::int64_t{key.livemode}, key.stripe_account, created_s, fact});
}

std::vector<PriceKey> seen_price_keys(ports::SqlSession &db, bool livemode, std::string_view stripe_account, std::string_view price) {
  std::vector<PriceKey> keys;
  db.execute(
      "SELECT lookup_key, created_s, fact FROM purser_price_keys WHERE price = $1 AND livemode = $2 AND stripe_account = $3 "
      "ORDER BY created_s DESC, fact DESC, lookup_key",
      {price, std::int64_t{livemode}, stripe_account}, [&](const ports::SqlRow &row) {
        keys.push_back({std::string(row.text(0)), row.integer(1), std::string(row.text(2))});
        return true;
      });
  return keys;
}

std::vector<std::string> price_keys(ports::SqlSession &db, bool livemode, std::string_view stripe_account, std::string_view price) {
  std::vector<std::string> keys;
  for (PriceKey &seen : seen_price_keys(db, livemode, stripe_account, price))
    if (!seen.lookup_key.empty()) keys.push_back(std::move(seen.lookup_key));
  return keys;
}

}  // namespace purser::store
