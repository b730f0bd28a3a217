// Tree -> Catalog, one method per noun of the format. Private to the catalog's reader.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/catalog.hpp"
#include "domain/catalog_fields.hpp"

namespace purser::domain::catalog {

inline constexpr std::int64_t days_max = 730;
inline constexpr std::int64_t slack_hours_max = 8760;
inline constexpr std::int64_t limit_max = 1'000'000'000'000'000;  ///< 10^15: times any quantity below 9,000 it still fits 64 bits
inline constexpr std::int64_t amount_max = 999'999'999'999;       ///< Stripe's widest amount has twelve digits
inline constexpr std::string_view windows[] = {"lifetime", "day", "month", "billing_period"};
inline constexpr std::string_view intervals[] = {"day", "week", "month", "year"};
inline constexpr std::string_view pause_words[] = {"deny", "allow", "by_behavior"};
inline constexpr std::string_view unpaid_words[] = {"deny", "allow"};
inline constexpr std::string_view refund_words[] = {"revoke", "keep"};
inline constexpr std::string_view dispute_words[] = {"suspend", "keep"};
inline constexpr std::string_view trial_words[] = {"once", "repeat"};
inline constexpr std::string_view stripe_entitlements_words[] = {"ignore", "grant"};

/// One use of a name or price key, kept until all are known: the file may name things in any order.
struct Use {
  std::string text;
  Place place;
  std::string path;
  bool alias = false;
};

class Reader {
 public:
  explicit Reader(const Environment &environment) : environment_(environment) {}
  void read(const Node &root);
  Catalog catalog;
  Mistakes mistakes;

 private:
  // catalog_read.cpp
  void read_version(const Field &field);
  void read_defaults(const Field &field);
  MoneyPolicy read_money(const Fields &fields, MoneyPolicy otherwise);
  void read_features(const Field &field);
  void read_meters(const Field &field);
  std::string read_name(const Field &field, const std::string &key);
  void check_names(std::vector<Use> uses, std::string_view what);
  void check_price_keys(std::vector<Use> uses, std::string_view what);
  // catalog_products.cpp
  void read_products(const Field &field);
  void read_product(const Entry &entry);
  std::vector<Tier> read_tiers(const Field &field);
  Tier read_tier(const Entry &entry, std::vector<Use> &names);
  void read_order(const Field &field, Product &product);
  void read_fallback(const Field &field, const Field &tiers, Product &product);
  // catalog_sold.cpp
  void read_add_ons(const Field &field);
  void read_one_time(const Field &field);
  void check_sold(const Entry &entry, bool grants, const Field &prices);
  std::vector<std::string> read_aliases(const Field &field, std::vector<Use> &names);
  std::vector<std::string> read_features_held(const Field &field);
  std::vector<Limit> read_limits(const Field &field, std::int64_t least, bool unlimited_allowed);
  // catalog_prices.cpp
  std::vector<Price> read_prices(const Field &field, bool one_time);
  void read_price_keys(const Fields &fields, const Field &at, Price &price);
  std::string read_price_id(const Field &field, bool required);
  void check_price_id(const Field &field, const std::string &id, std::string_view variable_name);

  const Environment &environment_;
  std::int64_t trial_days_ = 0;  ///< this and the next two: for who does not say
  bool trial_repeats_ = false;
  MoneyPolicy money_;
  std::vector<std::string_view> feature_keys_, meter_keys_;  ///< sorted; of the tree, which outlives the reader
  std::vector<Use> sold_;                                    ///< keys and aliases of products, add-ons and one-time items: one namespace
  std::vector<Use> lookup_keys_, ids_;
};

/// The catalog as the format's JSON: defaults written out, sorted where order means nothing.
std::string resolve(const Catalog &catalog);

}  // namespace purser::domain::catalog
