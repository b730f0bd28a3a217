// What an account was billed: from the store, newest first.
#include <algorithm>
#include <map>

#include "domain/account.hpp"
#include "engine/impl.hpp"
#include "engine/keyset.hpp"
#include "engine/money.hpp"
#include "store/link.hpp"

namespace purser::engine {
namespace {

/// The newest `most` invoices before `after`, of any number.
class Newest {
 public:
  Newest(std::size_t most, std::optional<Keyset> after) : most_(most), after_(std::move(after)) {}
  void add(const store::ObjectRow &row) {
    domain::Invoice invoice = stripe::invoice_of(row.record);
    if (invoice.status == "deleted") return;
    Keyset key{invoice.created_s, row.key.id};
    if (after_ && key >= *after_) return;
    found_.insert_or_assign(std::move(key), std::pair(row, std::move(invoice)));
    if (found_.size() > most_) found_.erase(found_.begin());
  }
  const auto &found() const { return found_; }

 private:
  std::size_t most_;
  std::optional<Keyset> after_;
  std::map<Keyset, std::pair<store::ObjectRow, domain::Invoice>> found_;
};

InvoiceListed listed(const std::string &id, const domain::Invoice &invoice, const domain::GivenBack &back) {
  InvoiceListed i;
  i.invoice = id;
  i.number = invoice.number;
  i.status = invoice.status;
  i.subscription = invoice.subscription;
  i.billing_reason = invoice.billing_reason;
  i.currency = invoice.currency;
  i.total = invoice.total;
  i.amount_due = invoice.amount_due;
  i.amount_paid = invoice.amount_paid;
  i.amount_remaining = invoice.status == "open" ? invoice.amount_remaining : 0;
  i.amount_refunded = back.refunded;
  i.disputed = back.dispute;
  i.attempt_count = invoice.attempt_count;
  i.created_ms = to_ms(invoice.created_s);
  i.due_ms = to_ms(invoice.due_date_s);
  i.next_attempt_ms = invoice.status == "open" ? to_ms(invoice.next_payment_attempt_s) : 0;
  for (const domain::InvoiceLine &line : invoice.lines) {
    if (line.period_start_s > 0 && (i.period_start_ms == 0 || to_ms(line.period_start_s) < i.period_start_ms))
      i.period_start_ms = to_ms(line.period_start_s);
    i.period_end_ms = std::max(i.period_end_ms, to_ms(line.period_end_s));
  }
  i.hosted_url = invoice.hosted_invoice_url;
  i.pdf_url = invoice.invoice_pdf;
  return i;
}

}  // namespace

InvoiceList Engine::Impl::invoice_list(std::string_view account, std::int64_t limit, std::string_view after) {
  if (!domain::valid_account(account))
    throw Failure(Status::invalid, "account_invalid", "an account id is 1 to 200 bytes without control characters", "account");
  const std::size_t size = page_size(limit);
  InvoiceList list;
  read([&](ports::SqlSession &db) {
    Newest newest(size + 1, keyset_of(after));
    for (const store::CustomerKey &key : store::customers_naming(db, account))
      if (key.stripe_account.empty() && store::linked_account(db, key) == account)
        store::each_of_customer(db, key, "invoice", [&](const store::ObjectRow &row) { newest.add(row); });
    for (auto at = newest.found().rbegin(); at != newest.found().rend() && list.invoices.size() < size; ++at) {
      const auto &[row, invoice] = at->second;
      list.invoices.push_back(listed(row.key.id, invoice, money_around(db, row).of(row.key.id)));
      if (list.invoices.size() == size && newest.found().size() > size) list.next = next_of(at->first);
    }
  });
  return list;
}

}  // namespace purser::engine
