#include "domain/entitlement_summary.hpp"

#include <algorithm>
#include <tuple>

#include "domain/fold.hpp"

namespace purser::domain {

void sort(std::vector<StripeEntitlement> &entitlements) {
  std::ranges::sort(entitlements, {}, [](const StripeEntitlement &e) { return std::tie(e.feature, e.lookup_key); });
}

EntitlementSummary join(std::span<const Seen<EntitlementSummary>> facts) {
  EntitlementSummary joined = greatest(facts, [](const auto &) { return 0; });
  std::int64_t newest_s = 0;
  for (const auto &seen : facts) newest_s = std::max(newest_s, seen.created_s);
  const std::vector<StripeEntitlement> held = joined.entitlements;
  for (const auto &seen : facts) {
    const bool beside = newest_s - seen.created_s <= cluster_gap_s;
    joined.has_more = joined.has_more || (beside && seen.state.entitlements != held);
  }
  return joined;
}

}  // namespace purser::domain
