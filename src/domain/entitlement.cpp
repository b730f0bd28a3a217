#include "domain/entitlement.hpp"

#include <algorithm>
#include <limits>

namespace purser::domain {
namespace {

constexpr std::int64_t limit_max = std::numeric_limits<std::int64_t>::max();

/// held + amount * quantity, saturating: hostile quantities cannot overflow.
std::int64_t add_saturating(std::int64_t held, std::int64_t amount, std::int64_t quantity) {
  std::int64_t more = 0, sum = 0;
  if (__builtin_mul_overflow(amount, quantity, &more) || __builtin_add_overflow(held, more, &sum)) return limit_max;
  return sum;
}

void take_tier(Entitlement &into, const Tier &tier) {
  into.features.insert(tier.features.begin(), tier.features.end());
  for (const Limit &limit : tier.limits) {
    std::int64_t &held = into.limits[limit.meter];
    if (held == unlimited) continue;
    held = limit.amount == unlimited ? unlimited : std::max(held, limit.amount);
  }
}

/// Limits that add up: of an add-on, or the credits of a one-time item.
void take_more(Entitlement &into, const std::vector<Limit> &limits, std::int64_t quantity) {
  if (quantity <= 0) return;
  for (const Limit &limit : limits) {
    std::int64_t &held = into.limits[limit.meter];
    if (held == unlimited) continue;
    held = limit.amount == unlimited ? unlimited : add_saturating(held, limit.amount, quantity);
  }
}

void take_add_on(Entitlement &into, const AddOn &add_on, std::int64_t quantity) {
  into.features.insert(add_on.features.begin(), add_on.features.end());
  take_more(into, add_on.limits, quantity);
}

/// Every held tier of the product counts; the latest in catalog order is the one shown.
void take_product(Entitlement &into, const Product &product, std::span<const Grant> grants, const Catalog &catalog, TimeMs at) {
  const Tier *shown = nullptr;
  for (const Grant &grant : grants) {
    if (grant.product.empty() || !holds(grant, at) || catalog.product(grant.product) != &product) continue;
    const Tier *tier = catalog.tier(product.key, grant.tier);
    if (!tier) continue;  // gone from the catalog: unmapped, gives nothing
    take_tier(into, *tier);
    if (!shown || tier > shown) shown = tier;  // tiers of one product are one array in rising order
  }
  if (!shown) {
    shown = catalog.tier(product.key, product.fallback);
    if (shown) take_tier(into, *shown);
  }
  into.tiers[product.key] = shown ? shown->key : product.fallback;
}

}  // namespace

Entitlement entitlement(std::span<const Grant> grants, const Catalog &catalog, TimeMs at) {
  Entitlement into;
  for (const Meter &meter : catalog.meters) into.limits[meter.key] = 0;
  for (const Product &product : catalog.products) take_product(into, product, grants, catalog, at);
  for (const Grant &grant : grants) {
    if (!grant.product.empty() || !holds(grant, at)) continue;
    if (grant.cause == "entitlement") {
      if (catalog.feature(grant.tier)) into.features.insert(grant.tier);
    } else if (grant.cause == "credit") {
      if (const OneTime *item = catalog.one_time_item(grant.tier)) take_more(into, item->credits, grant.quantity);
    } else if (const AddOn *add_on = catalog.add_on(grant.tier)) {
      take_add_on(into, *add_on, grant.quantity);
    }
  }
  return into;
}

}  // namespace purser::domain
