#include "domain/tier_change.hpp"

#include <algorithm>

#include "domain/entitlement.hpp"

namespace purser::domain {
namespace {

/// The grant that gives the tier; of several the one that holds longest.
const Grant *giver(std::span<const Grant> held, const Product &product, const Tier *tier, const Catalog &catalog, TimeMs at) {
  const Grant *found = nullptr;
  for (const Grant &grant : held) {
    if (grant.product.empty() || !holds(grant, at) || catalog.product(grant.product) != &product) continue;
    if (catalog.tier(product.key, grant.tier) != tier) continue;
    if (!found || std::pair(grant.valid_until_ms, grant.item) > std::pair(found->valid_until_ms, found->item)) found = &grant;
  }
  return found;
}

}  // namespace

std::vector<TierStep> tier_steps(std::span<const HeldTier> announced, std::span<const Grant> held, const Catalog &catalog, TimeMs at) {
  std::vector<TierStep> steps;
  const Entitlement now = entitlement(held, catalog, at);
  for (const Product &product : catalog.products) {
    const auto before = std::ranges::find(announced, product.key, &HeldTier::product);
    const bool was_held = before != announced.end();
    const std::string &tier = now.tiers.at(product.key);
    const Grant *grant = giver(held, product, catalog.tier(product.key, tier), catalog, at);
    if (!was_held && !grant) continue;
    TierStep step{product.key, was_held ? before->tier : product.fallback, tier, {}, {}, !grant};
    step.customer = grant ? grant->customer : before->customer;
    step.subscription = grant ? grant->subscription : before->subscription;
    const bool same = was_held && grant && step.tier_before == tier && before->subscription == grant->subscription;
    if (!same) steps.push_back(std::move(step));
  }
  return steps;
}

TimeMs next_end(std::span<const Grant> held, TimeMs at) {
  TimeMs next = forever_ms;
  for (const Grant &grant : held)
    if (grant.valid_until_ms > at) next = std::min(next, grant.valid_until_ms);
  return next;
}

}  // namespace purser::domain
