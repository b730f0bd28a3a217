// Recomputes the chains of the ledger, in short reads: a store of a million entries is verified while it works.
#include "store/ledger.hpp"

#include <set>

#include "domain/account.hpp"
#include "engine/impl.hpp"

namespace purser::engine {
namespace {

constexpr std::int64_t entries_per_read = 2000;
constexpr std::size_t broken_listed_max = 100;

/// A walk over the entries of all chains, in order; at the end of each chain its head is asked for, in the same read.
class Walk {
 public:
  Walk(const HmacKey &key, LedgerVerified &verified) : key_(key), verified_(verified) {}

  /// False: that was the last page.
  bool page(ports::SqlSession &db) {
    std::int64_t seen = 0;
    std::vector<store::LedgerEntry> entries = store::ledger_entries(db, chain_, last_seq_, entries_per_read);
    for (store::LedgerEntry &entry : entries) {
      ++seen;
      if (entry.account_key != chain_) begin(db, entry.account_key);
      take(entry);
    }
    if (seen == entries_per_read) return true;
    end(db);
    return false;
  }
  /// Chains that have an owner or an end, and no entry at all.
  void missing(const std::string &account, const std::string &account_key) {
    ++verified_.chains;
    broken(account, account_key, 1);
  }
  bool saw(const std::string &account_key) const { return ownerless_.contains(account_key); }

 private:
  void begin(ports::SqlSession &db, const std::string &chain) {
    end(db);
    chain_ = chain;
    previous_.clear();
    last_seq_ = 0;
    broken_at_ = 0;
    ended_as_erased_ = false;
  }
  void take(const store::LedgerEntry &entry) {
    ++verified_.entries;
    const bool good = entry.seq == last_seq_ + 1 && !ended_as_erased_ && store::fits(entry, key_, previous_);
    if (!good && broken_at_ == 0) broken_at_ = last_seq_ + 1;
    last_seq_ = entry.seq;
    previous_ = entry.mac;
    ended_as_erased_ = entry.cause == store::erased_cause;
  }
  void end(ports::SqlSession &db) {
    if (chain_.empty()) return;
    ++verified_.chains;
    const auto owner = store::account_of_chain(db, chain_);
    const bool whole = owner ? owner->ledger_seq == last_seq_ && owner->ledger_head == previous_ && !ended_as_erased_ : ended_as_erased_;
    if (!whole && broken_at_ == 0) broken_at_ = last_seq_ + 1;
    if (!owner) {
      ownerless_.insert(chain_);
      if (ended_as_erased_) ++verified_.erased;
    }
    if (broken_at_ > 0) broken(owner ? owner->account : "", chain_, broken_at_);
    chain_.clear();
  }
  void broken(const std::string &account, const std::string &chain, std::int64_t seq) {
    verified_.intact = false;
    if (verified_.broken.size() < broken_listed_max) verified_.broken.push_back({account, hex(chain), seq});
  }

  const HmacKey &key_;
  LedgerVerified &verified_;
  std::string chain_, previous_;
  std::int64_t last_seq_ = 0, broken_at_ = 0;
  bool ended_as_erased_ = false;
  std::set<std::string> ownerless_;
};

}  // namespace

LedgerVerified Engine::Impl::ledger_verify(std::optional<std::string_view> account) {
  LedgerVerified verified;
  if (account) {
    if (!domain::valid_account(*account))
      throw Failure(Status::invalid, "account_invalid", "an account id is 1 to 200 bytes without control characters", "account");
    read([&](ports::SqlSession &db) {
      const auto row = store::load_account(db, *account);
      if (!row)
        throw Failure(Status::not_found, "account_not_found", "expected an account with rows in this store, found none; correct the id",
                      "account");
      const store::LedgerCheck check = store::verify_ledger(db, *ledger_key_, *account);
      verified = {check.intact, 1, check.entries, 0, {}};
      if (!check.intact) verified.broken.push_back({row->account, hex(row->account_key), check.broken_at});
    });
    return verified;
  }
  Walk walk(*ledger_key_, verified);
  for (bool more = true; more;) read([&](ports::SqlSession &db) { more = walk.page(db); });
  read([&](ports::SqlSession &db) {
    for (const std::string &chain : store::ended_chains(db))
      if (!walk.saw(chain)) walk.missing("", chain);
    for (const store::AccountRow &row : store::accounts_without_ledger(db)) walk.missing(row.account, row.account_key);
  });
  return verified;
}

}  // namespace purser::engine
