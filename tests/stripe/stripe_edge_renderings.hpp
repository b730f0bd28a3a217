// The same for what folds by edges. `deleted` is no rendering of these: a stub has no other member.
#pragma once
#include "stripe_renderings.hpp"

namespace purser::test {

inline json::object render(const domain::Customer &c, const Print &print) {
  json::object metadata;
  for (const auto &[key, value] : c.metadata) metadata[key] = value;
  return {{"id", "cus_1"},
          {"object", "customer"},
          {"email", print.text(c.email)},
          {"name", print.text(c.name)},
          {"phone", print.text(c.phone)},
          {"currency", print.text(c.currency)},
          {"delinquent", c.delinquent},
          {"invoice_settings", json::object{{"default_payment_method", print.text(c.default_payment_method)}, {"footer", nullptr}}},
          {"default_source", print.text(c.default_source)},
          {"metadata", metadata},
          {print.modern ? "customer_account" : "account_balance", nullptr}};
}

inline json::object render(const domain::StripeProduct &p, const Print &print) {
  json::object raw{{"id", "prod_1"}, {"object", "product"}, {"name", print.text(p.name)}, {"active", p.active}};
  if (!print.modern) raw["attributes"] = json::array();
  return raw;
}

inline json::object render(const domain::StripePrice &p, const Print &print) {
  json::object raw{{"id", "price_1"},
                   {"object", "price"},
                   {"product", print.text(p.product)},
                   {"lookup_key", print.text(p.lookup_key)},
                   {"currency", p.currency},
                   {"unit_amount", p.unit_amount < 0 ? json::value() : json::value(p.unit_amount)},
                   {"unit_amount_decimal", p.unit_amount < 0 ? "0.5" : std::to_string(p.unit_amount)},
                   {"type", p.type},
                   {"active", p.active},
                   {"recurring", nullptr}};
  if (p.interval_count != 0 || !p.interval.empty())
    raw["recurring"] = json::object{{"interval", print.text(p.interval)}, {"interval_count", p.interval_count}, {"usage_type", "licensed"}};
  return raw;
}

inline json::object render(const domain::Schedule &s, const Print &print) {
  json::array phases;
  for (const auto &phase : s.phases) {
    json::array items;
    for (const auto &item : phase.items) {
      json::object raw{{"quantity", print.time(item.quantity)}};
      raw[print.modern ? "price" : "plan"] = print.text(item.price);
      items.push_back(std::move(raw));
    }
    json::object raw{{"start_date", phase.start_s}, {"end_date", phase.end_s}};
    raw[print.modern ? "items" : "plans"] = std::move(items);
    phases.push_back(std::move(raw));
  }
  return {{"id", "sub_sched_1"},
          {"object", "subscription_schedule"},
          {"customer", s.customer},
          {"subscription", print.text(s.subscription)},
          {"released_subscription", print.text(s.released_subscription)},
          {"status", s.status},
          {"end_behavior", print.text(s.end_behavior)},
          {"phases", std::move(phases)}};
}

inline json::object render(const domain::Payout &p, const Print &print) {
  return {{"id", "po_1"},
          {"object", "payout"},
          {"amount", p.amount},
          {"currency", p.currency},
          {"status", p.status},
          {"arrival_date", p.arrival_date_s},
          {"failure_code", print.text(p.failure_code)},
          {"created", p.created_s}};
}

inline json::object render(const domain::StripeAccount &a, const Print &print) {
  return {{"id", "acct_1"},
          {"object", "account"},
          {"charges_enabled", a.charges_enabled},
          {print.modern ? "payouts_enabled" : "transfers_enabled", a.payouts_enabled},
          {"details_submitted", a.details_submitted},
          {"email", "nobody@example.com"}};
}

}  // namespace purser::test
