// The catalog: products, tiers, prices, add-ons, features, meters, aliases. Read once, checked whole, then immutable.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"

namespace purser::domain {

inline constexpr std::int64_t unlimited = -1;
inline constexpr std::size_t catalog_max_bytes = 1 << 20;

struct Price {
  std::string lookup_key;  ///< the first way to find it; may be empty
  std::string id;          ///< price_…; may be empty
  std::string currency;    ///< ISO 4217, lower case
  std::string interval;    ///< day, week, month, year; empty for one-time
  std::int64_t interval_count = 1;
  std::int64_t unit_amount = 0;  ///< minor units
  bool retired = false;          ///< still grants to those who pay it; not sold any more
  bool operator==(const Price &) const = default;
};

/// What money that went back does to what it had bought.
struct MoneyPolicy {
  bool refund_revokes = true;    ///< all of it given back: what it bought ends now
  bool dispute_suspends = true;  ///< a dispute is open or was lost: what it bought is withheld
  bool operator==(const MoneyPolicy &) const = default;
};

/// Access while Stripe's `pause_collection` is set. `by_behavior`: as Stripe describes the behaviors, `void` is a service that is not
/// given.
enum class PausePolicy { deny, allow, by_behavior };

struct Limit {
  std::string meter;
  std::int64_t amount = 0;  ///< `unlimited` = -1
  bool operator==(const Limit &) const = default;
};

struct Tier {
  std::string key;  ///< `pro`, within its product
  std::string name;
  std::vector<std::string> aliases;
  std::vector<std::string> features;
  std::vector<Limit> limits;
  std::vector<Price> prices;
  bool operator==(const Tier &) const = default;
};

struct Product {
  std::string key;
  std::string name;
  std::vector<std::string> aliases;
  std::vector<Tier> tiers;  ///< in rising order: of two held tiers of one product the later one is shown
  std::string fallback;     ///< the tier without a subscription
  std::int64_t trial_days = 0;
  bool trial_repeats = false;  ///< false: one trial per account
  MoneyPolicy money;
  bool operator==(const Product &) const = default;
};

struct AddOn {
  std::string key;
  std::string name;
  std::vector<std::string> aliases;
  std::vector<std::string> features;
  std::vector<Limit> limits;  ///< added per quantity to what the tiers give
  std::vector<Price> prices;
  MoneyPolicy money;
  bool operator==(const AddOn &) const = default;
};

struct OneTime {
  std::string key;
  std::string name;
  std::vector<std::string> aliases;
  std::vector<Limit> credits;  ///< granted once per payment
  std::vector<Price> prices;
  MoneyPolicy money;
  bool operator==(const OneTime &) const = default;
};

struct Feature {
  std::string key;
  std::string name;
  bool operator==(const Feature &) const = default;
};
struct Meter {
  std::string key;
  std::string name;
  std::string window;  ///< lifetime, day, month, billing_period
  bool operator==(const Meter &) const = default;
};

/// Where names and prices lead, as positions in the catalog's lists: a copied catalog keeps a right index.
struct CatalogIndex {
  using Names = std::map<std::string, std::size_t, std::less<>>;
  enum class Kind { tier, add_on, one_time };
  struct Bought {
    Kind kind = Kind::tier;
    std::size_t owner = 0;  ///< position of the product, add-on or one-time item
    std::size_t tier = 0;   ///< position of the tier in its product
    bool operator==(const Bought &) const = default;
  };
  using Prices = std::map<std::string, Bought, std::less<>>;
  bool built = false;
  Names features, meters, products, add_ons, one_time;  ///< keys and aliases
  std::vector<Names> tiers;                             ///< one per product
  Prices lookup_keys, ids;
  bool operator==(const CatalogIndex &) const = default;
};

struct Catalog {
  std::int64_t grace_days = 14;
  std::int64_t renewal_slack_hours = 72;
  PausePolicy pause_collection = PausePolicy::deny;
  bool unpaid_allows = false;              ///< access while Stripe leaves the subscription in `unpaid`
  bool stripe_entitlements_grant = false;  ///< Stripe's entitlement summary grants the features of the same keys
  std::vector<Feature> features;           ///< these five sorted by key
  std::vector<Meter> meters;
  std::vector<Product> products;
  std::vector<AddOn> add_ons;
  std::vector<OneTime> one_time;

  CatalogIndex index;

  /// read_catalog has called it. Whoever fills the lists by hand calls it last: a lookup without it throws catalog_not_indexed.
  void build_index();

  /// By key or alias, O(log n); nullptr when unknown.
  const Product *product(std::string_view key_or_alias) const;
  const Tier *tier(std::string_view product_key_or_alias, std::string_view tier_key_or_alias) const;
  const AddOn *add_on(std::string_view key_or_alias) const;
  const OneTime *one_time_item(std::string_view key_or_alias) const;
  const Feature *feature(std::string_view key) const;
  const Meter *meter(std::string_view key) const;
  bool operator==(const Catalog &) const = default;
};

/// What a price buys. Exactly one of tier, add_on, one_time is set; nothing is set for a price that no entry lists.
struct PriceMeaning {
  const Product *product = nullptr;
  const Tier *tier = nullptr;
  const AddOn *add_on = nullptr;
  const OneTime *one_time = nullptr;
  explicit operator bool() const { return tier || add_on || one_time; }
};
/// Lookup keys first (any key the price was ever seen with, newest first), then the id. Retired prices still grant.
PriceMeaning meaning(const Catalog &catalog, std::string_view price_id, const std::vector<std::string> &lookup_keys);

using Environment = std::function<std::optional<std::string>(std::string_view name)>;

struct CatalogMistake {
  std::string reason;  ///< one of catalog_reasons(): unknown_feature, duplicate_alias, duplicate_price, missing_fallback …
  std::string path;    ///< products.leadsite-ai.tiers.pro.features[2]; empty for the whole file
  int line = 1;
  std::string message;  ///< expected, found
  std::string fix;
};
struct CatalogRead {
  Catalog catalog;
  std::vector<CatalogMistake> mistakes;  ///< all of them, in file order; empty = good
  std::string resolved;                  ///< canonical JSON with environment variables filled in: what the store keeps
};
/// JSON with // and /* */ comments and trailing commas (docs/catalog.md). `environment` answers `${NAME}` in price ids.
CatalogRead read_catalog(std::string_view text, const Environment &environment);
/// Every word that CatalogMistake::reason can be.
std::span<const std::string_view> catalog_reasons();
/// The mistakes as one error with reason catalog_invalid: `<file>:<line>: <path>: <message>; <fix>` per line, at most 50 lines.
Error as_error(const CatalogRead &read, std::string_view file);

}  // namespace purser::domain
