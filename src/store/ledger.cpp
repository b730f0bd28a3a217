#include "store/ledger.hpp"

namespace purser::store {
namespace {

Digest mac_of(const HmacKey &key, std::string_view account_key, std::int64_t seq, TimeMs at, std::string_view cause, std::string_view facts,
              std::string_view payload_hash, std::string_view previous) {
  // Every part is preceded by its size, so that no two entries can have the same bytes.
  std::string bytes;
  const std::string seq_text = std::to_string(seq);
  const std::string at_text = std::to_string(at);
  for (const std::string_view part :
       {account_key, std::string_view(seq_text), std::string_view(at_text), cause, facts, payload_hash, previous}) {
    bytes += std::to_string(part.size()) + ":";
    bytes += part;
  }
  return key.sign({bytes});
}

}  // namespace

void append_ledger(ports::SqlSession &db, const HmacKey &key, AccountRow &account, TimeMs at, std::string_view cause,
                   std::string_view facts, const Digest &payload_hash, std::int64_t changed) {
  const std::int64_t seq = account.ledger_seq + 1;
  const Digest mac = mac_of(key, account.account_key, seq, at, cause, facts, as_bytes(payload_hash), account.ledger_head);
  db.execute(
      "INSERT INTO purser_ledger (account_key, seq, at_ms, cause, facts, payload_hash, previous, mac) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      {ports::Blob{account.account_key}, seq, at, cause, facts, ports::Blob{as_bytes(payload_hash)}, ports::Blob{account.ledger_head},
       ports::Blob{as_bytes(mac)}});
  account.ledger_seq = seq;
  account.ledger_head = as_bytes(mac);
  db.execute("UPDATE purser_accounts SET ledger_seq = $2, ledger_head = $3, changed = $4 WHERE account = $1",
             {account.account, seq, ports::Blob{account.ledger_head}, changed});
}

std::vector<LedgerEntry> ledger_entries(ports::SqlSession &db, std::string_view account_key, std::int64_t seq, std::int64_t limit) {
  std::vector<LedgerEntry> entries;
  db.execute(
      "SELECT account_key, seq, at_ms, cause, facts, payload_hash, previous, mac FROM purser_ledger "
      "WHERE (account_key, seq) > ($1, $2) ORDER BY account_key, seq LIMIT $3",
      {ports::Blob{account_key}, seq, limit}, [&](const ports::SqlRow &row) {
        entries.push_back({std::string(row.text(0)), row.integer(1), row.integer(2), std::string(row.text(3)), std::string(row.text(4)),
                           std::string(row.text(5)), std::string(row.text(6)), std::string(row.text(7))});
        return true;
      });
  return entries;
}

bool fits(const LedgerEntry &e, const HmacKey &key, std::string_view previous) {
  return e.previous == previous &&
         e.mac == as_bytes(mac_of(key, e.account_key, e.seq, e.at_ms, e.cause, e.facts, e.payload_hash, previous));
}

std::optional<AccountRow> account_of_chain(ports::SqlSession &db, std::string_view account_key) {
  std::string account;
  db.execute("SELECT account FROM purser_accounts WHERE account_key = $1", {ports::Blob{account_key}}, [&](const ports::SqlRow &row) {
    account = row.text(0);
    return false;
  });
  return account.empty() ? std::nullopt : load_account(db, account);
}

std::vector<AccountRow> accounts_without_ledger(ports::SqlSession &db) {
  std::vector<AccountRow> accounts;
  db.execute(
      "SELECT a.account, a.account_key, a.ledger_seq FROM purser_accounts a WHERE a.ledger_seq > 0 AND NOT EXISTS "
      "(SELECT 1 FROM purser_ledger l WHERE l.account_key = a.account_key) ORDER BY a.account",
      {}, [&](const ports::SqlRow &row) {
        accounts.push_back({std::string(row.text(0)), std::string(row.text(1)), row.integer(2), {}});
        return true;
      });
  return accounts;
}

LedgerCheck verify_ledger(ports::SqlSession &db, const HmacKey &key, std::string_view account) {
  LedgerCheck check;
  const auto row = load_account(db, account);
  if (!row) return check;
  std::string previous;
  db.execute("SELECT seq, at_ms, cause, facts, payload_hash, previous, mac FROM purser_ledger WHERE account_key = $1 ORDER BY seq",
             {ports::Blob{row->account_key}}, [&](const ports::SqlRow &r) {
               ++check.entries;
               const Digest mac = mac_of(key, row->account_key, r.integer(0), r.integer(1), r.text(2), r.text(3), r.text(4), r.text(5));
               const bool good = r.integer(0) == check.entries && r.text(5) == previous && r.text(6) == as_bytes(mac);
               if (!good && check.intact) check = {false, check.entries, check.entries};
               previous = r.text(6);
               return true;
             });
  if (check.intact && (check.entries != row->ledger_seq || previous != row->ledger_head)) check = {false, check.entries, check.entries + 1};
  return check;
}

}  // namespace purser::store
