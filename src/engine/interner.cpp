#include "engine/interner.hpp"

#include <algorithm>
#include <array>

namespace purser::engine {
namespace {

/// The tiers and add-ons held at `at`, sorted: under one catalog, equal text means equal entitlement.
void write_holding(std::string &into, std::span<const domain::Grant> grants, TimeMs at) {
  using Held = std::pair<std::string_view, std::string_view>;
  constexpr std::size_t usual = 16;
  std::array<Held, usual> few;
  std::vector<Held> many;
  std::span<Held> held = few;
  if (grants.size() > usual) held = many = std::vector<Held>(grants.size());
  std::size_t count = 0;
  for (const domain::Grant &grant : grants)
    if (domain::holds(grant, at)) held[count++] = {grant.product, grant.tier};
  std::sort(held.begin(), held.begin() + static_cast<std::ptrdiff_t>(count));
  into.clear();
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0 && held[i] == held[i - 1]) continue;
    into.append(held[i].first).push_back('\0');
    into.append(held[i].second).push_back('\0');
  }
}

}  // namespace

std::string_view Interner::text(std::string_view name) {
  auto at = texts_.find(name);
  if (at == texts_.end()) {
    at = texts_.emplace(name).first;
    bytes_ += sizeof *at + name.size() + 1;
  }
  return *at;
}

std::uint32_t Interner::id(Ids &ids, std::string_view name) {
  return ids.emplace(text(name), static_cast<std::uint32_t>(ids.size())).first->second;
}

Names::Entry Interner::entry(std::string_view name, std::uint32_t id_of_name) { return {hash_(name), text(name), id_of_name}; }

const Vocabulary *Interner::adopt(std::shared_ptr<const domain::Catalog> catalog) {
  catalog_ = std::move(catalog);
  by_holding_.clear();
  std::vector<Names::Entry> features, products;
  for (const domain::Feature &feature : catalog_->features) features.push_back(entry(feature.key, id(features_, feature.key)));
  for (const domain::Product &product : catalog_->products) {
    const std::uint32_t product_id = id(products_, product.key);
    products.push_back(entry(product.key, product_id));
    for (const std::string &alias : product.aliases) products.push_back(entry(alias, product_id));
  }
  const Vocabulary &made = vocabularies_.emplace_back(Vocabulary{Names(features), Names(products), compile({}, 0)});
  bytes_ += sizeof made + made.features.bytes() + made.products.bytes();
  return &made;
}

const Compiled *Interner::compile(std::span<const domain::Grant> grants, TimeMs at) {
  write_holding(holding_, grants, at);
  const auto known = by_holding_.find(holding_);
  if (known != by_holding_.end()) return known->second;
  const Compiled *made = intern(domain::entitlement(grants, *catalog_, at));
  by_holding_.emplace(holding_, made);
  bytes_ += sizeof(*known) + holding_.size();
  return made;
}

const Compiled *Interner::intern(const domain::Entitlement &entitlement) {
  Compiled made;
  for (const std::string &feature : entitlement.features) {
    const std::uint32_t feature_id = id(features_, feature);
    made.features.resize(std::max(made.features.size(), std::size_t{feature_id} / 64 + 1));
    made.features[feature_id / 64] |= std::uint64_t{1} << (feature_id % 64);
  }
  for (const auto &[product, tier] : entitlement.tiers) {
    const std::uint32_t product_id = id(products_, product);
    made.tiers.resize(std::max(made.tiers.size(), std::size_t{product_id} + 1));
    made.tiers[product_id] = text(tier).data();
  }
  const auto known = by_content_.find(&made);
  if (known != by_content_.end()) return *known;
  const Compiled &kept = compiled_.emplace_back(std::move(made));
  by_content_.insert(&kept);
  bytes_ += sizeof kept + kept.features.capacity() * sizeof(std::uint64_t) + kept.tiers.capacity() * sizeof(const char *);
  return &kept;
}

std::size_t Interner::ContentHash::operator()(const Compiled *compiled) const noexcept {
  std::size_t sum = compiled->features.size();
  for (const std::uint64_t word : compiled->features) sum = (sum ^ word) * 0x9e3779b97f4a7c15;
  for (const char *tier : compiled->tiers) sum = (sum ^ reinterpret_cast<std::uintptr_t>(tier)) * 0x9e3779b97f4a7c15;
  return sum;
}

}  // namespace purser::engine
