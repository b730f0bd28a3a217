#include "domain/money.hpp"

#include <algorithm>
#include <limits>
#include <set>

namespace purser::domain {
namespace {

std::int64_t plus(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<std::int64_t>::max() : sum;
}

/// A refund that failed or was canceled left the money where it was.
bool came_to_nothing(const Refund &refund) { return refund.status == "failed" || refund.status == "canceled"; }

/// Lines without an item (old shapes) are told by their price.
bool pays(const InvoiceLine &line, const SubscriptionItem &item) {
  const bool same = line.subscription_item.empty() ? !item.price.empty() && line.price == item.price : line.subscription_item == item.id;
  return same && item.current_period_start <= line.period_start_s && line.period_start_s < item.current_period_end;
}

}  // namespace

bool takes_money(std::string_view status) { return status == "needs_response" || status == "under_review" || status == "lost"; }

std::string Money::Sets::root(std::string id) const {
  for (auto at = parent_.find(id); at != parent_.end(); at = parent_.find(id)) id = at->second;
  return id;
}

void Money::Sets::unite(const std::string &a, const std::string &b) {
  if (a.empty() || b.empty()) return;
  std::string least = root(a), most = root(b);
  if (most < least) std::swap(least, most);
  if (least != most) parent_.emplace(std::move(most), std::move(least));
}

void Money::pay(const std::string &purchase, const std::string &payment) { purchases_.unite(purchase, payment); }

void Money::add(const std::string &id, Invoice invoice) {
  for (const std::string &intent : invoice.payment_intents) pay(id, intent);
  pay(id, invoice.charge);
  invoices_.insert_or_assign(id, std::move(invoice));
}

void Money::add(const std::string &, const InvoicePayment &payment) {
  payments_.unite(payment.payment_intent, payment.charge);
  pay(payment.invoice, payment.payment_intent);
  pay(payment.invoice, payment.charge);
}

void Money::add(const std::string &id, Charge charge) {
  payments_.unite(id, charge.payment_intent);
  purchases_.unite(id, charge.payment_intent);
  pay(charge.invoice, id);
  charges_.insert_or_assign(id, std::move(charge));
}

void Money::add(const std::string &id, Refund refund) {
  for (const std::string &payment : {refund.charge, refund.payment_intent}) {
    payments_.unite(id, payment);
    purchases_.unite(id, payment);
  }
  refunds_.insert_or_assign(id, std::move(refund));
}

void Money::add(const std::string &id, Dispute dispute) {
  for (const std::string &payment : {dispute.charge, dispute.payment_intent}) purchases_.unite(id, payment);
  disputes_.insert_or_assign(id, std::move(dispute));
}

void Money::add(const std::string &id, const Session &session) {
  pay(id, session.payment_intent);
  purchases_.unite(id, session.invoice);
  sessions_.insert_or_assign(id, session.payment_status == "paid" ? session.amount_total : 0);
}

/// By its invoice; else by its session; else by the charges themselves.
std::int64_t Money::paid(const std::string &purchase) const {
  std::int64_t sum = 0;
  for (const auto &[id, invoice] : invoices_)
    if (purchases_.root(id) == purchase) sum = plus(sum, invoice.amount_paid);
  if (sum > 0) return sum;
  for (const auto &[id, amount] : sessions_)
    if (purchases_.root(id) == purchase) sum = plus(sum, amount);
  if (sum > 0) return sum;
  for (const auto &[id, charge] : charges_)
    if (charge.status == "succeeded" && purchases_.root(id) == purchase) sum = plus(sum, charge.amount);
  return sum;
}

GivenBack Money::of(const std::string &id) const {
  const std::string purchase = purchases_.root(id);
  // A charge counts its refunds, failed ones too, and a refund counts itself: either may be all that is known, so the greater is right.
  GivenBack back{.paid = paid(purchase)};
  std::map<std::string, Numbers> payments;
  for (const auto &[charge_id, charge] : charges_)
    if (purchases_.root(charge_id) == purchase) {
      std::int64_t &sum = payments[payments_.root(charge_id)].by_charge;
      sum = plus(sum, charge.amount_refunded);
      back.currency = std::max(back.currency, charge.currency);
    }
  for (const auto &[refund_id, refund] : refunds_)
    if (purchases_.root(refund_id) == purchase) {
      Numbers &of_payment = payments[payments_.root(refund_id)];
      std::int64_t &sum = came_to_nothing(refund) ? of_payment.failed : of_payment.live;
      sum = plus(sum, refund.amount);
      back.currency = std::max(back.currency, refund.currency);
    }
  for (const auto &[payment, n] : payments) back.refunded = plus(back.refunded, std::max(n.by_charge - n.failed, n.live));
  for (const auto &[dispute_id, dispute] : disputes_)
    if (takes_money(dispute.status) && purchases_.root(dispute_id) == purchase) {
      back.dispute = true;
      back.open_dispute = back.open_dispute || dispute.status != "lost";
      back.currency = std::max(back.currency, dispute.currency);
      back.disputed = plus(back.disputed, dispute.amount);
    }
  return back;
}

GivenBack Money::of_item(std::string_view subscription, const SubscriptionItem &item) const {
  std::set<std::string> purchases;
  for (const auto &[id, invoice] : invoices_)
    if (invoice.subscription == subscription && std::ranges::any_of(invoice.lines, [&](const auto &line) { return pays(line, item); }))
      purchases.insert(purchases_.root(id));
  GivenBack sum;
  for (const std::string &purchase : purchases) {
    const GivenBack one = of(purchase);
    sum.paid = plus(sum.paid, one.paid);
    sum.refunded = plus(sum.refunded, one.refunded);
    sum.disputed = plus(sum.disputed, one.disputed);
    sum.dispute = sum.dispute || one.dispute;
    sum.open_dispute = sum.open_dispute || one.open_dispute;
    sum.currency = std::max(sum.currency, one.currency);
  }
  return sum;
}

}  // namespace purser::domain
