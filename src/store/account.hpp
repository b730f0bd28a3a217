// The account row: ledger head, random key, and the number that tells other processes that it changed.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "domain/grant.hpp"
#include "ports/sql.hpp"

namespace purser::store {

struct AccountRow {
  std::string account;
  std::string account_key;  ///< 16 random bytes: names the account in the ledger, means nothing outside
  std::int64_t ledger_seq = 0;
  std::string ledger_head;  ///< mac of the last entry; empty before the first
};
std::optional<AccountRow> load_account(ports::SqlSession &db, std::string_view account);
void insert_account(ports::SqlSession &db, const AccountRow &row, std::int64_t changed, TimeMs at);
void mark_changed(ports::SqlSession &db, std::string_view account, std::int64_t changed);
/// Accounts changed after `since`, and the greatest such number.
struct Changed {
  std::vector<std::string> accounts;
  std::int64_t last = 0;
};
Changed changed_accounts(ports::SqlSession &db, std::int64_t since);
std::vector<std::string> all_accounts(ports::SqlSession &db);

/// A grant with the object it came from.
struct GrantRow {
  bool livemode = false;
  std::string stripe_account;
  domain::Grant grant;
  bool operator==(const GrantRow &) const = default;
};
/// By (livemode, stripe account, subscription, item).
std::vector<GrantRow> grants_of(ports::SqlSession &db, std::string_view account);
/// Replaces all grants of the account; `before` is what it has.
void replace_grants(ports::SqlSession &db, std::string_view account, const std::vector<GrantRow> &before,
                    const std::vector<GrantRow> &grants);
/// Every account with its grants, streamed by account; accounts without grants are passed with none.
void each_account(ports::SqlSession &db, std::int64_t limit,
                  const std::function<void(const std::string &account, const std::vector<GrantRow> &grants)> &visit);

struct Totals {
  std::int64_t accounts = 0, subscriptions = 0, grants = 0;
};
Totals totals(ports::SqlSession &db);

}  // namespace purser::store
