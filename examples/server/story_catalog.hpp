// The story's own reading of a catalog file. It shares nothing with Purser's, so that it can contradict it: what an account must hold
// follows from the file and from what Stripe says, by the rules of docs/catalog.md.
#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace host::story {

struct Price {
  std::string lookup_key, id, currency, interval;  ///< interval empty: paid once
  std::int64_t interval_count = 1;
  std::int64_t amount = 0;
  bool retired = false;
  const std::string &key() const { return lookup_key.empty() ? id : lookup_key; }
};

/// A tier, an add-on or a one-time item.
struct Sold {
  std::string product;  ///< empty for add-ons and one-time items
  std::string key, name;
  std::set<std::string> features;
  std::map<std::string, std::int64_t> limits;  ///< -1 = unlimited; of a one-time item its credits
  std::vector<Price> prices;
};

struct Product {
  std::string key, name, fallback;
  std::int64_t trial_days = 0;
  std::string trial, refund, dispute;  ///< policies: repeat, keep, keep, or the usual
  std::vector<Sold> tiers;             ///< rising
};

struct Catalog {
  std::set<std::string> features, meters;
  std::vector<Product> products;
  std::vector<Sold> add_ons, one_time;
  std::int64_t grace_days = 14;
  std::int64_t renewal_slack_hours = 72;

  const Product &product(const std::string &key) const;
  const Sold &tier(const std::string &product, const std::string &key) const;
};

/// Throws std::runtime_error where it is no catalog.
Catalog read_catalog(const std::string &path);
/// The file's text with every amount a little higher: what "Stripe" has under `--sabotage wrong-price`.
std::string with_other_prices(const std::string &path);

/// What Stripe says that an account pays for.
struct Paid {
  std::map<std::string, std::string> tiers;      ///< product -> tier
  std::map<std::string, std::int64_t> add_ons;   ///< key -> quantity
  std::map<std::string, std::int64_t> one_time;  ///< key -> how often paid
  bool operator==(const Paid &) const = default;
};

/// What the account must hold then.
struct Holds {
  std::map<std::string, std::string> tiers;  ///< every product
  std::set<std::string> features;
  std::map<std::string, std::int64_t> limits;  ///< every meter
};
Holds held_by(const Catalog &catalog, const Paid &paid);

}  // namespace host::story
