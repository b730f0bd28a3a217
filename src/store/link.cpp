#include "store/link.hpp"

#include <algorithm>

namespace purser::store {
namespace {

// A host's link is of the customer id alone: the host knows no livemode. Customer ids do not repeat between modes.
constexpr std::int64_t any_livemode = -1;

std::optional<std::string> one_text(ports::SqlSession &db, std::string_view sql, std::initializer_list<ports::SqlValue> parameters) {
  std::optional<std::string> text;
  db.execute(sql, parameters, [&](const ports::SqlRow &row) {
    text = std::string(row.text(0));
    return false;
  });
  return text;
}

}  // namespace

std::optional<std::string> linked_account(ports::SqlSession &db, const CustomerKey &c) {
  return one_text(db,
                  "SELECT account FROM purser_links WHERE customer = $1 AND stripe_account = $2 AND livemode IN ($3, $4) "
                  "ORDER BY source, created_s, fact, account LIMIT 1",
                  {c.customer, c.stripe_account, std::int64_t{c.livemode}, any_livemode});
}

std::optional<std::string> host_link(ports::SqlSession &db, std::string_view customer) {
  return one_text(db, "SELECT account FROM purser_links WHERE customer = $1 AND livemode = $2 AND stripe_account = '' AND source = 0",
                  {customer, any_livemode});
}

void set_host_link(ports::SqlSession &db, std::string_view customer, std::string_view account) {
  db.execute("DELETE FROM purser_links WHERE customer = $1 AND livemode = $2 AND stripe_account = '' AND source = 0",
             {customer, any_livemode});
  db.execute(
      "INSERT INTO purser_links (customer, livemode, stripe_account, source, account, created_s, fact) "
      "VALUES ($1, $2, '', 0, $3, 0, 'host')",
      {customer, any_livemode, account});
}

bool put_metadata_link(ports::SqlSession &db, const CustomerKey &c, std::string_view account, std::int64_t created_s,
                       std::string_view fact) {
  return db.execute(
             "INSERT INTO purser_links (customer, livemode, stripe_account, source, account, created_s, fact) "
             "VALUES ($1, $2, $3, 1, $4, $5, $6) ON CONFLICT (customer, livemode, stripe_account, source, account) DO UPDATE SET "
             "created_s = excluded.created_s, fact = excluded.fact "
             "WHERE (excluded.created_s, excluded.fact) < (purser_links.created_s, purser_links.fact)",
             {c.customer, std::int64_t{c.livemode}, c.stripe_account, account, created_s, fact}) == 1;
}

std::vector<CustomerKey> customers_naming(ports::SqlSession &db, std::string_view account) {
  std::vector<CustomerKey> keys;
  std::vector<std::string> by_host;
  db.execute(
      "SELECT DISTINCT customer, livemode, stripe_account FROM purser_links WHERE account = $1 "
      "ORDER BY customer, livemode, stripe_account",
      {account}, [&](const ports::SqlRow &row) {
        if (row.integer(1) == any_livemode)
          by_host.emplace_back(row.text(0));
        else
          keys.push_back({row.integer(1) != 0, std::string(row.text(2)), std::string(row.text(0))});
        return true;
      });
  for (const std::string &customer : by_host)
    for (const bool livemode : {false, true}) keys.push_back({livemode, "", customer});
  std::sort(keys.begin(), keys.end(), [](const CustomerKey &a, const CustomerKey &b) {
    return std::tie(a.customer, a.livemode, a.stripe_account) < std::tie(b.customer, b.livemode, b.stripe_account);
  });
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

}  // namespace purser::store
