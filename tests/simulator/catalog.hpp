// The simulator's own reading of a catalog file, by docs/catalog.md. It shares nothing with Purser's, so that it can contradict it.
#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "json.hpp"

namespace purser::simulator {

inline constexpr std::int64_t unlimited = -1;
using Amounts = std::map<std::string, std::int64_t>;  ///< meter → amount

struct Price {
  std::string lookup_key, id, interval;  ///< interval empty: paid once
  std::int64_t interval_count = 1, amount = 0;
  bool retired = false;
  const std::string &name() const { return lookup_key.empty() ? id : lookup_key; }
};

/// A tier, an add-on or a one-time item.
struct Sold {
  std::string product;  ///< empty for add-ons and one-time items
  std::string key;
  std::set<std::string> features;
  Amounts limits;  ///< of a one-time item its credits
  std::vector<Price> prices;
  bool refund_revokes = true, dispute_suspends = true;
};

struct Product {
  std::string key, fallback;
  std::vector<Sold> tiers;  ///< rising
};

struct Catalog {
  std::string text;
  std::set<std::string> features, meters;
  std::vector<Product> products;
  std::vector<Sold> add_ons, one_time;
  std::int64_t grace_days = 14, renewal_slack_hours = 72;
  std::string pause = "deny";  ///< deny, allow, by_behavior
  bool unpaid_allows = false;

  enum class Kind { none, tier, add_on, one_time };
  struct Meaning {
    Kind kind = Kind::none;
    const Sold *sold = nullptr;
  };
  /// What Stripe's price object buys: by its lookup key, then by its id.
  Meaning meaning(const json::Object &price) const;
};

/// Throws std::runtime_error where it is no JSON.
Catalog read_catalog(std::string text);
/// A catalog drawn from the seed: products, tiers, intervals, add-ons, one-time items, policy words.
std::string make_catalog(std::uint64_t seed);
/// The same things for sale under another policy.
std::string with_other_policy(const std::string &catalog, std::uint64_t seed);

}  // namespace purser::simulator
