#include "users.hpp"

#include <set>

#include "random.hpp"

namespace host {
namespace {

constexpr const char *tables = R"sql(
pragma journal_mode = wal;
create table if not exists users (
  id text primary key,
  email text not null unique,
  tier text not null,
  stripe_customer_id text,
  stripe_subscription_id text
);
create table if not exists users_tiers (
  user_id text not null references users (id),
  product text not null,
  tier text not null,
  stripe_subscription_id text,
  changed_at_ms integer not null,
  primary key (user_id, product)
);
create table if not exists users_closed (user_id text primary key references users (id), at_ms integer not null);
)sql";
constexpr const char *columns = "id, email, tier, stripe_customer_id, stripe_subscription_id";

User user_of(const Database::Row &row) { return {row[0], row[1], row[2], row[3], row[4]}; }

}  // namespace

Users::Users(const std::string &path, std::map<std::string, std::string> fallbacks) : database_(path), fallbacks_(std::move(fallbacks)) {
  database_.script(tables);
}

User Users::sign_in(const std::string &email) {
  const std::lock_guard lock(mutex_);
  const std::string sql = std::string("select ") + columns + " from users where email = ?";
  auto rows = database_.run(sql, {email});
  if (rows.empty()) {
    Transaction transaction(database_);
    const std::string id = "usr_" + random_word(16);
    database_.run("insert into users (id, email, tier) values (?, ?, '')", {id, email});
    for (const auto &[product, tier] : fallbacks_)
      database_.run("insert into users_tiers (user_id, product, tier, changed_at_ms) values (?, ?, ?, 0)", {id, product, tier});
    summarise(id);
    transaction.commit();
    rows = database_.run(sql, {email});
  }
  return user_of(rows.at(0));
}

std::optional<User> Users::find(const std::string &id) {
  const std::lock_guard lock(mutex_);
  const auto rows = database_.run(std::string("select ") + columns + " from users where id = ?", {id});
  return rows.empty() ? std::nullopt : std::optional(user_of(rows[0]));
}

std::vector<User> Users::all() {
  const std::lock_guard lock(mutex_);
  std::vector<User> users;
  for (const auto &row : database_.run(std::string("select ") + columns + " from users order by rowid")) users.push_back(user_of(row));
  return users;
}

std::vector<UserTier> Users::tiers(const std::string &id) {
  const std::lock_guard lock(mutex_);
  std::vector<UserTier> tiers;
  for (const auto &row :
       database_.run("select product, tier, stripe_subscription_id from users_tiers where user_id = ? order by product", {id}))
    tiers.push_back({row[0], row[1], row[2]});
  return tiers;
}

std::int64_t Users::closed_at_ms(const std::string &id) {
  const std::lock_guard lock(mutex_);
  const auto rows = database_.run("select at_ms from users_closed where user_id = ?", {id});
  return rows.empty() ? 0 : std::stoll(rows[0][0]);
}

void Users::close(const std::string &id, std::int64_t at_ms) {
  const std::lock_guard lock(mutex_);
  database_.run("insert into users_closed (user_id, at_ms) values (?, ?) on conflict (user_id) do nothing", {id, std::to_string(at_ms)});
}

void Users::remove(const std::string &id) {
  const std::lock_guard lock(mutex_);
  Transaction transaction(database_);
  for (const char *sql :
       {"delete from users_closed where user_id = ?", "delete from users_tiers where user_id = ?", "delete from users where id = ?"})
    database_.run(sql, {id});
  transaction.commit();
}

void Users::apply(const std::vector<purser::Change> &changes) {
  const std::lock_guard lock(mutex_);
  Transaction transaction(database_);
  for (const purser::Change &change : changes) apply_one(change);
  transaction.commit();
}

void Users::apply_one(const purser::Change &change) {
  // An account that is no user of ours (made by hand at Stripe) has no row to change.
  if (database_.run("select 1 from users where id = ?", {change.account}).empty()) return;
  const auto fallback = fallbacks_.find(change.product);
  const bool paid = fallback == fallbacks_.end() || fallback->second != change.tier;
  database_.run(
      "insert into users_tiers (user_id, product, tier, stripe_subscription_id, changed_at_ms) values (?, ?, ?, nullif(?, ''), ?) "
      "on conflict (user_id, product) do update set tier = excluded.tier, stripe_subscription_id = excluded.stripe_subscription_id, "
      "changed_at_ms = excluded.changed_at_ms",
      {change.account, change.product, change.tier, paid ? change.subscription : "", std::to_string(change.at_ms)});
  database_.run("update users set stripe_customer_id = coalesce(nullif(?, ''), stripe_customer_id) where id = ?",
                {change.customer, change.account});
  summarise(change.account);
}

void Users::summarise(const std::string &id) {
  std::string paid, subscription;
  std::set<std::string> free;
  for (const auto &row : database_.run(
           "select product, tier, stripe_subscription_id from users_tiers where user_id = ? order by changed_at_ms, product", {id})) {
    const auto fallback = fallbacks_.find(row[0]);
    if (fallback != fallbacks_.end() && fallback->second == row[1]) {
      free.insert(row[1]);
      continue;
    }
    paid += (paid.empty() ? "" : ", ") + row[0] + "/" + row[1];
    if (!row[2].empty()) subscription = row[2];
  }
  if (paid.empty())
    for (const std::string &tier : free) paid += (paid.empty() ? "" : ", ") + tier;
  database_.run("update users set tier = ?, stripe_subscription_id = nullif(?, '') where id = ?", {paid, subscription, id});
}

}  // namespace host
