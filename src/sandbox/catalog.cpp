// The catalog file, read only for what Stripe would know of it: one product per tier, add-on and one-time item, and their prices
// (docs/catalog.md).
#include <boost/json/parse.hpp>
#include <cstdlib>

#include "base/error.hpp"
#include "sandbox/price.hpp"
#include "sandbox/world.hpp"

namespace purser::sandbox {
namespace {

[[noreturn]] void refuse(const std::string &name, const std::string &what) {
  throw Failure(Status::invalid, "catalog_unreadable", name + ": " + what, "catalog");
}

/// `${NAME}` → the environment's value, empty where it is unset.
std::string resolved(std::string_view id) {
  if (!id.starts_with("${") || !id.ends_with("}")) return std::string(id);
  const char *const value = std::getenv(std::string(id.substr(2, id.size() - 3)).c_str());
  return value ? value : "";
}

const Object *object_in(const Object &object, std::string_view key) { return json::as_object(object.if_contains(key)); }

void add_price(World &world, const Object &said, std::string_view product) {
  NewPrice made;
  made.id = resolved(text(said, "id"));
  made.product = product;
  made.lookup_key = text(said, "lookup_key");
  made.currency = text(said, "currency");
  made.unit_amount = number(said, "unit_amount");
  made.interval = text(said, "interval");
  made.interval_count = number(said, "interval_count", 1);
  made.active = !flag(said, "retired");
  if (!made.id.empty() && world.prices.find(made.id)) return;
  world.insert(world.prices, new_price(world, made));
}

/// `family` = the catalog's product, of which this is one tier: the portal changes between them. Empty for what has no tiers.
void add_product(World &world, const Object &said, const std::string &name, std::string_view family) {
  const json::array *const prices = json::as_array(said.if_contains("prices"));
  if (!prices || prices->empty()) return;
  Object product = new_product(world, {}, name);
  if (!family.empty()) inside(product, "metadata")[family_metadata] = family;
  const std::string id(text(world.insert(world.products, std::move(product)).object, "id"));
  for (const Value &price : *prices)
    if (price.is_object()) add_price(world, price.get_object(), id);
}

std::string name_of(const Object &said, std::string_view key) {
  const std::string_view name = text(said, "name");
  return std::string(name.empty() ? key : name);
}

void add_sold(World &world, const Object &catalog, std::string_view section) {
  const Object *const sold = object_in(catalog, section);
  if (!sold) return;
  for (const auto &member : *sold)
    if (member.value().is_object()) add_product(world, member.value().get_object(), name_of(member.value().get_object(), member.key()), {});
}

}  // namespace

void read_catalog(World &world, std::string_view catalog, const std::string &name) {
  if (catalog.starts_with("\xEF\xBB\xBF")) catalog.remove_prefix(3);
  boost::json::parse_options options;
  options.allow_comments = options.allow_trailing_commas = true;
  boost::json::error_code error;
  const Value root = boost::json::parse(catalog, error, {}, options);
  if (error) refuse(name, "expected JSON, found " + error.message() + "; correct it");
  if (!root.is_object() || !root.get_object().contains("purser_catalog"))
    refuse(name, "expected a catalog with the member purser_catalog, found none; name the catalog file");
  const Object &whole = root.get_object();
  if (const Object *const products = object_in(whole, "products"))
    for (const auto &product : *products) {
      if (!product.value().is_object()) continue;
      const Object &said = product.value().get_object();
      if (const Object *const tiers = object_in(said, "tiers"))
        for (const auto &tier : *tiers)
          if (tier.value().is_object())
            add_product(world, tier.value().get_object(),
                        name_of(said, product.key()) + " " + name_of(tier.value().get_object(), tier.key()), product.key());
    }
  add_sold(world, whole, "add_ons");
  add_sold(world, whole, "one_time");
}

}  // namespace purser::sandbox
