#include "refunds.hpp"

#include <set>

namespace purser::simulator {
namespace {

bool keeps_the_money(const std::string &status) { return status == "needs_response" || status == "under_review" || status == "lost"; }

/// The item that a line of an invoice is about; of prorations, too.
std::string item_of(const json::Object &line) {
  const json::Object &parent = json::inside(line, "parent");
  const std::string item = json::text(json::inside(parent, "subscription_item_details"), "subscription_item");
  return item.empty() ? json::text(json::inside(parent, "invoice_item_details"), "subscription_item") : item;
}

/// A line of the item begins in its current period.
bool pays_for(const json::Object &invoice, const json::Object &item) {
  const std::int64_t start = json::number(item, "current_period_start"), end = json::number(item, "current_period_end");
  for (const json::Value &value : json::list(json::inside(invoice, "lines"), "data")) {
    const std::int64_t begins = json::number(json::inside(value.get_object(), "period"), "start");
    if (item_of(value.get_object()) == json::text(item, "id") && start <= begins && begins < end) return true;
  }
  return false;
}

std::string subscription_of(const json::Object &invoice) {
  return json::id(json::inside(json::inside(invoice, "parent"), "subscription_details"), "subscription");
}

}  // namespace

Refunds::Refunds(const Box &box) {
  for (const json::Value &refund : box.all("/v1/refunds")) {
    const std::string status = json::text(refund.get_object(), "status");
    if (status == "failed" || status == "canceled") continue;
    payments_[json::id(refund.get_object(), "payment_intent")].refunded += json::number(refund.get_object(), "amount");
  }
  for (const json::Value &dispute : box.all("/v1/disputes"))
    if (keeps_the_money(json::text(dispute.get_object(), "status")))
      payments_[json::id(dispute.get_object(), "payment_intent")].disputed = true;

  std::set<std::string> subscriptions;
  for (const auto &[payment, back] : payments_)
    for (const json::Value &paid : box.all("/v1/invoice_payments?payment[type]=payment_intent&payment[payment_intent]=" + payment))
      subscriptions.insert(subscription_of(box.get("/v1/invoices/" + json::id(paid.get_object(), "invoice"))));
  subscriptions.erase("");
  for (const std::string &subscription : subscriptions)
    for (const json::Value &invoice : box.all("/v1/invoices?subscription=" + subscription)) {
      const std::string id = json::text(invoice.get_object(), "id");
      for (const json::Value &paid : box.all("/v1/invoice_payments?invoice=" + id))
        intents_[id].push_back(json::id(json::inside(paid.get_object(), "payment"), "payment_intent"));
      invoices_[subscription].push_back(invoice.get_object());
    }
}

Back Refunds::of_payment(const std::string &payment_intent) const {
  const auto found = payments_.find(payment_intent);
  return found == payments_.end() ? Back() : found->second;
}

Back Refunds::of_item(const std::string &subscription, const json::Object &item) const {
  Back sum;
  const auto invoices = invoices_.find(subscription);
  if (invoices == invoices_.end()) return sum;
  for (const json::Object &invoice : invoices->second) {
    if (!pays_for(invoice, item)) continue;
    sum.paid += json::number(invoice, "amount_paid");
    const auto intents = intents_.find(json::text(invoice, "id"));
    if (intents == intents_.end()) continue;
    for (const std::string &intent : intents->second) {
      sum.refunded += of_payment(intent).refunded;
      sum.disputed = sum.disputed || of_payment(intent).disputed;
    }
  }
  return sum;
}

Back Refunds::of_session(const json::Object &session) const {
  Back back = of_payment(json::id(session, "payment_intent"));
  back.paid = json::number(session, "amount_total");
  return back;
}

}  // namespace purser::simulator
