// A subscription as Stripe renders it in an old and in a new API version, and `previous_attributes` as Stripe computes it.
#pragma once
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace purser::test {

inline constexpr const char *old_version = "2020-08-27";
inline constexpr const char *new_version = "2026-06-24.dahlia";

struct Item {
  std::string id, price, lookup_key;
  int quantity = 1;
};

/// The truth behind both renderings.
struct Truth {
  std::string status = "active";
  std::vector<Item> items{{"si_1", "price_1", "pro_monthly", 1}};
  std::int64_t period_start = 1'700'000'000, period_end = 1'702'592'000;
  std::optional<std::int64_t> cancel_at, canceled_at, ended_at, trial_end;
  bool cancel_at_period_end = false;
  json::value pause;    ///< null or an object
  json::value pending;  ///< null or {expires_at}
  std::string latest_invoice = "in_1", discount, payment_method, schedule;
  std::vector<std::pair<std::string, std::string>> metadata;
};

inline json::value or_null(const std::optional<std::int64_t> &v) { return v ? json::value(*v) : json::value(); }
inline json::value or_null(const std::string &v) { return v.empty() ? json::value() : json::value(v); }

inline json::object render_item(const Item &item, const Truth &t, bool modern) {
  json::object price{{"id", item.price}, {"object", "price"}, {"lookup_key", or_null(item.lookup_key)}, {"unit_amount", 1000}};
  json::object raw{{"id", item.id}, {"object", "subscription_item"}, {"price", price}, {"quantity", item.quantity}};
  raw["plan"] = json::object{{"id", item.price}, {"object", "plan"}, {"interval", "month"}};
  if (modern) {
    raw["current_period_start"] = t.period_start;
    raw["current_period_end"] = t.period_end;
    raw["discounts"] = json::array();
  }
  return raw;
}

inline json::object render(const Truth &t, bool modern) {
  json::array items;
  for (const Item &item : t.items) items.push_back(render_item(item, t, modern));
  json::object metadata;
  for (const auto &[key, value] : t.metadata) metadata[key] = value;
  json::object raw{{"id", "sub_1"},
                   {"object", "subscription"},
                   {"customer", "cus_1"},
                   {"status", t.status},
                   {"items", json::object{{"object", "list"}, {"data", items}, {"has_more", false}, {"url", "/v1/subscription_items"}}},
                   {"metadata", metadata},
                   {"cancel_at", or_null(t.cancel_at)},
                   {"cancel_at_period_end", t.cancel_at_period_end},
                   {"canceled_at", or_null(t.canceled_at)},
                   {"ended_at", or_null(t.ended_at)},
                   {"trial_end", or_null(t.trial_end)},
                   {"pause_collection", t.pause},
                   {"pending_update", t.pending},
                   {"latest_invoice", or_null(t.latest_invoice)},
                   {"schedule", or_null(t.schedule)},
                   {"default_payment_method", or_null(t.payment_method)},
                   {"default_source", json::value()},
                   {"collection_method", "charge_automatically"},
                   {"livemode", false}};
  if (modern) {
    json::array discounts;
    if (!t.discount.empty()) discounts.push_back(json::value(t.discount));
    raw["discounts"] = discounts;
    raw["description"] = json::value();
    raw["billing_mode"] = json::object{{"type", "flexible"}};
    raw["customer_account"] = json::value();
    return raw;
  }
  raw["current_period_start"] = t.period_start;
  raw["current_period_end"] = t.period_end;
  raw["discount"] = t.discount.empty() ? json::value() : json::value(json::object{{"id", t.discount}, {"object", "discount"}});
  raw["plan"] = t.items.size() == 1 ? raw["items"].as_object()["data"].as_array()[0].as_object()["plan"] : json::value();
  raw["quantity"] = t.items.size() == 1 ? json::value(t.items[0].quantity) : json::value();
  return raw;
}

/// Changed keys only; objects recursively, arrays whole, absent before = null.
inline json::object previous_attributes(const json::object &before, const json::object &after) {
  json::object out;
  for (const auto &member : before) {
    const json::value *now = after.if_contains(member.key());
    if (now && *now == member.value()) continue;
    if (now && now->is_object() && member.value().is_object())
      out[member.key()] = previous_attributes(member.value().get_object(), now->get_object());
    else
      out[member.key()] = member.value();
  }
  for (const auto &member : after) {
    if (!before.contains(member.key())) out[member.key()] = nullptr;
  }
  return out;
}

inline json::object event(std::string id, std::string type, std::int64_t created, const char *version, json::object object,
                          std::optional<json::object> previous = {}) {
  json::object data{{"object", std::move(object)}};
  if (previous) data["previous_attributes"] = std::move(*previous);
  return {{"id", std::move(id)}, {"object", "event"},       {"type", std::move(type)}, {"created", created},
          {"livemode", false},   {"data", std::move(data)}, {"api_version", version}};
}

/// One change of a kind that Stripe makes.
inline Truth changed(std::mt19937 &r, Truth t, std::int64_t now) {
  const auto below = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(r); };
  switch (below(14)) {
    case 0: t.status = below(2) != 0 ? "past_due" : "active"; break;
    case 1: t.items[0].quantity = 1 + below(3); break;
    case 2: t.items[0].price = "price_" + std::to_string(below(4)); break;
    case 3: t.items.push_back({"si_" + std::to_string(2 + below(50)), "price_9", "", 1}); break;
    case 4:
      if (t.items.size() > 1) t.items.pop_back();
      break;
    case 5: t.metadata = {{"k", std::to_string(below(3))}}; break;
    case 6: t.metadata.clear(); break;
    case 7:
      t.period_start = t.period_end;
      t.period_end += 2'592'000;
      t.latest_invoice = "in_" + std::to_string(below(1000));
      break;
    case 8:
      t.cancel_at_period_end = !t.cancel_at_period_end;
      t.cancel_at = t.cancel_at_period_end ? std::optional(t.period_end) : std::nullopt;
      t.canceled_at = t.cancel_at_period_end ? std::optional(now) : std::nullopt;
      break;
    case 9: t.pause = t.pause.is_null() ? json::value{{"behavior", "void"}, {"resumes_at", nullptr}} : json::value(); break;
    case 10: t.discount = t.discount.empty() ? "di_1" : ""; break;
    case 11: t.payment_method = t.payment_method.empty() ? "pm_1" : ""; break;
    case 12: t.schedule = t.schedule.empty() ? "sub_sched_1" : ""; break;
    default: t.pending = t.pending.is_null() ? json::value{{"expires_at", now}, {"subscription_items", nullptr}} : json::value(); break;
  }
  return t;
}

}  // namespace purser::test
