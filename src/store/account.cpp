#include "store/account.hpp"

namespace purser::store {
namespace {

using ports::Blob;
using ports::SqlRow;

GrantRow grant_of(const SqlRow &row) {
  GrantRow g;
  g.livemode = row.integer(1) != 0;
  g.stripe_account = row.text(2);
  g.grant.subscription = row.text(3);
  g.grant.item = row.text(4);
  g.grant.product = row.text(5);
  g.grant.tier = row.text(6);
  g.grant.cause = row.text(7);
  g.grant.price = row.text(8);
  g.grant.customer = row.text(9);
  g.grant.status = row.text(10);
  g.grant.quantity = row.integer(11);
  g.grant.valid_until_ms = row.integer(12);
  g.grant.exact = row.integer(13) != 0;
  g.grant.unconfirmed = row.integer(14) != 0;
  g.grant.held_back = row.text(15);
  g.grant.period_end_ms = row.integer(16);
  g.grant.trial_end_ms = row.integer(17);
  return g;
}

}  // namespace

std::optional<AccountRow> load_account(ports::SqlSession &db, std::string_view account) {
  std::optional<AccountRow> found;
  db.execute("SELECT account, account_key, ledger_seq, ledger_head FROM purser_accounts WHERE account = $1", {account},
             [&](const SqlRow &row) {
               found = AccountRow{std::string(row.text(0)), std::string(row.text(1)), row.integer(2), std::string(row.text(3))};
               return false;
             });
  return found;
}

void insert_account(ports::SqlSession &db, const AccountRow &row, std::int64_t changed, TimeMs at) {
  db.execute(
      "INSERT INTO purser_accounts (account, account_key, ledger_seq, ledger_head, changed, created_at_ms, due_at_ms) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
      {row.account, Blob{row.account_key}, row.ledger_seq, Blob{row.ledger_head}, changed, at, forever_ms});
}

void mark_changed(ports::SqlSession &db, std::string_view account, std::int64_t changed) {
  db.execute("UPDATE purser_accounts SET changed = $2 WHERE account = $1", {account, changed});
}

Changed changed_accounts(ports::SqlSession &db, std::int64_t since) {
  Changed changed{{}, since};
  db.execute("SELECT account, changed FROM purser_accounts WHERE changed > $1 ORDER BY changed", {since}, [&](const SqlRow &row) {
    changed.accounts.emplace_back(row.text(0));
    changed.last = row.integer(1);
    return true;
  });
  return changed;
}

std::vector<std::string> all_accounts(ports::SqlSession &db) {
  std::vector<std::string> accounts;
  db.execute("SELECT account FROM purser_accounts ORDER BY account", {}, [&](const SqlRow &row) {
    accounts.emplace_back(row.text(0));
    return true;
  });
  return accounts;
}

std::vector<GrantRow> grants_of(ports::SqlSession &db, std::string_view account) {
  std::vector<GrantRow> grants;
  db.execute(
      "SELECT account, livemode, stripe_account, subscription, item, product, tier, cause, price, customer, status, quantity, "
      "valid_until_ms, exact, unconfirmed, held_back, period_end_ms, trial_end_ms FROM purser_grants WHERE account = $1 ORDER BY livemode, "
      "stripe_account, subscription, item",
      {account}, [&](const SqlRow &row) {
        grants.push_back(grant_of(row));
        return true;
      });
  return grants;
}

void replace_grants(ports::SqlSession &db, std::string_view account, const std::vector<GrantRow> &before,
                    const std::vector<GrantRow> &grants) {
  if (!before.empty()) db.execute("DELETE FROM purser_grants WHERE account = $1", {account});
  for (const GrantRow &row : grants) {
    const domain::Grant &g = row.grant;
    db.execute(
        "INSERT INTO purser_grants (account, livemode, stripe_account, subscription, item, product, tier, cause, price, customer, "
        "status, quantity, valid_until_ms, exact, unconfirmed, held_back, period_end_ms, trial_end_ms) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        {account, std::int64_t{row.livemode}, row.stripe_account, g.subscription, g.item, g.product, g.tier, g.cause, g.price, g.customer,
         g.status, g.quantity, g.valid_until_ms, std::int64_t{g.exact}, std::int64_t{g.unconfirmed}, g.held_back, g.period_end_ms,
         g.trial_end_ms});
  }
}

void each_account(ports::SqlSession &db, std::int64_t limit,
                  const std::function<void(const std::string &, const std::vector<GrantRow> &)> &visit) {
  std::string account;
  std::vector<GrantRow> grants;
  bool any = false;
  db.execute(
      "SELECT a.account, g.livemode, g.stripe_account, g.subscription, g.item, g.product, g.tier, g.cause, g.price, g.customer, "
      "g.status, g.quantity, g.valid_until_ms, g.exact, g.unconfirmed, g.held_back, g.period_end_ms, g.trial_end_ms "
      "FROM (SELECT account FROM purser_accounts ORDER BY account LIMIT $1) a LEFT JOIN purser_grants g ON g.account = a.account "
      "ORDER BY a.account, g.livemode, g.stripe_account, g.subscription, g.item",
      {limit}, [&](const SqlRow &row) {
        if (any && row.text(0) != account) {
          visit(account, grants);
          grants.clear();
        }
        any = true;
        account = row.text(0);
        if (!row.null(1)) grants.push_back(grant_of(row));
        return true;
      });
  if (any) visit(account, grants);
}

Totals totals(ports::SqlSession &db) {
  Totals t;
  db.execute(
      "SELECT (SELECT count(*) FROM purser_accounts), (SELECT count(*) FROM purser_objects WHERE object_type = 'subscription'), "
      "(SELECT count(*) FROM purser_grants)",
      {}, [&](const SqlRow &row) {
        t = {row.integer(0), row.integer(1), row.integer(2)};
        return false;
      });
  return t;
}

}  // namespace purser::store
