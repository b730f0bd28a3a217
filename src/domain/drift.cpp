#include "domain/drift.hpp"

namespace purser::domain {
namespace {

template <class Visit>
void each_price(const Catalog &catalog, Visit visit) {
  for (const Product &product : catalog.products)
    for (const Tier &tier : product.tiers)
      for (const Price &price : tier.prices) visit(price);
  for (const AddOn &add_on : catalog.add_ons)
    for (const Price &price : add_on.prices) visit(price);
  for (const OneTime &item : catalog.one_time)
    for (const Price &price : item.prices) visit(price);
}

/// By id before lookup key, as purchases are told.
const Price *catalogued(const Catalog &catalog, std::string_view id, std::string_view lookup_key) {
  const Price *by_id = nullptr, *by_key = nullptr;
  each_price(catalog, [&](const Price &price) {
    if (!id.empty() && price.id == id) by_id = &price;
    if (!lookup_key.empty() && price.lookup_key == lookup_key) by_key = &price;
  });
  return by_id ? by_id : by_key;
}

class Differences {
 public:
  void compare(std::string_view what, std::string_view expected, std::string_view found) {
    if (expected != found) add(what, expected, found);
  }
  void add(std::string_view what, std::string_view expected, std::string_view found) {
    const auto word = [](std::string_view one) { return one.empty() ? std::string("none") : std::string(one); };
    text += (text.empty() ? "" : "; ") + std::string(what) + ": expected " + word(expected) + ", found " + word(found);
  }
  std::string text;
};

std::string_view type_of(const Price &price) { return price.interval.empty() ? "one_time" : "recurring"; }

}  // namespace

std::string price_drift(const Catalog &catalog, std::string_view id, const StripePrice &price, const std::vector<std::string> &keys_seen,
                        const StripeProduct *product) {
  const std::string key = price.deleted && !keys_seen.empty() ? keys_seen.front() : price.lookup_key;
  const Price *wanted = catalogued(catalog, id, key);
  if (!wanted || wanted->retired) return {};
  Differences differences;
  if (price.deleted) {
    differences.add("active", "a price that is sold", "deleted");
    return differences.text;
  }
  if (!wanted->id.empty()) differences.compare("id", wanted->id, id);
  if (!wanted->lookup_key.empty()) differences.compare("lookup_key", wanted->lookup_key, price.lookup_key);
  differences.compare("type", type_of(*wanted), price.type);
  differences.compare("currency", wanted->currency, price.currency);
  if (price.unit_amount != wanted->unit_amount)
    differences.add("unit_amount", std::to_string(wanted->unit_amount),
                    price.unit_amount < 0 ? "no whole amount per unit" : std::to_string(price.unit_amount));
  if (!wanted->interval.empty() && !price.interval.empty()) {
    differences.compare("interval", wanted->interval, price.interval);
    differences.compare("interval_count", std::to_string(wanted->interval_count), std::to_string(price.interval_count));
  }
  if (!price.active) differences.add("active", "a price that is sold", "archived");
  if (product && (product->deleted || !product->active))
    differences.add("product", "a product that is sold", product->deleted ? "deleted" : "archived");
  return differences.text;
}

}  // namespace purser::domain
