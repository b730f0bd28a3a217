// One record as Stripe renders it in an old version (before 2025-03-31.basil) and in a new one: ids or whole objects, fields where each
// version has them, null or nothing where nothing is set.
#pragma once
#include "random_record.hpp"
#include "stripe/reader.hpp"
#include "stripe_forms.hpp"

namespace purser::test {

/// How one rendering differs from another of the same version: what is null, expanded, or a list.
struct Print {
  Random &r;
  bool modern = false;

  json::value text(const std::string &v) const { return v.empty() ? json::value() : json::value(v); }
  json::value time(std::int64_t v) const { return v == 0 ? json::value() : json::value(v); }
  /// A reference, expanded or not.
  json::value reference(const std::string &id) const {
    if (id.empty()) return nullptr;
    if (below(r, 3) > 0) return json::value(id);
    return json::object{{"id", id}, {"object", "something"}, {"status", "expanded"}, {"metadata", json::object{{"a", "b"}}}};
  }
  static json::object list(json::array data, bool more = false) {
    return {{"object", "list"}, {"data", std::move(data)}, {"has_more", more}, {"url", "/v1/something"}};
  }
};

inline void put_price(json::object &o, const std::string &price, const Print &print) {
  if (print.modern) {
    o["pricing"] =
        json::object{{"type", "price_details"}, {"price_details", json::object{{"price", print.reference(price)}, {"product", "prod_1"}}}};
    return;
  }
  o["plan"] = print.reference(price);
  if (below(print.r, 2) != 0) o["price"] = print.reference(price);
}

inline json::object render_line(const domain::InvoiceLine &line, const std::string &subscription, const Print &print) {
  json::object raw{{"id", line.id}, {"object", "line_item"}, {"amount", line.amount}, {"quantity", print.time(line.quantity)}};
  raw["period"] = json::object{{"start", line.period_start_s}, {"end", line.period_end_s}};
  put_price(raw, line.price, print);
  json::object made_by{
      {"subscription", print.text(subscription)}, {"subscription_item", print.text(line.subscription_item)}, {"proration", line.proration}};
  if (!print.modern) {
    for (const auto &member : made_by) raw[member.key()] = member.value();
    raw["id"] = "sub_1";
    raw["unique_id"] = line.id;
    return raw;
  }
  const bool item = below(print.r, 2) != 0;
  raw["parent"] = json::object{{"type", item ? "subscription_item_details" : "invoice_item_details"},
                               {"subscription_item_details", item ? json::value(made_by) : json::value()},
                               {"invoice_item_details", item ? json::value() : json::value(made_by)}};
  return raw;
}

inline void put_subscription(json::object &raw, const domain::Invoice &i, const Print &print) {
  if (!print.modern) {
    raw["subscription"] = print.reference(i.subscription);
  } else if (i.subscription.empty()) {
    raw["parent"] = nullptr;
  } else {
    raw["parent"] = json::object{{"type", "subscription_details"},
                                 {"subscription_details", json::object{{"subscription", print.reference(i.subscription)}}}};
  }
}

inline void put_payments(json::object &raw, const domain::Invoice &i, const Print &print) {
  if (!print.modern) {
    raw["payment_intent"] = print.reference(i.payment_intents.empty() ? "" : i.payment_intents.front());
    raw["charge"] = print.reference(i.charge);
    raw["paid"] = i.paid;
    raw["tax"] = print.time(i.tax);
    return;
  }
  json::array payments;
  for (const std::string &intent : i.payment_intents)
    payments.push_back(json::object{{"id", "inpay_1"}, {"payment", json::object{{"type", "payment_intent"}, {"payment_intent", intent}}}});
  raw["payments"] = Print::list(std::move(payments));
  raw["total_taxes"] = json::array{json::object{{"amount", i.tax / 2}}, json::object{{"amount", i.tax - i.tax / 2}}};
}

inline json::object render(const domain::Invoice &i, const Print &print) {
  json::array lines;
  for (const auto &line : i.lines) lines.push_back(render_line(line, i.subscription, print));
  json::object raw{{"id", "in_1"},
                   {"object", "invoice"},
                   {"customer", print.reference(i.customer)},
                   {"status", print.text(i.status)},
                   {"number", print.text(i.number)},
                   {"billing_reason", print.text(i.billing_reason)},
                   {print.modern ? "collection_method" : "billing", print.text(i.collection_method)},
                   {"currency", i.currency},
                   {"amount_due", i.amount_due},
                   {"amount_paid", i.amount_paid},
                   {"amount_remaining", i.amount_remaining},
                   {"subtotal", i.subtotal},
                   {"total", i.total},
                   {print.modern ? "created" : "date", i.created_s},
                   {"period_start", i.period_start_s},
                   {"period_end", i.period_end_s},
                   {"due_date", print.time(i.due_date_s)},
                   {"next_payment_attempt", print.time(i.next_payment_attempt_s)},
                   {"attempt_count", i.attempt_count},
                   {"attempted", i.attempted},
                   {"hosted_invoice_url", print.text(i.hosted_invoice_url)},
                   {"invoice_pdf", print.text(i.invoice_pdf)},
                   {"customer_email", "nobody@example.com"},
                   {"lines", Print::list(std::move(lines), below(print.r, 2) != 0)}};
  put_subscription(raw, i, print);
  put_payments(raw, i, print);
  return raw;
}

inline json::object render(const domain::InvoicePayment &p, const Print &print) {
  json::object payment{{"type", p.payment_intent.empty() ? "charge" : "payment_intent"}};
  payment["payment_intent"] = print.reference(p.payment_intent);
  payment["charge"] = print.reference(p.charge);
  return {{"id", "inpay_1"},       {"object", "invoice_payment"}, {"invoice", print.reference(p.invoice)},
          {"payment", payment},    {"status", p.status},          {"amount_paid", print.time(p.amount_paid)},
          {"currency", p.currency}};
}

inline json::object render(const domain::Charge &c, const Print &print) {
  json::object raw{{"id", "ch_1"},
                   {"object", "charge"},
                   {"customer", print.reference(c.customer)},
                   {"payment_intent", print.reference(c.payment_intent)},
                   {"amount", c.amount},
                   {"amount_refunded", c.amount_refunded},
                   {"refunded", c.refunded},
                   {"disputed", c.disputed},
                   {"status", c.status},
                   {"currency", c.currency},
                   {"created", c.created_s},
                   {"receipt_email", "nobody@example.com"}};
  if (!print.modern) raw["invoice"] = print.reference(c.invoice);
  return raw;
}

inline json::object render(const domain::Refund &f, const Print &print) {
  return {{"id", "re_1"},
          {"object", "refund"},
          {"charge", print.reference(f.charge)},
          {"payment_intent", print.reference(f.payment_intent)},
          {"amount", f.amount},
          {"status", f.status},
          {"currency", f.currency}};
}

inline json::object render(const domain::Dispute &d, const Print &print) {
  return {{"id", "dp_1"},
          {"object", "dispute"},
          {"charge", print.reference(d.charge)},
          {"payment_intent", print.reference(d.payment_intent)},
          {"amount", d.amount},
          {"currency", d.currency},
          {"status", d.status},
          {"reason", d.reason},
          {"evidence", json::object{{"customer_name", "Nobody"}}}};
}

inline json::object render(const domain::Session &s, const Print &print) {
  json::object metadata;
  for (const auto &[key, value] : s.metadata) metadata[key] = value;
  return {{"id", "cs_1"},
          {"object", "checkout.session"},
          {"status", print.text(s.status)},
          {"payment_status", s.payment_status},
          {"mode", s.mode},
          {"customer", print.reference(s.customer)},
          {"subscription", print.reference(s.subscription)},
          {"payment_intent", print.modern ? json::value() : print.reference(s.payment_intent)},
          {"invoice", print.reference(s.invoice)},
          {"client_reference_id", print.text(s.client_reference_id)},
          {"customer_details", print.modern ? json::value(json::object{{"email", print.text(s.email)}}) : json::value()},
          {"customer_email", print.modern ? json::value() : print.text(s.email)},
          {"amount_total", print.time(s.amount_total)},
          {"currency", print.text(s.currency)},
          {"metadata", metadata},
          {"ui_mode", print.modern ? "hosted_page" : "hosted"}};
}

inline json::object render(const domain::Transfer &t, const Print &print) {
  return {{"id", "tr_1"},
          {"object", "transfer"},
          {"destination", print.reference("acct_" + t.destination)},
          {"amount", t.amount},
          {"amount_reversed", t.amount_reversed},
          {"reversed", t.reversed},
          {"currency", t.currency},
          {"created", t.created_s}};
}

inline json::object render(const domain::EntitlementSummary &s, const Print &print) {
  json::array data;
  for (const auto &e : s.entitlements) {
    json::value feature(e.feature);
    if (print.modern) feature = json::object{{"id", e.feature}, {"object", "entitlements.feature"}, {"lookup_key", e.lookup_key}};
    data.push_back(
        json::object{{"id", "ent_1"}, {"object", "entitlements.active_entitlement"}, {"feature", feature}, {"lookup_key", e.lookup_key}});
  }
  return {{"object", "entitlements.active_entitlement_summary"}, {"customer", s.customer}, {"entitlements", Print::list(data, s.has_more)}};
}

}  // namespace purser::test
