// The catalog in force as flat lists: what a pricing page and a gate page read.
#include "engine/impl.hpp"

namespace purser::engine {
namespace {

/// One tier, add-on or one-time item on its way into the lists.
struct Listing {
  CatalogListed &into;
  const domain::Catalog &catalog;
  std::string kind, product, tier;

  void prices(const std::vector<domain::Price> &prices) {
    for (const domain::Price &price : prices)
      if (!price.retired)
        into.offers.push_back({kind, product, tier, price.id, price.lookup_key, price.currency,
                               price.interval.empty() ? domain::name(domain::Interval::once) : price.interval, price.interval_count,
                               price.unit_amount});
  }
  void features(const std::vector<std::string> &keys) {
    for (const std::string &key : keys) {
      const domain::Feature *feature = catalog.feature(key);
      into.features.push_back({product, tier, key, feature ? feature->name : key});
    }
  }
  void limits(const std::vector<domain::Limit> &limits) {
    for (const domain::Limit &limit : limits)
      if (const domain::Meter *meter = catalog.meter(limit.meter))
        into.limits.push_back({product, tier, limit.meter, meter->name, meter->window, limit.amount});
  }
};

}  // namespace

CatalogListed Engine::Impl::catalog_read() {
  CatalogListed listed;
  std::shared_ptr<const domain::Catalog> held;
  {
    const std::lock_guard lock(policy_mutex_);
    listed.version = policy_.version;
    held = policy_.catalog;
  }
  for (const domain::Product &product : held->products)
    for (const domain::Tier &tier : product.tiers) {
      listed.tiers.push_back({"tier", product.key, product.name, tier.key, tier.name, product.trial_days, tier.key == product.fallback});
      Listing one{listed, *held, "tier", product.key, tier.key};
      one.prices(tier.prices);
      one.features(tier.features);
      one.limits(tier.limits);
    }
  for (const domain::AddOn &add_on : held->add_ons) {
    listed.tiers.push_back({"add_on", "", "", add_on.key, add_on.name, 0, false});
    Listing one{listed, *held, "add_on", "", add_on.key};
    one.prices(add_on.prices);
    one.features(add_on.features);
    one.limits(add_on.limits);
  }
  for (const domain::OneTime &item : held->one_time) {
    listed.tiers.push_back({"one_time", "", "", item.key, item.name, 0, false});
    Listing one{listed, *held, "one_time", "", item.key};
    one.prices(item.prices);
    one.limits(item.credits);
  }
  return listed;
}

}  // namespace purser::engine
