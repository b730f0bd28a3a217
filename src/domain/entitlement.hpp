// The union of an account's grants at one moment: tiers, features, limits. Never `tier >= n`.
#pragma once
#include <map>
#include <set>
#include <span>
#include <string>

#include "domain/grant.hpp"

namespace purser::domain {

struct Entitlement {
  std::map<std::string, std::string> tiers;  ///< product → tier, every product of the catalog
  std::set<std::string> features;
  std::map<std::string, std::int64_t> limits;  ///< every meter of the catalog; 0 = nothing, -1 = unlimited
  bool operator==(const Entitlement &) const = default;
};
/// A grant counts while at < valid_until_ms, never with 0.
inline bool holds(const Grant &grant, TimeMs at) { return grant.valid_until_ms > 0 && at < grant.valid_until_ms; }
/// The grants that hold at `at` count; a product without one holds its fallback tier.
/// Limits: the greatest of the tiers, plus every add-on's and credit's × quantity.
/// A credit changes no tier and no feature; an entitlement of Stripe's is its feature and nothing else.
Entitlement entitlement(std::span<const Grant> grants, const Catalog &catalog, TimeMs at);

}  // namespace purser::domain
