// Which tiers an account holds now that were not announced yet. Pure: the feed is this and a sequence number.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "domain/catalog.hpp"
#include "domain/grant.hpp"

namespace purser::domain {

/// A tier that is held because of a grant; fallback tiers are nobody's.
struct HeldTier {
  std::string product, tier, customer, subscription;
  bool operator==(const HeldTier &) const = default;
};
struct TierStep {
  std::string product, tier_before, tier, customer, subscription;
  bool fallback = false;  ///< the account holds nothing of the product any more
  bool operator==(const TierStep &) const = default;
};
/// Also where the same tier is now held by another subscription: the host keeps its id. `announced`: the last word on each product,
/// fallbacks left out. Products that left the catalog are not spoken of.
std::vector<TierStep> tier_steps(std::span<const HeldTier> announced, std::span<const Grant> held, const Catalog &catalog, TimeMs at);
/// The next moment after `at` at which time alone ends a grant; forever_ms when there is none.
TimeMs next_end(std::span<const Grant> held, TimeMs at);

}  // namespace purser::domain
