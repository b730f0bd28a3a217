// Tables, views, versions and the stamp that says whose store this is.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "ports/sql.hpp"

namespace purser::store {

/// What this build writes, and the oldest build that can still read it. Migrations expand first, contract later.
inline constexpr std::int64_t schema_version = 3;
inline constexpr std::int64_t schema_min_compatible = 3;  // an older build would fold what an erasure or a checkpoint forbids

struct Stamp {
  std::string mode;  ///< live, test, sandbox, offline; empty = a store just made
  std::string stripe_account;
  std::string ledger_key;  ///< raw bytes
};

/// True when the database holds no Purser store yet.
bool empty(ports::SqlSession &db);
/// Brings the store to schema_version. Throws unsupported (store_newer) when it was written by a newer, incompatible build.
void migrate(ports::SqlSession &db, std::string_view store_name);

/// Where the stamp lies: it holds the ledger's key, which no query of a host may read.
inline constexpr std::string_view stamp_table = "purser_meta";
Stamp read_stamp(ports::SqlSession &db);
void write_stamp(ports::SqlSession &db, const Stamp &stamp);

/// Takes `count` numbers of the store's one sequence and returns the first: events and account changes are ordered by it. Gaps are normal.
std::int64_t take_sequence(ports::SqlSession &db, std::int64_t count);
std::int64_t current_sequence(ports::SqlSession &db);

}  // namespace purser::store
