// Each record as the columns and facts of one line.
#include "exchange_rows.hpp"

namespace purser::test {
namespace {

std::string joined(const std::vector<std::string> &parts, std::string_view between) {
  std::string out;
  for (const std::string &part : parts) out.append(out.empty() ? "" : between).append(part);
  return out;
}

Said said(const domain::Subscription &s) {
  Said out{s.status, s.customer, s.period_end(), {}, {}};
  std::vector<std::string> items;
  for (const auto &item : s.items) items.push_back(item.id + ":" + item.price + "x" + std::to_string(item.quantity));
  std::ranges::sort(items);
  const json::Parsed pause = json::parse(s.pause_collection.empty() ? "{}" : s.pause_collection);
  out.facts.add("items", joined(items, ",")).add("cancel_at", s.cancel_at).mark("at_end", s.cancel_at_period_end);
  out.facts.add("trial_end", s.trial_end).add("ended", s.ended_at).add("invoice", s.latest_invoice);
  out.facts.add("pm", s.default_payment_method)
      .add("schedule", s.schedule)
      .add("paused", json::as_text(json::find(&pause.root, "behavior")));
  return out;
}
Said said(const domain::Invoice &i) {
  Said out{i.status, i.customer, i.paid_until_s(), i.subscription, {}};
  std::vector<std::string> lines;
  for (const auto &line : i.lines) lines.push_back(line.id + ":" + line.price + ":" + std::to_string(line.amount));
  std::ranges::sort(lines);
  out.facts.add("due", i.amount_due).add("paid", i.amount_paid).add("left", i.amount_remaining).add("subtotal", i.subtotal);
  out.facts.add("total", i.total).add("tax", i.tax).add("attempts", i.attempt_count).add("number", i.number);
  out.facts.add("reason", i.billing_reason).add("intents", joined(i.payment_intents, ",")).add("charge", i.charge);
  out.facts.add("lines", joined(lines, ","));
  return out;
}
Said said(const domain::Charge &c) {
  Said out{c.status, c.customer, 0, {}, {}};
  out.facts.add("amount", c.amount).add("refunded", c.amount_refunded).mark("disputed", c.disputed).add("currency", c.currency);
  out.facts.add("intent", c.payment_intent).add("invoice", c.invoice);
  return out;
}
Said said(const domain::Customer &c) {
  Said out{c.deleted ? "deleted" : c.delinquent ? "delinquent" : "", {}, 0, {}, {}};
  out.facts.add("currency", c.currency).add("pm", c.default_payment_method).add("source", c.default_source);
  return out;
}
Said said(const domain::Session &s) {
  Said out{s.status + "/" + s.payment_status, s.customer, 0, s.subscription, {}};
  out.facts.add("mode", s.mode).add("total", s.amount_total).add("currency", s.currency).add("intent", s.payment_intent);
  out.facts.add("invoice", s.invoice).add("reference", s.client_reference_id);
  return out;
}
Said said(const domain::InvoicePayment &p) {
  Said out{p.status, {}, 0, {}, {}};
  out.facts.add("paid", p.amount_paid).add("currency", p.currency).add("invoice", p.invoice).add("intent", p.payment_intent);
  out.facts.add("charge", p.charge);
  return out;
}
Said said(const domain::Refund &r) {
  Said out{r.status, {}, 0, {}, {}};
  out.facts.add("amount", r.amount).add("currency", r.currency).add("charge", r.charge).add("intent", r.payment_intent);
  return out;
}
Said said(const domain::Dispute &d) {
  Said out{d.status, {}, 0, {}, {}};
  out.facts.add("amount", d.amount).add("currency", d.currency).add("charge", d.charge).add("reason", d.reason);
  return out;
}
Said said(const domain::StripeProduct &p) { return {p.deleted ? "deleted" : p.active ? "active" : "", {}, 0, {}, {}}; }
Said said(const domain::StripePrice &p) {
  if (p.deleted) return {"deleted", {}, 0, {}, {}};
  Said out{p.active ? "active" : "", {}, 0, {}, {}};
  out.facts.add("type", p.type).add("currency", p.currency).add("unit", p.unit_amount < 0 ? "none" : std::to_string(p.unit_amount));
  out.facts.add("product", p.product).add("key", p.lookup_key).add("every", p.interval).add("count", p.interval_count);
  return out;
}
Said said(const domain::Schedule &s) {
  Said out{s.status, s.customer, 0, s.subscription.empty() ? s.released_subscription : s.subscription, {}};
  std::vector<std::string> phases;
  for (const auto &phase : s.phases) {
    std::vector<std::string> items;
    for (const auto &item : phase.items) items.push_back(item.price + "x" + std::to_string(item.quantity));
    phases.push_back(std::to_string(phase.start_s) + "-" + std::to_string(phase.end_s) + ":" + joined(items, "+"));
  }
  out.facts.add("phases", joined(phases, ",")).add("end", s.end_behavior);
  return out;
}
Said said(const domain::Transfer &t) {
  Said out{{}, {}, 0, {}, {}};
  out.facts.add("amount", t.amount).add("reversed", t.amount_reversed).add("currency", t.currency).add("to", t.destination);
  return out;
}
Said said(const domain::Payout &p) {
  Said out{p.status, {}, 0, {}, {}};
  out.facts.add("amount", p.amount).add("currency", p.currency).add("arrives", p.arrival_date_s).add("failed", p.failure_code);
  return out;
}
Said said(const domain::StripeAccount &a) {
  Said out;
  std::vector<std::string> able;
  if (a.charges_enabled) able.emplace_back("charges_enabled");
  if (a.payouts_enabled) able.emplace_back("payouts_enabled");
  if (a.details_submitted) able.emplace_back("details_submitted");
  out.facts.add("able", joined(able, ","));
  return out;
}

Said said(const domain::EntitlementSummary &s) {
  Said out{{}, s.customer, 0, {}, {}};
  std::vector<std::string> held;
  for (const auto &entitlement : s.entitlements) held.push_back(entitlement.feature + ":" + entitlement.lookup_key);
  std::ranges::sort(held);
  out.facts.add("held", joined(held, ",")).mark("more", s.has_more);
  return out;
}

}  // namespace

Said said_of(const stripe::Observation &o) {
  const std::string &type = o.key.type, &record = o.post_record;
  if (type == "subscription") return said(stripe::subscription_of(record));
  if (type == "customer") return said(stripe::customer_of(record));
  if (type == "invoice") return said(stripe::invoice_of(record));
  if (type == "invoice_payment") return said(stripe::invoice_payment_of(record));
  if (type == "checkout.session") return said(stripe::session_of(record));
  if (type == "charge") return said(stripe::charge_of(record));
  if (type == "refund") return said(stripe::refund_of(record));
  if (type == "dispute") return said(stripe::dispute_of(record));
  if (type == "product") return said(stripe::stripe_product_of(record));
  if (type == "price") return said(stripe::stripe_price_of(record));
  if (type == "subscription_schedule") return said(stripe::schedule_of(record));
  if (type == "transfer") return said(stripe::transfer_of(record));
  if (type == "payout") return said(stripe::payout_of(record));
  if (type == "account") return said(stripe::stripe_account_of(record));
  if (type == "entitlements.active_entitlement_summary") return said(stripe::entitlement_summary_of(record));
  return {};
}

}  // namespace purser::test
