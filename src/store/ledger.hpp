// One chain per account: what changed, why, when. Append-only; holds no personal data.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/hash.hpp"
#include "base/time.hpp"
#include "ports/sql.hpp"
#include "store/account.hpp"

namespace purser::store {

/// Appends to the account's chain and moves its head, in the caller's transaction.
/// mac = HMAC(store's ledger key, account key | seq | at | cause | facts | payload hash | previous mac).
void append_ledger(ports::SqlSession &db, const HmacKey &key, AccountRow &account, TimeMs at, std::string_view cause,
                   std::string_view facts, const Digest &payload_hash, std::int64_t changed);

struct LedgerCheck {
  bool intact = true;
  std::int64_t entries = 0;
  std::int64_t broken_at = 0;
};
/// Recomputes the chain: any changed, missing or reordered entry shows.
LedgerCheck verify_ledger(ports::SqlSession &db, const HmacKey &key, std::string_view account);

}  // namespace purser::store
