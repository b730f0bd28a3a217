#include "sandbox/feature.hpp"

#include <algorithm>

#include "sandbox/call.hpp"

namespace purser::sandbox {
namespace {

Object shown(World &world, const Row &row) {
  Object joined = row.object;
  joined["entitlement_feature"] = world.get(world.features, text(row.hidden, "feature"));
  return joined;
}

const Row *find_feature(World &world, std::string_view lookup_key) {
  const std::vector<std::size_t> places = world.features.having("lookup_key", lookup_key);
  return places.empty() ? nullptr : &world.features.at(places.front());
}

std::string make_feature(World &world, std::string_view lookup_key, std::string_view name) {
  std::string id = world.ids.make("feat_test_61");
  world.insert(world.features, {{"id", id},
                                {"object", "entitlements.feature"},
                                {"active", true},
                                {"livemode", false},
                                {"lookup_key", lookup_key},
                                {"metadata", Object()},
                                {"name", name}});
  return id;
}

Value create(Call &call) {
  call.params.only({"lookup_key", "metadata", "name"});
  const std::string name = call.params.required("name"), key = call.params.required("lookup_key");
  if (find_feature(call.world, key))
    throw invalid_request("A feature with the lookup key `" + key + "` already exists.", "lookup_key", "resource_already_exists");
  Object &made = call.world.row(call.world.features, make_feature(call.world, key, name)).object;
  merge_metadata(made, call.params);
  return made;
}

Value retrieve(Call &call) { return required_row(call.world.features, call.id()).object; }

Value update(Call &call) {
  call.params.only({"active", "metadata", "name"});
  Object &feature = required_row(call.world.features, call.id()).object;
  if (const auto active = call.params.flag("active")) feature["active"] = *active;
  if (call.params.has("name")) feature["name"] = call.params.required("name");
  merge_metadata(feature, call.params);
  return feature;
}

Value list(Call &call) {
  call.params.only({"archived", "limit", "lookup_key", "starting_after", "ending_before"});
  const bool archived = call.params.flag("archived").value_or(false);
  Listing listing;
  if (call.params.has("lookup_key")) listing.equal.emplace_back("lookup_key", call.params.text("lookup_key"));
  listing.also = [&](const Row &row) { return flag(row.object, "active") != archived; };
  return list_rows(call, call.world.features, listing);
}

Value add(Call &call) {
  World &world = call.world;
  call.params.only({"entitlement_feature"});
  required_row(world.products, call.id());
  const std::string feature = call.params.required("entitlement_feature");
  required_row(world.features, feature, "entitlement_feature");
  return shown(world, world.row(world.product_features, put_feature(world, call.id(), feature)));
}

Row &joined_row(Call &call) {
  Row &row = required_row(call.world.product_features, call.id(1));
  if (text(row.hidden, "product") != call.id()) throw no_such("product feature", call.id(1));
  return row;
}

Value retrieve_added(Call &call) { return shown(call.world, joined_row(call)); }

Value remove(Call &call) {
  joined_row(call).deleted = true;
  refresh_entitled(call.world, call.id());
  return deleted_stub(call.id(1), "product_feature");
}

Value list_added(Call &call) {
  required_row(call.world.products, call.id());
  Value page = list_rows(call, call.world.product_features, {{{"product", call.id()}}, nullptr});
  for (Value &each : page.get_object().at("data").get_array())
    each = shown(call.world, call.world.row(call.world.product_features, text(each.get_object(), "id")));
  return page;
}

}  // namespace

std::string feature_named(World &world, std::string_view lookup_key) {
  const Row *found = find_feature(world, lookup_key);
  return found ? std::string(text(found->object, "id")) : make_feature(world, lookup_key, lookup_key);
}

std::string put_feature(World &world, const std::string &product, const std::string &feature) {
  for (const std::size_t place : world.product_features.having("product", product)) {
    const Row &row = world.product_features.at(place);
    if (!row.deleted && text(row.hidden, "feature") == feature) return std::string(text(row.object, "id"));
  }
  std::string id = world.ids.make("prodft_");
  Row &row = world.insert(world.product_features,
                          {{"id", id}, {"object", "product_feature"}, {"entitlement_feature", nullptr}, {"livemode", false}});
  row.hidden["product"] = product;
  row.hidden["feature"] = feature;
  world.product_features.index(id);
  refresh_entitled(world, product);
  return id;
}

void refresh_entitled(World &world, std::string_view product) {
  for (std::size_t i = 0; i < world.subscriptions.size(); ++i) {
    const Object &subscription = world.subscriptions.at(i).object;
    const bool pays = std::ranges::any_of(
        listed(subscription, "items"), [&](const Value &item) { return text(inside(item.get_object(), "price"), "product") == product; });
    if (pays) refresh_entitlements(world, std::string(text(subscription, "customer")));
  }
}

std::vector<Route> feature_routes() {
  return {{"POST", "/v1/entitlements/features", create},
          {"GET", "/v1/entitlements/features", list},
          {"GET", "/v1/entitlements/features/:id", retrieve},
          {"POST", "/v1/entitlements/features/:id", update},
          {"POST", "/v1/products/:id/features", add},
          {"GET", "/v1/products/:id/features", list_added},
          {"GET", "/v1/products/:id/features/:id", retrieve_added},
          {"DELETE", "/v1/products/:id/features/:id", remove}};
}

}  // namespace purser::sandbox
