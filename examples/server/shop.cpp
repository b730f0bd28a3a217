#include "shop.hpp"

#include <algorithm>

namespace host {
namespace {

template <class Items, class Item>
void add_once(Items &items, const Item &item) {
  if (std::find(items.begin(), items.end(), item) == items.end()) items.push_back(item);
}

std::int64_t days(const Terms &terms) {
  static const std::map<std::string, std::int64_t> lengths{{"day", 1}, {"week", 7}, {"month", 30}, {"year", 365}};
  const auto found = lengths.find(terms.interval);
  return found == lengths.end() ? 0 : found->second * terms.interval_count;
}

template <class Item>
std::vector<Item> those(const std::vector<Item> &all, const std::string &product, const std::string &tier) {
  std::vector<Item> found;
  std::copy_if(all.begin(), all.end(), std::back_inserter(found),
               [&](const Item &one) { return one.product == product && one.tier == tier; });
  return found;
}

}  // namespace

std::string price_key(const purser::Offer &offer) { return offer.lookup_key.empty() ? offer.price : offer.lookup_key; }
Terms terms_of(const purser::Offer &offer) { return {offer.currency, offer.interval, offer.interval_count}; }

std::vector<std::string> Shop::products() const {
  std::vector<std::string> products;
  for (const auto &tier : listed.tiers)
    if (tier.kind == "tier") add_once(products, tier.product);
  return products;
}

std::string Shop::product_name(const std::string &product) const {
  for (const auto &tier : listed.tiers)
    if (tier.kind == "tier" && tier.product == product) return tier.product_name;
  return product;
}

std::vector<purser::TierListed> Shop::of_kind(const std::string &kind, const std::string &product) const {
  std::vector<purser::TierListed> found;
  for (const auto &tier : listed.tiers)
    if (tier.kind == kind && tier.product == product) found.push_back(tier);
  return found;
}

const purser::TierListed *Shop::tier(const std::string &product, const std::string &tier) const {
  const auto found = std::find_if(listed.tiers.begin(), listed.tiers.end(),
                                  [&](const purser::TierListed &one) { return one.product == product && one.tier == tier; });
  return found == listed.tiers.end() ? nullptr : &*found;
}

std::string Shop::title(const std::string &product, const std::string &key) const {
  const purser::TierListed *found = tier(product, key);
  if (!found) return product.empty() ? key : product + "/" + key;
  if (product.empty()) return found->name;
  // A product whose only paid tier bears its name is not called by it twice.
  return found->name == found->product_name ? found->name : found->product_name + " " + found->name;
}

std::vector<purser::Offer> Shop::offers(const std::string &product, const std::string &tier) const {
  return those(listed.offers, product, tier);
}
std::vector<purser::FeatureListed> Shop::features(const std::string &product, const std::string &tier) const {
  return those(listed.features, product, tier);
}
std::vector<purser::LimitListed> Shop::limits(const std::string &product, const std::string &tier) const {
  return those(listed.limits, product, tier);
}

const purser::Offer *Shop::offer(const std::string &price) const {
  const auto found = std::find_if(listed.offers.begin(), listed.offers.end(), [&](const purser::Offer &one) {
    return !price.empty() && (one.lookup_key == price || one.price == price);
  });
  return found == listed.offers.end() ? nullptr : &*found;
}

std::map<std::string, std::string> Shop::feature_names() const {
  std::map<std::string, std::string> names;
  for (const auto &one : listed.features) names[one.feature] = one.name;
  return names;
}

std::string Shop::meter_name(const std::string &meter) const {
  for (const auto &one : listed.limits)
    if (one.meter == meter) return one.name;
  return meter;
}

std::map<std::string, std::string> Shop::fallbacks() const {
  std::map<std::string, std::string> fallbacks;
  for (const auto &tier : listed.tiers)
    if (tier.kind == "tier" && tier.fallback) fallbacks[tier.product] = tier.tier;
  return fallbacks;
}

std::vector<std::string> Shop::currencies() const {
  std::vector<std::string> currencies;
  for (const auto &offer : listed.offers) add_once(currencies, offer.currency);
  return currencies;
}

std::vector<Terms> Shop::intervals() const {
  std::vector<Terms> intervals;
  for (const auto &offer : listed.offers)
    if (offer.kind != "one_time") add_once(intervals, Terms{"", offer.interval, offer.interval_count});
  std::stable_sort(intervals.begin(), intervals.end(), [](const Terms &a, const Terms &b) { return days(a) < days(b); });
  return intervals;
}

Terms Shop::usual() const {
  Terms usual;
  std::ptrdiff_t most = -1;
  for (const auto &offer : listed.offers) {
    const Terms terms = terms_of(offer);
    const auto sold = std::count_if(listed.offers.begin(), listed.offers.end(), [&](const auto &one) { return terms_of(one) == terms; });
    if (offer.kind != "one_time" && sold > most) usual = terms, most = sold;
  }
  if (most < 0 && !listed.offers.empty()) usual.currency = listed.offers.front().currency;
  return usual;
}

std::optional<purser::Offer> Shop::best(const std::string &product, const std::string &tier, const Terms &terms) const {
  std::optional<purser::Offer> best;
  int best_rank = -1;
  for (const auto &offer : offers(product, tier)) {
    const bool same_interval = offer.interval == terms.interval && offer.interval_count == terms.interval_count;
    const int rank = (offer.currency == terms.currency ? 2 : 0) + (same_interval ? 1 : 0);
    if (rank > best_rank) best = offer, best_rank = rank;
  }
  return best;
}

}  // namespace host
