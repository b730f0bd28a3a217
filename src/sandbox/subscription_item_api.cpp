#include "sandbox/call.hpp"
#include "sandbox/subscription.hpp"

namespace purser::sandbox {
namespace {

struct Found {
  std::string subscription;
  const Object *item;
};

Found find_item(World &world, const std::string &id) {
  const auto owner = world.items.find(id);
  if (owner != world.items.end())
    for (const Value &each : listed(world.get(world.subscriptions, owner->second), "items"))
      if (text(each.get_object(), "id") == id) return {owner->second, &each.get_object()};
  throw no_such("subscription_item", id, "id");
}

Prorate proration(const Params &params) {
  const std::string word = params.word("proration_behavior", {"always_invoice", "create_prorations", "none"});
  return word == "none" ? Prorate::none : word == "always_invoice" ? Prorate::invoice : Prorate::pending;
}

ItemChange read(World &world, const Params &params) {
  ItemChange change;
  change.price = params.has("price") ? params.required("price") : params.text("plan");
  if (!change.price.empty()) required_row(world.prices, change.price, "price");
  change.quantity = params.integer("quantity");
  return change;
}

Value create(Call &call) {
  World &world = call.world;
  const std::string subscription = call.params.required("subscription");
  required_row(world.subscriptions, subscription, "subscription");
  call.params.required(call.params.has("plan") ? "plan" : "price");
  change_items(world, subscription, {read(world, call.params)}, proration(call.params), false);
  const Array &items = listed(world.get(world.subscriptions, subscription), "items");
  return items[items.size() - 1];
}

Value retrieve(Call &call) { return *find_item(call.world, call.id()).item; }

Value update(Call &call) {
  World &world = call.world;
  call.params.only({"billing_thresholds", "discounts", "metadata", "off_session", "payment_behavior", "plan", "price", "price_data",
                    "proration_behavior", "proration_date", "quantity", "tax_rates"});
  const Found found = find_item(world, call.id());
  ItemChange change = read(world, call.params);
  change.id = call.id();
  if (call.params.has("metadata")) {
    Object metadata = {{"metadata", found.item->at("metadata")}};
    merge_metadata(metadata, call.params);
    change.metadata = metadata.at("metadata").get_object();
  }
  change_items(world, found.subscription, {change}, proration(call.params), false);
  return *find_item(world, call.id()).item;
}

Value remove(Call &call) {
  const Found found = find_item(call.world, call.id());
  ItemChange change;
  change.id = call.id();
  change.deleted = true;
  change_items(call.world, found.subscription, {change}, proration(call.params), false);
  return deleted_stub(call.id(), "subscription_item");
}

Value list(Call &call) {
  const std::string subscription = call.params.required("subscription");
  const Object &owner = required_row(call.world.subscriptions, subscription, "subscription").object;
  return list_object(listed(owner, "items"), false, "/v1/subscription_items");
}

}  // namespace

std::vector<Route> subscription_item_routes() {
  return {{"POST", "/v1/subscription_items", create},
          {"GET", "/v1/subscription_items", list},
          {"GET", "/v1/subscription_items/:id", retrieve},
          {"POST", "/v1/subscription_items/:id", update},
          {"DELETE", "/v1/subscription_items/:id", remove}};
}

}  // namespace purser::sandbox
