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

json::object product(const Product &entry) {
  json::object tiers;
  json::array order;
  for (const Tier &tier : entry.tiers) {
    tiers[tier.key] = bundle(tier);
    order.emplace_back(tier.key);
  }
  return {{"name", entry.name},        {"aliases", texts(entry.aliases)}, {"fallback", entry.fallback}, {"trial_days", entry.trial_days},
          {"tiers", std::move(tiers)}, {"order", std::move(order)}};
}

}  // namespace

std::string resolve(const Catalog &catalog) {
  json::object features, meters, products, add_ons, one_time;
  for (const Feature &entry : catalog.features) features[entry.key] = entry.name;
  for (const Meter &entry : catalog.meters) meters[entry.key] = json::object{{"name", entry.name}, {"window", entry.window}};
  for (const Product &entry : catalog.products) products[entry.key] = product(entry);
  for (const AddOn &entry : catalog.add_ons) add_ons[entry.key] = bundle(entry);
  for (const OneTime &entry : catalog.one_time) {
    json::object made = common(entry);
    made["credits"] = limits(entry.credits);
    one_time[entry.key] = std::move(made);
  }
  const json::object defaults{{"grace_days", catalog.grace_days},
                              {"renewal_slack_hours", catalog.renewal_slack_hours},
                              {"pause_collection", catalog.pause_collection_allows ? "allow" : "deny"}};
  return json::canonical(json::object{{"purser_catalog", 1},
                                      {"defaults", defaults},
                                      {"features", std::move(features)},
                                      {"meters", std::move(meters)},
                                      {"products", std::move(products)},
                                      {"add_ons", std::move(add_ons)},
                                      {"one_time", std::move(one_time)}});
}

}  // namespace purser::domain::catalog
