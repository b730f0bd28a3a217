#include "store/erased.hpp"

namespace purser::store {
namespace {

using ports::Blob;
using ports::SqlRow;

std::string_view word(ErasedKind kind) {
  switch (kind) {
    case ErasedKind::account: return "account";
    case ErasedKind::object: return "object";
    case ErasedKind::chain: break;
  }
  return "chain";
}

}  // namespace

Digest erased_hash(const HmacKey &key, ErasedKind kind, std::string_view name) { return key.sign({"erased|", word(kind), "|", name}); }

void put_erased(ports::SqlSession &db, const HmacKey &key, ErasedKind kind, std::string_view name, std::string_view account_key,
                std::int64_t changed, TimeMs at) {
  const Digest hash = erased_hash(key, kind, name);
  db.execute(
      "INSERT INTO purser_erased (kind, name_hash, account_key, changed, at_ms) VALUES ($1, $2, $3, $4, $5) "
      "ON CONFLICT (kind, name_hash) DO UPDATE SET account_key = excluded.account_key, changed = excluded.changed, at_ms = excluded.at_ms",
      {word(kind), Blob{as_bytes(hash)}, Blob{account_key}, changed, at});
}

bool erased(ports::SqlSession &db, const HmacKey &key, ErasedKind kind, std::string_view name) {
  const Digest hash = erased_hash(key, kind, name);
  bool found = false;
  db.execute("SELECT 1 FROM purser_erased WHERE kind = $1 AND name_hash = $2", {word(kind), Blob{as_bytes(hash)}},
             [&](const SqlRow &) { return !(found = true); });
  return found;
}

ErasedSince erased_since(ports::SqlSession &db, std::int64_t since) {
  ErasedSince gone{{}, since};
  db.execute("SELECT name_hash, changed FROM purser_erased WHERE kind = 'account' AND changed > $1 ORDER BY changed", {since},
             [&](const SqlRow &row) {
               gone.accounts.emplace_back(row.text(0));
               gone.last = row.integer(1);
               return true;
             });
  return gone;
}

std::vector<std::string> ended_chains(ports::SqlSession &db) {
  std::vector<std::string> chains;
  db.execute("SELECT account_key FROM purser_erased WHERE kind = 'chain' ORDER BY account_key", {}, [&](const SqlRow &row) {
    chains.emplace_back(row.text(0));
    return true;
  });
  return chains;
}

Gone gone(ports::SqlSession &db) {
  Gone known;
  db.execute("SELECT 1 FROM purser_erased LIMIT 1", {}, [&](const SqlRow &) { return !(known.erased = true); });
  db.execute("SELECT 1 FROM purser_counters WHERE name = 'compacted'", {}, [&](const SqlRow &) { return !(known.compacted = true); });
  return known;
}

void mark_compacted(ports::SqlSession &db) {
  db.execute("INSERT INTO purser_counters (name, value) VALUES ('compacted', 1) ON CONFLICT (name) DO NOTHING", {});
}

void put_erasure(ports::SqlSession &db, const Erasure &e) {
  db.execute(
      "INSERT INTO purser_erasures (account, account_key, names, at_ms) VALUES ($1, $2, $3, $4) "
      "ON CONFLICT (account, account_key) DO UPDATE SET names = excluded.names",
      {e.account, Blob{e.account_key}, e.names, e.at_ms});
}

std::vector<Erasure> erasures(ports::SqlSession &db) {
  std::vector<Erasure> open;
  db.execute("SELECT account, account_key, names, at_ms FROM purser_erasures ORDER BY at_ms, account_key", {}, [&](const SqlRow &row) {
    open.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)), row.integer(3)});
    return true;
  });
  return open;
}

void forget_names(ports::SqlSession &db, const Erasure &e) {
  drop_erasure(db, e.account_key);
  put_erasure(db, {"", e.account_key, "", e.at_ms});
}

void drop_erasure(ports::SqlSession &db, std::string_view account_key) {
  db.execute("DELETE FROM purser_erasures WHERE account_key = $1", {Blob{account_key}});
}

}  // namespace purser::store
