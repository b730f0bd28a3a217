#include "catalog.hpp"

#include <algorithm>
#include <cstdlib>

namespace purser::simulator {
namespace {

/// `${NAME}` is the environment's; unset is empty.
std::string resolved(const std::string &id) {
  if (!id.starts_with("${")) return id;
  const char *value = std::getenv(id.substr(2, id.size() - 3).c_str());
  return value ? value : "";
}

Price read_price(const json::Object &object) {
  return {json::text(object, "lookup_key"),          resolved(json::text(object, "id")),  json::text(object, "interval"),
          json::number(object, "interval_count", 1), json::number(object, "unit_amount"), json::flag(object, "retired")};
}

/// What money that goes back means, said at the thing or at its product, or else in the defaults.
struct MoneyWords {
  std::string refund = "revoke", dispute = "suspend";
  MoneyWords said_by(const json::Object &object) const {
    MoneyWords words = *this;
    if (object.contains("refund")) words.refund = json::text(object, "refund");
    if (object.contains("dispute")) words.dispute = json::text(object, "dispute");
    return words;
  }
};

Sold read_sold(const std::string &product, const std::string &key, const json::Object &object, std::string_view limits,
               const MoneyWords &words) {
  Sold sold{product, key, {}, {}, {}, words.refund == "revoke", words.dispute == "suspend"};
  for (const json::Value &feature : json::list(object, "features")) sold.features.emplace(feature.get_string());
  for (const auto &[meter, amount] : json::inside(object, limits))
    sold.limits[meter] = amount.is_string() ? unlimited : amount.to_number<std::int64_t>();
  for (const json::Value &price : json::list(object, "prices")) sold.prices.push_back(read_price(price.get_object()));
  return sold;
}

Product read_product(const std::string &key, const json::Object &object, const MoneyWords &words) {
  Product product{key, json::text(object, "fallback"), {}};
  const json::Object &tiers = json::inside(object, "tiers");
  std::vector<std::string> order;
  for (const json::Value &tier : json::list(object, "order")) order.emplace_back(tier.get_string());
  if (order.empty())
    for (const auto &member : tiers) order.emplace_back(member.key());
  for (const std::string &tier : order)
    product.tiers.push_back(read_sold(key, tier, json::inside(tiers, tier), "limits", words.said_by(object)));
  return product;
}

const Sold *selling(const std::vector<Sold> &all, const auto &is) {
  for (const Sold &sold : all)
    if (std::ranges::any_of(sold.prices, is)) return &sold;
  return nullptr;
}

}  // namespace

Catalog::Meaning Catalog::meaning(const json::Object &price) const {
  const std::string lookup_key = json::text(price, "lookup_key"), id = json::text(price, "id");
  const auto by_key = [&](const Price &one) { return !lookup_key.empty() && one.lookup_key == lookup_key; };
  const auto by_id = [&](const Price &one) { return one.id == id; };
  const auto look = [&](const auto &is) -> Meaning {
    for (const Product &product : products)
      if (const Sold *tier = selling(product.tiers, is)) return {Kind::tier, tier};
    if (const Sold *add_on = selling(add_ons, is)) return {Kind::add_on, add_on};
    if (const Sold *item = selling(one_time, is)) return {Kind::one_time, item};
    return {};
  };
  const Meaning found = look(by_key);
  return found.sold ? found : look(by_id);
}

Catalog read_catalog(std::string text) {
  const json::Object root = json::read(text);
  const json::Object &defaults = json::inside(root, "defaults");
  Catalog catalog;
  catalog.text = std::move(text);
  catalog.grace_days = json::number(defaults, "grace_days", catalog.grace_days);
  catalog.renewal_slack_hours = json::number(defaults, "renewal_slack_hours", catalog.renewal_slack_hours);
  if (defaults.contains("pause_collection")) catalog.pause = json::text(defaults, "pause_collection");
  catalog.unpaid_allows = json::text(defaults, "unpaid") == "allow";
  const MoneyWords words = MoneyWords().said_by(defaults);
  for (const auto &member : json::inside(root, "features")) catalog.features.emplace(member.key());
  for (const auto &member : json::inside(root, "meters")) catalog.meters.emplace(member.key());
  for (const auto &[key, product] : json::inside(root, "products"))
    catalog.products.push_back(read_product(key, product.get_object(), words));
  for (const auto &[key, sold] : json::inside(root, "add_ons"))
    catalog.add_ons.push_back(read_sold("", key, sold.get_object(), "limits", words.said_by(sold.get_object())));
  for (const auto &[key, sold] : json::inside(root, "one_time"))
    catalog.one_time.push_back(read_sold("", key, sold.get_object(), "credits", words.said_by(sold.get_object())));
  return catalog;
}

}  // namespace purser::simulator
