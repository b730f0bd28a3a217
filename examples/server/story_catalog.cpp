#include "story_catalog.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "json.hpp"

namespace host::story {
namespace {

constexpr std::int64_t unlimited = -1;
constexpr std::int64_t wrong_by_minor = 100;

std::string text_of_file(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path + ": cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

const json::Object &object_in(const json::Object &object, std::string_view name) {
  static const json::Object none;
  const json::Value *value = object.if_contains(name);
  return value && value->is_object() ? value->as_object() : none;
}

const json::Array &array_in(const json::Object &object, std::string_view name) {
  static const json::Array none;
  const json::Value *value = object.if_contains(name);
  return value && value->is_array() ? value->as_array() : none;
}

std::string name_or(const json::Object &object, const std::string &key) {
  const std::string name = json::text_of(object, "name");
  return name.empty() ? key : name;
}

std::int64_t number_or(const json::Object &object, std::string_view name, std::int64_t otherwise) {
  return object.contains(name) ? json::number_of(object, name) : otherwise;
}

/// `${NAME}` is the environment's; unset is empty.
std::string resolved(const std::string &id) {
  if (!id.starts_with("${") || !id.ends_with("}")) return id;
  const char *value = std::getenv(id.substr(2, id.size() - 3).c_str());
  return value ? value : "";
}

Price read_price(const json::Object &object) {
  Price price;
  price.lookup_key = json::text_of(object, "lookup_key");
  price.id = resolved(json::text_of(object, "id"));
  price.currency = json::text_of(object, "currency");
  price.interval = json::text_of(object, "interval");
  price.interval_count = number_or(object, "interval_count", 1);
  price.amount = json::number_of(object, "unit_amount");
  const json::Value *retired = object.if_contains("retired");
  price.retired = retired && retired->is_bool() && retired->as_bool();
  return price;
}

Sold read_sold(const std::string &product, const std::string &key, const json::Object &object, std::string_view limits) {
  Sold sold{product, key, name_or(object, key), {}, {}, {}};
  for (const json::Value &feature : array_in(object, "features")) sold.features.emplace(feature.as_string());
  for (const auto &[meter, amount] : object_in(object, limits))
    sold.limits[meter] = amount.is_string() ? unlimited : amount.to_number<std::int64_t>();
  for (const json::Value &price : array_in(object, "prices")) sold.prices.push_back(read_price(price.as_object()));
  return sold;
}

Product read_product(const std::string &key, const json::Object &object, const json::Object &defaults) {
  const auto said = [&](std::string_view word) { return json::text_of(object.contains(word) ? object : defaults, word); };
  Product product{key,
                  name_or(object, key),
                  json::text_of(object, "fallback"),
                  number_or(object, "trial_days", number_or(defaults, "trial_days", 0)),
                  said("trial"),
                  said("refund"),
                  said("dispute"),
                  {}};
  for (const auto &[tier, content] : object_in(object, "tiers"))
    product.tiers.push_back(read_sold(key, tier, content.as_object(), "limits"));
  const json::Array &order = array_in(object, "order");
  const auto place = [&](const Sold &tier) {
    return std::find_if(order.begin(), order.end(), [&](const json::Value &one) { return one.as_string() == tier.key; }) - order.begin();
  };
  if (!order.empty())
    std::stable_sort(product.tiers.begin(), product.tiers.end(), [&](const Sold &a, const Sold &b) { return place(a) < place(b); });
  return product;
}

void raise_amounts(json::Value &value) {
  if (value.is_array())
    for (json::Value &one : value.as_array()) raise_amounts(one);
  if (!value.is_object()) return;
  for (auto &member : value.as_object()) {
    if (member.key() == "unit_amount" && member.value().is_number())
      member.value() = member.value().to_number<std::int64_t>() + wrong_by_minor;
    else
      raise_amounts(member.value());
  }
}

void add_greatest(std::map<std::string, std::int64_t> &limits, const std::map<std::string, std::int64_t> &more) {
  for (const auto &[meter, amount] : more) {
    std::int64_t &limit = limits[meter];
    limit = limit == unlimited || amount == unlimited ? unlimited : std::max(limit, amount);
  }
}

void add_sum(std::map<std::string, std::int64_t> &limits, const std::map<std::string, std::int64_t> &more, std::int64_t times) {
  for (const auto &[meter, amount] : more) {
    std::int64_t &limit = limits[meter];
    limit = limit == unlimited || amount == unlimited ? unlimited : limit + amount * times;
  }
}

}  // namespace

const Product &Catalog::product(const std::string &key) const {
  return *std::find_if(products.begin(), products.end(), [&](const Product &one) { return one.key == key; });
}

const Sold &Catalog::tier(const std::string &product_key, const std::string &key) const {
  const Product &of = product(product_key);
  return *std::find_if(of.tiers.begin(), of.tiers.end(), [&](const Sold &one) { return one.key == key; });
}

Catalog read_catalog(const std::string &path) {
  const json::Value value = json::read_relaxed(text_of_file(path), path);
  if (!value.is_object()) throw std::runtime_error(path + ": expected an object");
  const json::Object &root = value.as_object();
  const json::Object &defaults = object_in(root, "defaults");
  Catalog catalog;
  catalog.grace_days = number_or(defaults, "grace_days", catalog.grace_days);
  catalog.renewal_slack_hours = number_or(defaults, "renewal_slack_hours", catalog.renewal_slack_hours);
  for (const auto &[key, name] : object_in(root, "features")) catalog.features.emplace(key);
  for (const auto &[key, meter] : object_in(root, "meters")) catalog.meters.emplace(key);
  for (const auto &[key, product] : object_in(root, "products"))
    catalog.products.push_back(read_product(key, product.as_object(), defaults));
  for (const auto &[key, add_on] : object_in(root, "add_ons")) catalog.add_ons.push_back(read_sold("", key, add_on.as_object(), "limits"));
  for (const auto &[key, item] : object_in(root, "one_time")) catalog.one_time.push_back(read_sold("", key, item.as_object(), "credits"));
  return catalog;
}

std::string with_other_prices(const std::string &path) {
  json::Value value = json::read_relaxed(text_of_file(path), path);
  raise_amounts(value);
  return json::write(value);
}

Holds held_by(const Catalog &catalog, const Paid &paid) {
  Holds holds;
  for (const std::string &meter : catalog.meters) holds.limits[meter] = 0;
  for (const Product &product : catalog.products) {
    const auto found = paid.tiers.find(product.key);
    const std::string key = found == paid.tiers.end() ? product.fallback : found->second;
    const Sold &tier = catalog.tier(product.key, key);
    holds.tiers[product.key] = key;
    holds.features.insert(tier.features.begin(), tier.features.end());
    add_greatest(holds.limits, tier.limits);
  }
  for (const Sold &add_on : catalog.add_ons)
    if (const auto found = paid.add_ons.find(add_on.key); found != paid.add_ons.end()) {
      holds.features.insert(add_on.features.begin(), add_on.features.end());
      add_sum(holds.limits, add_on.limits, found->second);
    }
  for (const Sold &item : catalog.one_time)
    if (const auto found = paid.one_time.find(item.key); found != paid.one_time.end()) add_sum(holds.limits, item.limits, found->second);
  return holds;
}

}  // namespace host::story
