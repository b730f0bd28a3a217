// The catalog in force, by the questions that pages ask.
#pragma once
#include <map>
#include <optional>
#include <purser.hpp>
#include <string>
#include <vector>

namespace host {

/// In which money and how often: what a visitor chooses once for all prices.
struct Terms {
  std::string currency, interval;
  std::int64_t interval_count = 1;
  bool operator==(const Terms &) const = default;
};

struct Shop {
  purser::CatalogListed listed;

  /// Product keys, in the catalog's order.
  std::vector<std::string> products() const;
  std::string product_name(const std::string &product) const;
  std::vector<purser::TierListed> of_kind(const std::string &kind, const std::string &product = {}) const;
  const purser::TierListed *tier(const std::string &product, const std::string &tier) const;
  /// "LeadSite.AI Pro"; an add-on's name. A key that is not listed stands for itself.
  std::string title(const std::string &product, const std::string &tier) const;
  std::vector<purser::Offer> offers(const std::string &product, const std::string &tier) const;
  /// By lookup key or price id; NULL where it is not sold.
  const purser::Offer *offer(const std::string &price) const;
  std::vector<purser::FeatureListed> features(const std::string &product, const std::string &tier) const;
  std::vector<purser::LimitListed> limits(const std::string &product, const std::string &tier) const;
  /// Feature key -> name, of all that anything grants.
  std::map<std::string, std::string> feature_names() const;
  std::string meter_name(const std::string &meter) const;
  /// Product -> the tier of those who do not pay.
  std::map<std::string, std::string> fallbacks() const;
  std::vector<std::string> currencies() const;
  /// That tiers and add-ons are sold in, the shortest first; without a currency.
  std::vector<Terms> intervals() const;
  /// The terms that most is sold on.
  Terms usual() const;
  /// The offer on these terms; else another one, same currency first; nullopt where nothing is sold.
  std::optional<purser::Offer> best(const std::string &product, const std::string &tier, const Terms &terms) const;
};

/// What a browser posts to buy: the lookup key where there is one, else the price's id.
std::string price_key(const purser::Offer &offer);
Terms terms_of(const purser::Offer &offer);

}  // namespace host
