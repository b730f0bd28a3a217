#include "truth.hpp"

#include <algorithm>
#include <tuple>

namespace purser::simulator {
namespace {

constexpr std::int64_t second_ms = 1000, hour_ms = 3600 * second_ms, day_ms = 24 * hour_ms;

struct End {
  std::int64_t until_ms = 0;
  bool exact = true;
  std::string withheld = {};
};
End denied(const std::string &why) { return {0, true, why}; }

End at_second(std::int64_t second) { return {second * second_ms, true}; }
End earlier(End a, End b) { return b.until_ms < a.until_ms ? b : a; }

struct Periods {
  std::int64_t start_s = 0, end_s = 0;  ///< the latest of all items
};
Periods periods(const json::Object &subscription) {
  Periods latest;
  for (const json::Value &item : json::list(json::inside(subscription, "items"), "data")) {
    latest.start_s = std::max(latest.start_s, json::number(item.get_object(), "current_period_start"));
    latest.end_s = std::max(latest.end_s, json::number(item.get_object(), "current_period_end"));
  }
  return latest;
}

bool chargeable(const json::Object &subscription, const json::Object *customer) {
  if (json::is_set(subscription, "default_payment_method") || json::is_set(subscription, "default_source")) return true;
  if (!customer) return false;
  return json::is_set(json::inside(*customer, "invoice_settings"), "default_payment_method") || json::is_set(*customer, "default_source");
}

/// Paid up to that second, and then a renewal whose message may be late; a cancellation ends earlier, or exactly there.
End renewing(const Catalog &catalog, const Wrong &wrong, const json::Object &subscription, std::int64_t end_s) {
  const End slack{end_s * second_ms + catalog.renewal_slack_hours * hour_ms + wrong.slack_ms, false};
  End end = json::flag(subscription, "cancel_at_period_end") ? at_second(end_s) : slack;
  if (json::is_set(subscription, "cancel_at")) {
    const End cancel = at_second(json::number(subscription, "cancel_at"));
    end = cancel.until_ms == end.until_ms ? cancel : earlier(end, cancel);
  }
  return end;
}

/// Stripe: drafts are collected later, uncollectible ones are a present, void ones are for a service that is not given.
bool gives_while_paused(const Catalog &catalog, const json::Object &subscription) {
  const std::string behavior = json::text(json::inside(subscription, "pause_collection"), "behavior");
  return catalog.pause == "allow" || (catalog.pause == "by_behavior" && behavior != "void");
}

End access_end(const Catalog &catalog, const Wrong &wrong, const json::Object &subscription, const json::Object *customer) {
  const std::string status = json::text(subscription, "status");
  if (status == "canceled" || status == "incomplete_expired") return {};
  if (json::is_set(subscription, "pause_collection") && gives_while_paused(catalog, subscription) == wrong.pause) return denied("paused");
  if (status == "trialing") {
    const std::int64_t end_s = json::number(subscription, "trial_end");
    const std::string behavior =
        json::text(json::inside(json::inside(subscription, "trial_settings"), "end_behavior"), "missing_payment_method");
    const bool ends = !chargeable(subscription, customer) || behavior == "cancel" || behavior == "pause";
    const End end = renewing(catalog, wrong, subscription, end_s);
    return ends ? earlier(at_second(end_s), end) : end;
  }
  if (status == "active") return renewing(catalog, wrong, subscription, periods(subscription).end_s);
  if (status == "past_due") {
    const End grace{periods(subscription).start_s * second_ms + (catalog.grace_days + wrong.grace_days) * day_ms, true};
    return json::is_set(subscription, "cancel_at") ? earlier(grace, at_second(json::number(subscription, "cancel_at"))) : grace;
  }
  if (status == "unpaid" && catalog.unpaid_allows) return renewing(catalog, wrong, subscription, periods(subscription).end_s);
  if (status == "unpaid" || status == "paused" || status == "incomplete") return denied(status);
  return {};
}

/// Money that went back takes what it had bought along, where the catalog says so.
void withhold(Held &held, const Back &back) {
  if (held.until_ms <= 0) return;
  const bool refunded = held.sold->refund_revokes && back.all(), disputed = held.sold->dispute_suspends && back.disputed;
  if (!refunded && !disputed) return;
  held.until_ms = 0;
  held.exact = true;
  held.withheld = refunded ? "refunded" : "disputed";
}

void add_subscription(const Catalog &catalog, const Wrong &wrong, const json::Object &subscription, const json::Object *customer,
                      const Refunds &refunds, std::vector<Held> &held) {
  const End end = access_end(catalog, wrong, subscription, customer);
  for (const json::Value &value : json::list(json::inside(subscription, "items"), "data")) {
    const json::Object &item = value.get_object(), &price = json::inside(item, "price");
    const Catalog::Meaning bought = catalog.meaning(price);
    if (bought.kind != Catalog::Kind::tier && bought.kind != Catalog::Kind::add_on) continue;
    held.push_back({bought.sold->product, bought.sold->key, bought.kind == Catalog::Kind::tier ? "subscription" : "add_on",
                    json::text(subscription, "id"), json::text(item, "id"), json::text(price, "id"), json::text(subscription, "status"),
                    std::max<std::int64_t>(1, json::number(item, "quantity")), end.until_ms, end.exact, bought.sold, end.withheld});
    if (!wrong.refunds) withhold(held.back(), refunds.of_item(json::text(subscription, "id"), item));
  }
}

void add_purchase(const Catalog &catalog, const Objects::Purchase &purchase, const Refunds &refunds, std::vector<Held> &held) {
  const std::string paid = json::text(purchase.session, "payment_status");
  const Catalog::Meaning bought = catalog.meaning(purchase.price);
  if (json::text(purchase.session, "status") != "complete" || (paid != "paid" && paid != "no_payment_required")) return;
  if (bought.kind != Catalog::Kind::one_time) return;
  held.push_back({"",
                  bought.sold->key,
                  "credit",
                  "",
                  json::text(purchase.session, "id"),
                  json::text(purchase.price, "id"),
                  paid,
                  purchase.quantity,
                  forever_ms,
                  true,
                  bought.sold,
                  {}});
  withhold(held.back(), refunds.of_session(purchase.session));
}

void take_greatest(Amounts &limits, const Amounts &more) {
  for (const auto &[meter, amount] : more) {
    std::int64_t &limit = limits[meter];
    limit = limit == unlimited || amount == unlimited ? unlimited : std::max(limit, amount);
  }
}

void take_sum(Amounts &limits, const Amounts &more, std::int64_t times) {
  for (const auto &[meter, amount] : more) {
    std::int64_t &limit = limits[meter];
    limit = limit == unlimited || amount == unlimited ? unlimited : limit + amount * times;
  }
}

}  // namespace

std::string Held::reason(std::int64_t at_ms) const {
  if (!(at_ms < until_ms)) return !withheld.empty() ? withheld : exact ? "ended" : "stale";
  return status == "trialing" ? "trial" : status == "past_due" ? "grace" : "active";
}

Rights rights(const Catalog &catalog, const std::vector<Held> &held, std::int64_t at_ms) {
  Rights made;
  for (const std::string &meter : catalog.meters) made.limits[meter] = 0;
  for (const Product &product : catalog.products) {
    const Sold *shown = nullptr;
    for (const Sold &tier : product.tiers) {
      const bool holds = std::ranges::any_of(held, [&](const Held &one) { return one.sold == &tier && one.holds(at_ms); });
      if (!holds && (tier.key != product.fallback ||
                     std::ranges::any_of(held, [&](const Held &one) { return one.product == product.key && one.holds(at_ms); })))
        continue;
      shown = &tier;
      made.features.insert(tier.features.begin(), tier.features.end());
      take_greatest(made.limits, tier.limits);
    }
    made.tiers[product.key] = shown->key;
  }
  for (const Held &one : held) {
    if (!one.product.empty() || !one.holds(at_ms)) continue;
    if (one.cause == "add_on") made.features.insert(one.sold->features.begin(), one.sold->features.end());
    take_sum(made.limits, one.sold->limits, one.quantity);
  }
  return made;
}

Objects objects_at(const Box &box, const std::vector<std::string> &purchases) {
  Objects objects;
  for (const json::Value &one : box.all("/v1/subscriptions?status=all")) objects.subscriptions.push_back(one.get_object());
  for (const json::Value &one : box.all("/v1/customers")) objects.customers[json::text(one.get_object(), "id")] = one.get_object();
  objects.refunds = Refunds(box);
  for (const std::string &id : purchases) {
    Objects::Purchase purchase{box.get("/v1/checkout/sessions/" + id), {}, 1};
    const json::Object lines = box.get("/v1/checkout/sessions/" + id + "/line_items");
    const json::Object &line = json::list(lines, "data").at(0).get_object();
    purchase.price = json::inside(line, "price");
    purchase.quantity = json::number(line, "quantity", 1);
    objects.purchases.push_back(std::move(purchase));
  }
  return objects;
}

std::map<std::string, std::vector<Held>> truth(const Catalog &catalog, const Objects &objects, const Owner &owner, const Wrong &wrong) {
  std::map<std::string, std::vector<Held>> held;
  for (const json::Object &subscription : objects.subscriptions) {
    const std::string customer = json::id(subscription, "customer"), account = owner(customer);
    if (account.empty()) continue;
    const auto known = objects.customers.find(customer);
    add_subscription(catalog, wrong, subscription, known == objects.customers.end() ? nullptr : &known->second, objects.refunds,
                     held[account]);
  }
  for (const Objects::Purchase &purchase : objects.purchases)
    if (const std::string account = owner(json::id(purchase.session, "customer")); !account.empty())
      add_purchase(catalog, purchase, objects.refunds, held[account]);
  for (auto &[account, list] : held)
    std::ranges::sort(list,
                      [](const Held &a, const Held &b) { return std::tie(a.subscription, a.item) < std::tie(b.subscription, b.item); });
  return held;
}

}  // namespace purser::simulator
