// One chain per account: what changed, why, when. Append-only; holds no personal data.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.hpp"
#include "base/time.hpp"
#include "ports/sql.hpp"
#include "store/account.hpp"

namespace purser::store {

/// Appends to the account's chain and moves its head, in the caller's transaction.
/// mac = HMAC(store's ledger key, account key | seq | at | cause | facts | payload hash | previous mac).
void append_ledger(ports::SqlSession &db, const HmacKey &key, AccountRow &account, TimeMs at, std::string_view cause,
                   std::string_view facts, const Digest &payload_hash, std::int64_t changed);

/// The last entry of a chain whose account is gone.
inline constexpr std::string_view erased_cause = "erased";

struct LedgerCheck {
  bool intact = true;
  std::int64_t entries = 0;
  std::int64_t broken_at = 0;
};
/// One entry as stored.
struct LedgerEntry {
  std::string account_key;
  std::int64_t seq = 0;
  TimeMs at_ms = 0;
  std::string cause, facts, payload_hash, previous, mac;
};
/// Up to `limit` behind (account_key, seq), by (account_key, seq).
std::vector<LedgerEntry> ledger_entries(ports::SqlSession &db, std::string_view account_key, std::int64_t seq, std::int64_t limit);
/// Its mac is the store's, over its own content and the mac before it.
bool fits(const LedgerEntry &entry, const HmacKey &key, std::string_view previous);
std::optional<AccountRow> account_of_chain(ports::SqlSession &db, std::string_view account_key);
/// Accounts whose chain should have entries and has none.
std::vector<AccountRow> accounts_without_ledger(ports::SqlSession &db);

/// Recomputes the chain: any changed, missing or reordered entry shows.
LedgerCheck verify_ledger(ports::SqlSession &db, const HmacKey &key, std::string_view account);

}  // namespace purser::store
