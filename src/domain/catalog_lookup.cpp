#include "domain/catalog.hpp"

namespace purser::domain {
namespace {

using Names = CatalogIndex::Names;

template <class Entry>
Names by_key(const std::vector<Entry> &entries) {
  Names names;
  for (std::size_t i = 0; i < entries.size(); ++i) names.emplace(entries[i].key, i);
  return names;
}

/// Keys before aliases: where a catalog filled by hand repeats a name, the key wins.
template <class Entry>
Names by_key_and_alias(const std::vector<Entry> &entries) {
  Names names = by_key(entries);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (const std::string &alias : entries[i].aliases) names.emplace(alias, i);
  }
  return names;
}

void add_prices(CatalogIndex &index, const std::vector<Price> &prices, const CatalogIndex::Bought &bought) {
  for (const Price &price : prices) {
    if (!price.lookup_key.empty()) index.lookup_keys.emplace(price.lookup_key, bought);
    if (!price.id.empty()) index.ids.emplace(price.id, bought);
  }
}

const CatalogIndex &built(const Catalog &catalog) {
  const bool empty =
      catalog.products.empty() && catalog.add_ons.empty() && catalog.one_time.empty() && catalog.features.empty() && catalog.meters.empty();
  if (!catalog.index.built && !empty) {
    throw Failure(Status::internal, "catalog_not_indexed", "expected a catalog with its index, found one filled by hand; call build_index");
  }
  return catalog.index;
}

template <class Entry>
const Entry *find(const Names &names, const std::vector<Entry> &entries, std::string_view name) {
  const auto it = names.find(name);
  return it == names.end() ? nullptr : &entries[it->second];
}

PriceMeaning bought(const Catalog &catalog, const CatalogIndex::Bought &what) {
  PriceMeaning meaning;
  switch (what.kind) {
    case CatalogIndex::Kind::tier:
      meaning.product = &catalog.products[what.owner];
      meaning.tier = &meaning.product->tiers[what.tier];
      break;
    case CatalogIndex::Kind::add_on: meaning.add_on = &catalog.add_ons[what.owner]; break;
    case CatalogIndex::Kind::one_time: meaning.one_time = &catalog.one_time[what.owner]; break;
  }
  return meaning;
}

}  // namespace

void Catalog::build_index() {
  CatalogIndex made;
  made.features = by_key(features);
  made.meters = by_key(meters);
  made.products = by_key_and_alias(products);
  made.add_ons = by_key_and_alias(add_ons);
  made.one_time = by_key_and_alias(one_time);
  for (std::size_t p = 0; p < products.size(); ++p) {
    made.tiers.push_back(by_key_and_alias(products[p].tiers));
    for (std::size_t t = 0; t < products[p].tiers.size(); ++t) {
      add_prices(made, products[p].tiers[t].prices, {CatalogIndex::Kind::tier, p, t});
    }
  }
  for (std::size_t a = 0; a < add_ons.size(); ++a) add_prices(made, add_ons[a].prices, {CatalogIndex::Kind::add_on, a, 0});
  for (std::size_t o = 0; o < one_time.size(); ++o) add_prices(made, one_time[o].prices, {CatalogIndex::Kind::one_time, o, 0});
  made.built = true;
  index = std::move(made);
}

const Product *Catalog::product(std::string_view key_or_alias) const { return find(built(*this).products, products, key_or_alias); }

const Tier *Catalog::tier(std::string_view product_key_or_alias, std::string_view tier_key_or_alias) const {
  const CatalogIndex &names = built(*this);
  const auto at = names.products.find(product_key_or_alias);
  if (at == names.products.end()) return nullptr;
  return find(names.tiers[at->second], products[at->second].tiers, tier_key_or_alias);
}

const AddOn *Catalog::add_on(std::string_view key_or_alias) const { return find(built(*this).add_ons, add_ons, key_or_alias); }
const OneTime *Catalog::one_time_item(std::string_view key_or_alias) const { return find(built(*this).one_time, one_time, key_or_alias); }
const Feature *Catalog::feature(std::string_view key) const { return find(built(*this).features, features, key); }
const Meter *Catalog::meter(std::string_view key) const { return find(built(*this).meters, meters, key); }

PriceMeaning meaning(const Catalog &catalog, std::string_view price_id, const std::vector<std::string> &lookup_keys) {
  const CatalogIndex &index = built(catalog);
  for (const std::string &key : lookup_keys) {
    if (const auto it = index.lookup_keys.find(key); it != index.lookup_keys.end()) return bought(catalog, it->second);
  }
  const auto it = index.ids.find(price_id);
  return it == index.ids.end() ? PriceMeaning{} : bought(catalog, it->second);
}

}  // namespace purser::domain
