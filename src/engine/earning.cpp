// Connect: transfers of the platform that name the connected account, and payouts that came as that account's own events.
#include <algorithm>
#include <limits>
#include <map>

#include "engine/impl.hpp"
#include "engine/keyset.hpp"
#include "store/mention.hpp"
#include "store/object.hpp"

namespace purser::engine {
namespace {

std::int64_t plus(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<std::int64_t>::max() : sum;
}

class EarningBooks {
 public:
  EarningBooks(std::size_t size, std::optional<Keyset> after) : size_(size), after_(std::move(after)) {}

  void add(const std::string &id, const domain::Transfer &transfer) {
    Earned &sum = sum_of(transfer.currency);
    sum.accrued = plus(sum.accrued, transfer.amount);
    sum.reversed = plus(sum.reversed, transfer.amount_reversed);
    const bool wholly = transfer.amount_reversed >= transfer.amount && transfer.amount_reversed > 0;
    const char *status = wholly ? "reversed" : transfer.amount_reversed > 0 ? "partly_reversed" : "accrued";
    list({transfer.created_s, id},
         {"transfer", id, status, transfer.currency, transfer.amount, transfer.amount_reversed, to_ms(transfer.created_s), 0});
  }
  /// No status is final: a payout counts where it stands now.
  void add(const std::string &id, const domain::Payout &payout) {
    Earned &sum = sum_of(payout.currency);
    std::int64_t Earned::*where = &Earned::reserved;
    if (payout.status == "paid") where = &Earned::paid;
    if (payout.status == "failed" || payout.status == "canceled") where = &Earned::failed;
    sum.*where = plus(sum.*where, payout.amount);
    list({payout.created_s, id},
         {"payout", id, payout.status, payout.currency, payout.amount, 0, to_ms(payout.created_s), to_ms(payout.arrival_date_s)});
  }
  void write(Earnings &earnings) const {
    for (const auto &[currency, sum] : sums_) {
      earnings.sums.push_back(sum);
      Earned &last = earnings.sums.back();
      last.available = last.accrued - last.reversed - last.reserved - last.paid;
    }
    for (auto at = newest_.rbegin(); at != newest_.rend() && earnings.entries.size() < size_; ++at) {
      earnings.entries.push_back(at->second);
      if (earnings.entries.size() == size_ && newest_.size() > size_) earnings.next = next_of(at->first);
    }
  }

 private:
  Earned &sum_of(const std::string &currency) {
    Earned &sum = sums_[currency];
    sum.currency = currency;
    return sum;
  }
  void list(Keyset key, EarningEntry entry) {
    if (after_ && key >= *after_) return;
    newest_.insert_or_assign(std::move(key), std::move(entry));
    if (newest_.size() > size_ + 1) newest_.erase(newest_.begin());
  }

  std::size_t size_;
  std::optional<Keyset> after_;
  std::map<std::string, Earned> sums_;
  std::map<Keyset, EarningEntry> newest_;
};

}  // namespace

Earnings Engine::Impl::earning_read(std::string_view stripe_account, std::int64_t limit, std::string_view after) {
  if (!stripe_account.starts_with("acct_"))
    throw Failure(Status::invalid, "stripe_account_invalid", "expected a connected account's id (acct_…), found another text; correct it",
                  "stripe_account");
  Earnings earnings;
  earnings.stripe_account = stripe_account;
  EarningBooks books(page_size(limit), keyset_of(after));
  // An offline store may hold both modes; every other holds its own.
  const std::vector<bool> livemodes =
      config_.mode == Mode::offline ? std::vector<bool>{false, true} : std::vector<bool>{config_.mode == Mode::live};
  read([&](ports::SqlSession &db) {
    for (const bool livemode : livemodes) {
      // The platform's own transfers only: what a connected account says that it transferred is nobody's earning here.
      for (const domain::ObjectKey &key : store::mentioning(db, livemode, "", stripe_account))
        if (key.type == "transfer")
          if (const auto row = store::load_object(db, key)) books.add(key.id, stripe::transfer_of(row->record));
      store::each_of_stripe_account(db, livemode, stripe_account, "payout",
                                    [&](const store::ObjectRow &row) { books.add(row.key.id, stripe::payout_of(row.record)); });
      const auto account = store::load_object(db, {livemode, std::string(stripe_account), "account", std::string(stripe_account)});
      if (!account) continue;
      const domain::StripeAccount read = stripe::stripe_account_of(account->record);
      earnings.charges_enabled = read.charges_enabled;
      earnings.payouts_enabled = read.payouts_enabled;
    }
  });
  books.write(earnings);
  return earnings;
}

}  // namespace purser::engine
