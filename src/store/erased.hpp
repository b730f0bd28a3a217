// Whose data was erased: keyed hashes of names, from which no name comes back, and the erasures that are not finished yet.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.hpp"
#include "base/time.hpp"
#include "ports/sql.hpp"

namespace purser::store {

/// `account`: the host's id. `object`: Stripe's id of a customer or of what is theirs. `chain`: an account key, whose ledger chain ended.
enum class ErasedKind { account, object, chain };

/// `changed`: a number of the store's sequence, by which other processes learn of an erased account.
void put_erased(ports::SqlSession &db, const HmacKey &key, ErasedKind kind, std::string_view name, std::string_view account_key,
                std::int64_t changed, TimeMs at);
bool erased(ports::SqlSession &db, const HmacKey &key, ErasedKind kind, std::string_view name);
Digest erased_hash(const HmacKey &key, ErasedKind kind, std::string_view name);

/// Accounts erased after `since`, as their hashes, and the greatest such number.
struct ErasedSince {
  std::vector<std::string> accounts;
  std::int64_t last = 0;
};
ErasedSince erased_since(ports::SqlSession &db, std::int64_t since);
/// Account keys of the chains that ended.
std::vector<std::string> ended_chains(ports::SqlSession &db);

/// What a delivery must be compared with, if anything at all.
struct Gone {
  bool erased = false;     ///< somebody was
  bool compacted = false;  ///< some object's past is a checkpoint
};
Gone gone(ports::SqlSession &db);
void mark_compacted(ports::SqlSession &db);

struct Erasure {
  std::string account;  ///< empty: all rows are gone, the file is not scrubbed
  std::string account_key;
  std::string names;  ///< JSON: what of it is to be deleted
  TimeMs at_ms = 0;
};
void put_erasure(ports::SqlSession &db, const Erasure &erasure);
std::vector<Erasure> erasures(ports::SqlSession &db);
/// Nothing personal stays in its row.
void forget_names(ports::SqlSession &db, const Erasure &erasure);
void drop_erasure(ports::SqlSession &db, std::string_view account_key);

}  // namespace purser::store
