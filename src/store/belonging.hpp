// All that the store has of an account, to be exported or deleted.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "ports/sql.hpp"
#include "store/feed.hpp"
#include "store/intent.hpp"
#include "store/object.hpp"

namespace purser::store {

/// Every object of a customer, of any type.
std::vector<ObjectRow> all_objects_of_customer(ports::SqlSession &db, const CustomerKey &customer);
/// Objects that name no customer (refunds, disputes, guests' payments), or that are nobody's (parked, foreign): up to `limit` after `after`
/// in key order.
std::vector<ObjectRow> loose_objects(ports::SqlSession &db, const domain::ObjectKey &after, std::int64_t limit);
/// Every object, by key, up to `limit` after `after`.
std::vector<domain::ObjectKey> object_keys(ports::SqlSession &db, const domain::ObjectKey &after, std::int64_t limit);

std::vector<IntentRow> intents_of(ports::SqlSession &db, std::string_view account);
std::vector<ChangeRow> changes_of(ports::SqlSession &db, std::string_view account);

/// Since when nothing can be bought for it; 0 = it can.
TimeMs closed_at(ports::SqlSession &db, std::string_view account);
void set_closed_at(ports::SqlSession &db, std::string_view account, TimeMs at);

/// Rows that are named by the account: grants, tiers, changes, intents, claims, links, the account itself. The ledger stays.
void delete_account(ports::SqlSession &db, std::string_view account);
/// Links of the customer to whomever.
void delete_links(ports::SqlSession &db, std::string_view customer);
/// The object's own row, its gap and its mentions; not its facts.
void delete_object(ports::SqlSession &db, const domain::ObjectKey &key);
/// Up to `limit` events and all fetches. How many events went.
std::int64_t delete_facts(ports::SqlSession &db, const domain::ObjectKey &key, std::int64_t limit);

}  // namespace purser::store
