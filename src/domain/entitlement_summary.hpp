// What Stripe's own entitlements say that a customer has: booleans only, replaced as a whole.
#pragma once
#include <boost/describe/class.hpp>
#include <span>
#include <string>
#include <vector>

#include "domain/join.hpp"

namespace purser::domain {

struct StripeEntitlement {
  std::string feature;     ///< feat_…
  std::string lookup_key;  ///< what the host calls the feature
  bool operator==(const StripeEntitlement &) const = default;
};
BOOST_DESCRIBE_STRUCT(StripeEntitlement, (), (feature, lookup_key))

struct EntitlementSummary {
  std::string customer;
  std::vector<StripeEntitlement> entitlements;  ///< sorted
  bool has_more = false;                        ///< the set is not known whole: the list must be asked for
  bool operator==(const EntitlementSummary &) const = default;
};
BOOST_DESCRIBE_STRUCT(EntitlementSummary, (), (customer, entitlements, has_more))

void sort(std::vector<StripeEntitlement> &entitlements);
/// The newest fact replaces. Two that differ within cluster_gap_s of the newest leave it open which one holds: has_more.
EntitlementSummary join(std::span<const Seen<EntitlementSummary>> facts);

}  // namespace purser::domain
