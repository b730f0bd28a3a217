// The change feed: tiers as announced, the changes between them, and where each reader has come.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "ports/sql.hpp"

namespace purser::store {

/// The tier of one product as last announced. Fallback tiers have no row.
struct AnnouncedTier {
  std::string product, tier, customer, subscription;
};
std::vector<AnnouncedTier> announced_tiers(ports::SqlSession &db, std::string_view account);
void put_announced_tier(ports::SqlSession &db, std::string_view account, const AnnouncedTier &tier, TimeMs at);
void drop_announced_tier(ports::SqlSession &db, std::string_view account, std::string_view product);

struct ChangeRow {
  std::int64_t seq = 0;
  std::string account, product, tier_before, tier, cause, customer, subscription;
  TimeMs at_ms = 0;
};
void insert_change(ports::SqlSession &db, const ChangeRow &change);
/// Oldest first, after `seq`.
std::vector<ChangeRow> changes_after(ports::SqlSession &db, std::int64_t seq, std::int64_t limit);
std::int64_t last_change(ports::SqlSession &db);

std::int64_t cursor_of(ports::SqlSession &db, std::string_view consumer);  ///< 0 for a new one
/// Never moves back. Returns where it stands.
std::int64_t move_cursor(ports::SqlSession &db, std::string_view consumer, std::int64_t seq, TimeMs at);

/// When time alone changes what the account holds; forever_ms = never. True when it was another moment before.
bool set_due(ports::SqlSession &db, std::string_view account, TimeMs due_at);
struct Due {
  std::string account;
  TimeMs at_ms = 0;
};
/// Accounts whose moment has come, earliest first.
std::vector<Due> due_accounts(ports::SqlSession &db, TimeMs now, std::int64_t limit);
TimeMs next_due(ports::SqlSession &db);  ///< forever_ms when there is none

/// The feed has told of a tier of the product, now held or not.
bool ever_held(ports::SqlSession &db, std::string_view account, std::string_view product);

}  // namespace purser::store
