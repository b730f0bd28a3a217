// A subscription of any API version, reduced to the allow-list of FOLD.md section 2.
#include <algorithm>
#include <tuple>

#include "stripe/field.hpp"
#include "stripe/reader.hpp"

namespace purser::stripe {
namespace {

using domain::Subscription;
using domain::SubscriptionItem;

SubscriptionItem read_item(const json::object &raw) {
  SubscriptionItem item;
  item.id = text(raw, "id");
  item.price = price_id(raw);
  item.quantity = integer(raw, "quantity");
  item.current_period_start = integer(raw, "current_period_start");
  item.current_period_end = integer(raw, "current_period_end");
  return item;
}

std::vector<SubscriptionItem> read_items(const json::object &raw) {
  std::vector<SubscriptionItem> items;
  if (const json::array *elements = list(raw, "items")) {
    for (const json::value &element : *elements) {
      const json::object *item = json::as_object(&element);
      if (item && !flag(*item, "deleted")) items.push_back(read_item(*item));
    }
  } else if (const std::string plan = price_id(raw); !plan.empty()) {
    // Before multi-plan subscriptions the plan stood on the subscription alone: one item, which has no id of its own.
    items.push_back({text(raw, "id") + ":plan", plan, integer(raw, "quantity"), 0, 0});
  }
  for (SubscriptionItem &item : items) {  // the period moved from the subscription to its items in 2025-03-31.basil
    if (item.current_period_start == 0) item.current_period_start = integer(raw, "current_period_start");
    if (item.current_period_end == 0) item.current_period_end = integer(raw, "current_period_end");
  }
  std::ranges::sort(items, {}, [](const SubscriptionItem &i) {
    return std::tie(i.id, i.price, i.quantity, i.current_period_start, i.current_period_end);
  });
  return items;
}

/// `di_…`; discounts of old versions have no id, there the coupon is what can change.
std::string discount_id(const json::value &discount) {
  std::string found(json::as_id(&discount));
  if (found.empty()) found = json::as_id(json::find(&discount, "coupon"));
  return found.empty() ? std::string(json::as_id(json::find(json::find(&discount, "source"), "coupon"))) : found;
}

std::vector<std::string> read_discounts(const json::object &raw) {
  std::vector<std::string> ids;
  if (const json::array *discounts = json::as_array(field(raw, "discounts"))) {
    for (const json::value &discount : *discounts) ids.push_back(discount_id(discount));
  }
  // Versions between the two carry both; `discount` is then the first of `discounts`.
  if (const json::value *one = field(raw, "discount"); one && ids.empty()) ids.push_back(discount_id(*one));
  std::erase(ids, std::string());
  std::ranges::sort(ids);
  return ids;
}

/// What a pending update will change, without the bodies of prices, which differ from version to version.
std::string read_pending_update(const json::object &raw) {
  const json::object *pending = child(raw, "pending_update");
  if (!pending) return {};
  json::object kept;
  for (const std::string_view key : {"billing_cycle_anchor", "expires_at", "trial_end", "trial_from_plan"}) {
    if (const json::value *found = field(*pending, key)) kept[key] = *found;
  }
  json::array items;
  if (const json::array *changes = list(*pending, "subscription_items")) {
    for (const json::value &change : *changes) {
      const json::object *item = json::as_object(&change);
      if (item) items.push_back({{"id", text(*item, "id")}, {"price", price_id(*item)}, {"quantity", integer(*item, "quantity")}});
    }
  }
  kept["items"] = std::move(items);
  return whole({{"pending_update", std::move(kept)}}, "pending_update");
}

std::string read_trial_end_behavior(const json::object &raw) {
  const json::object *settings = child(raw, "trial_settings");
  const json::object *behavior = settings ? child(*settings, "end_behavior") : nullptr;
  return behavior ? text(*behavior, "missing_payment_method") : std::string();
}

}  // namespace

Subscription read_subscription(const json::object &raw) {
  Subscription s;
  s.customer = id(raw, "customer");
  s.status = text(raw, "status");
  if (flag(raw, "deleted") && !domain::terminal_status(s.status)) s.status = "canceled";  // a stub {id, object, deleted}
  s.items = read_items(raw);
  s.metadata = metadata(raw);
  s.cancel_at = integer(raw, "cancel_at");
  s.cancel_at_period_end = flag(raw, "cancel_at_period_end");
  s.canceled_at = integer(raw, "canceled_at");
  s.ended_at = integer(raw, "ended_at");
  s.trial_start = integer(raw, "trial_start");
  s.trial_end = integer(raw, "trial_end");
  s.trial_end_behavior = read_trial_end_behavior(raw);
  s.pause_collection = whole(raw, "pause_collection");
  s.pending_update = read_pending_update(raw);
  s.collection_method = text(raw, "collection_method");
  if (s.collection_method.empty()) s.collection_method = text(raw, "billing");  // its name before 2019-10-17
  s.default_payment_method = id(raw, "default_payment_method");
  s.default_source = id(raw, "default_source");
  s.latest_invoice = id(raw, "latest_invoice");
  s.schedule = id(raw, "schedule");
  s.discounts = read_discounts(raw);
  return s;
}

}  // namespace purser::stripe
