#include "base/json.hpp"
#include "domain/catalog_reader.hpp"

namespace purser::domain::catalog {
namespace {

json::array texts(const std::vector<std::string> &list) { return json::array(list.begin(), list.end()); }

json::object limits(const std::vector<Limit> &list) {
  json::object made;
  for (const Limit &limit : list) {
    if (limit.amount == unlimited) {
      made[limit.meter] = "unlimited";
    } else {
      made[limit.meter] = limit.amount;
    }
  }
  return made;
}

json::array prices(const std::vector<Price> &list) {
  json::array made;
  for (const Price &price : list) {
    json::object one{{"currency", price.currency}, {"unit_amount", price.unit_amount}, {"retired", price.retired}};
    if (!price.lookup_key.empty()) one["lookup_key"] = price.lookup_key;
    if (!price.id.empty()) one["id"] = price.id;
    if (!price.interval.empty()) {
      one["interval"] = price.interval;
      one["interval_count"] = price.interval_count;
    }
    made.push_back(std::move(one));
  }
  return made;
}

/// name, aliases, prices: what everything sold has.
template <class Sold>
json::object common(const Sold &sold) {
  return {{"name", sold.name}, {"aliases", texts(sold.aliases)}, {"prices", prices(sold.prices)}};
}

template <class Bundle>
json::object bundle(const Bundle &held) {
  json::object made = common(held);
  made["features"] = texts(held.features);
  made["limits"] = limits(held.limits);
  return made;
}

void add_money(json::object &made, const MoneyPolicy &money) {
  made["refund"] = money.refund_revokes ? "revoke" : "keep";
  made["dispute"] = money.dispute_suspends ? "suspend" : "keep";
}

std::string_view pause_word(PausePolicy policy) {
  switch (policy) {
    case PausePolicy::allow: return "allow";
    case PausePolicy::by_behavior: return "by_behavior";
    case PausePolicy::deny: break;
  }
  return "deny";
}

json::object product(const Product &entry) {
  json::object tiers;
  json::array order;
  for (const Tier &tier : entry.tiers) {
    tiers[tier.key] = bundle(tier);
    order.emplace_back(tier.key);
  }
  json::object made{{"name", entry.name},
                    {"aliases", texts(entry.aliases)},
                    {"fallback", entry.fallback},
                    {"trial_days", entry.trial_days},
                    {"trial", entry.trial_repeats ? "repeat" : "once"},
                    {"tiers", std::move(tiers)},
                    {"order", std::move(order)}};
  add_money(made, entry.money);
  return made;
}

}  // namespace

std::string resolve(const Catalog &catalog) {
  json::object features, meters, products, add_ons, one_time;
  for (const Feature &entry : catalog.features) features[entry.key] = entry.name;
  for (const Meter &entry : catalog.meters) meters[entry.key] = json::object{{"name", entry.name}, {"window", entry.window}};
  for (const Product &entry : catalog.products) products[entry.key] = product(entry);
  for (const AddOn &entry : catalog.add_ons) {
    json::object made = bundle(entry);
    add_money(made, entry.money);
    add_ons[entry.key] = std::move(made);
  }
  for (const OneTime &entry : catalog.one_time) {
    json::object made = common(entry);
    made["credits"] = limits(entry.credits);
    add_money(made, entry.money);
    one_time[entry.key] = std::move(made);
  }
  const json::object defaults{{"grace_days", catalog.grace_days},
                              {"renewal_slack_hours", catalog.renewal_slack_hours},
                              {"pause_collection", pause_word(catalog.pause_collection)},
                              {"unpaid", catalog.unpaid_allows ? "allow" : "deny"},
                              {"stripe_entitlements", catalog.stripe_entitlements_grant ? "grant" : "ignore"}};
  return json::canonical(json::object{{"purser_catalog", 1},
                                      {"defaults", defaults},
                                      {"features", std::move(features)},
                                      {"meters", std::move(meters)},
                                      {"products", std::move(products)},
                                      {"add_ons", std::move(add_ons)},
                                      {"one_time", std::move(one_time)}});
}

}  // namespace purser::domain::catalog
