#include <algorithm>
#include <map>

#include "domain/catalog_reader.hpp"

namespace purser::domain::catalog {
namespace {

/// Sorted.
std::vector<std::string_view> tier_keys(const Product &product) {
  std::vector<std::string_view> keys;
  for (const Tier &tier : product.tiers) keys.push_back(tier.key);
  std::sort(keys.begin(), keys.end());
  return keys;
}

}  // namespace

void Reader::read_products(const Field &field) {
  for (const Entry &entry : read_entries(mistakes, field)) read_product(entry);
}

void Reader::read_product(const Entry &entry) {
  if (!entry.repeated) sold_.push_back({entry.key, entry.place, entry.value.path, false});
  const Fields fields(mistakes, entry.value, product_shape);
  Product product;
  product.key = entry.key;
  product.name = read_name(fields["name"], entry.key);
  product.aliases = read_aliases(fields["aliases"], sold_);
  product.trial_days = read_whole(mistakes, fields["trial_days"], 0, days_max, Reason::out_of_range).value_or(trial_days_);
  const auto trial = read_word(mistakes, fields["trial"], trial_words, Reason::unknown_value);
  product.trial_repeats = trial ? *trial == "repeat" : trial_repeats_;
  product.money = read_money(fields, money_);
  product.tiers = read_tiers(fields["tiers"]);
  read_fallback(fields["fallback"], fields["tiers"], product);
  read_order(fields["order"], product);
  catalog.products.push_back(std::move(product));
}

std::vector<Tier> Reader::read_tiers(const Field &field) {
  std::vector<Tier> tiers;
  std::vector<Use> names;
  for (const Entry &entry : read_entries(mistakes, field)) tiers.push_back(read_tier(entry, names));
  check_names(std::move(names), "the tiers of a product");
  return tiers;
}

Tier Reader::read_tier(const Entry &entry, std::vector<Use> &names) {
  if (!entry.repeated) names.push_back({entry.key, entry.place, entry.value.path, false});
  const Fields fields(mistakes, entry.value, tier_shape);
  Tier tier;
  tier.key = entry.key;
  tier.name = read_name(fields["name"], entry.key);
  tier.aliases = read_aliases(fields["aliases"], names);
  tier.features = read_features_held(fields["features"]);
  tier.limits = read_limits(fields["limits"], 0, true);
  tier.prices = read_prices(fields["prices"], false);
  return tier;
}

/// The fallback is what nobody pays for, and everything else must be payable: so prices are checked where the fallback is known.
void Reader::read_fallback(const Field &field, const Field &tiers, Product &product) {
  const auto fallback = read_text(mistakes, field);
  if (!fallback || !tiers || tiers.node->kind != Kind::object) return;
  if (const auto keys = tier_keys(product); !std::binary_search(keys.begin(), keys.end(), *fallback)) {
    mistakes.add(Reason::unknown_fallback, field.node->place, field.path, "expected a tier of this product, found " + quoted(*fallback),
                 mistakes.suggest(*fallback, keys, "add it to \"tiers\", without prices"));
    return;
  }
  product.fallback = *fallback;
  for (const Member &member : tiers.node->members) {
    const Field prices = member_of(member.value, "prices", tiers.path + "." + member.key);
    if (member.key == *fallback && filled(prices)) {
      mistakes.add(Reason::fallback_costs, prices.node->place, prices.path, "expected a fallback tier without prices, found prices",
                   "remove them, or name a free tier as the fallback");
    } else if (member.key != *fallback && !filled(prices) && member.value.kind == Kind::object) {
      mistakes.add(Reason::missing_price, member.place, tiers.path + "." + member.key,
                   "expected a price, because this tier is not the fallback, found none", "add \"prices\", or remove the tier");
    }
  }
}

void Reader::read_order(const Field &field, Product &product) {
  if (!field) return;
  const std::vector<Field> items = read_list(mistakes, field);
  if (field.node->kind != Kind::list) return;
  std::vector<Tier> ordered;
  const std::vector<std::string_view> keys = tier_keys(product);
  std::map<std::string_view, const Tier *> missing;
  for (const Tier &tier : product.tiers) missing.emplace(tier.key, &tier);
  for (const Field &item : items) {
    const auto key = read_text(mistakes, item);
    if (!key) continue;
    if (const auto tier = missing.find(*key); tier != missing.end()) {
      ordered.push_back(*tier->second);
      missing.erase(tier);
    } else if (std::binary_search(keys.begin(), keys.end(), *key)) {
      mistakes.add(Reason::duplicate_entry, item.node->place, item.path, "expected each tier once, found " + quoted(*key) + " again",
                   "remove one of the two");
    } else {
      mistakes.add(Reason::wrong_order, item.node->place, item.path, "expected a tier of this product, found " + quoted(*key),
                   mistakes.suggest(*key, keys, "remove it"));
    }
  }
  for (const auto &[key, tier] : missing) {
    mistakes.add(Reason::wrong_order, field.node->place, field.path, "expected every tier of this product, found none of " + quoted(key),
                 "add " + quoted(key) + ", or leave \"order\" out: then the file's order counts");
  }
  product.tiers = std::move(ordered);
}

}  // namespace purser::domain::catalog
