// Active entitlements: what a customer's subscriptions give it by the features of their products.
#include <algorithm>

#include "sandbox/call.hpp"

namespace purser::sandbox {
namespace {

constexpr std::size_t summary_max = 10;  // a summary shows one page, and says has_more

bool gives(const Object &subscription) {
  const std::string_view status = text(subscription, "status");
  return status == "active" || status == "trialing" || status == "past_due";
}

/// feat_… of all that the customer pays for.
std::vector<std::string> features_of(World &world, const std::string &customer) {
  std::vector<std::string> features;
  for (const std::size_t place : world.subscriptions.having("customer", customer)) {
    const Object &subscription = world.subscriptions.at(place).object;
    if (!gives(subscription)) continue;
    for (const Value &item : listed(subscription, "items"))
      for (const std::size_t at : world.product_features.having("product", text(inside(item.get_object(), "price"), "product"))) {
        const Row &row = world.product_features.at(at);
        if (!row.deleted) features.emplace_back(text(row.hidden, "feature"));
      }
  }
  std::ranges::sort(features, {}, [&](const std::string &id) { return world.features.place_of(id); });
  features.erase(std::unique(features.begin(), features.end()), features.end());
  return features;
}

Array active(World &world, const std::string &customer) {
  Array all;
  for (const std::size_t place : world.entitlements.having("customer", customer))
    if (const Row &row = world.entitlements.at(place); !row.deleted) all.push_back(row.object);
  return all;
}

Object page_of(Array all, const std::string &customer) {
  const bool more = all.size() > summary_max;
  if (more) all.resize(summary_max);
  return list_object(std::move(all), more, "/v1/customer/" + customer + "/entitlements");
}

Value list(Call &call) {
  call.params.only({"customer", "limit", "starting_after", "ending_before"});
  const std::string customer = call.params.required("customer");
  if (!call.world.customers.find(customer)) throw no_such("customer", customer, "customer");
  // Oldest first, as the summary has them: a page goes on where the summary ends.
  const std::size_t limit = page_limit(call.params);
  const std::string after = call.params.text("starting_after");
  Array data;
  bool more = false, begun = after.empty();
  for (Value &each : active(call.world, customer)) {
    if (!begun) {
      begun = text(each.get_object(), "id") == after;
    } else if (data.size() == limit) {
      more = true;
      break;
    } else {
      data.push_back(std::move(each));
    }
  }
  if (!begun) throw no_such("active entitlement", after, "starting_after");
  return list_object(std::move(data), more, call.path);
}

Value retrieve(Call &call) { return required_row(call.world.entitlements, call.id()).object; }

}  // namespace

void refresh_entitlements(World &world, const std::string &customer) {
  const std::vector<std::string> features = features_of(world, customer);
  const Array before = active(world, customer);
  for (const std::size_t place : world.entitlements.having("customer", customer)) {
    Row &row = world.entitlements.at(place);
    if (std::ranges::find(features, text(row.object, "feature")) == features.end()) row.deleted = true;
  }
  for (const std::string &feature : features) {
    const bool has =
        std::ranges::any_of(active(world, customer), [&](const Value &each) { return text(each.get_object(), "feature") == feature; });
    if (has) continue;
    const std::string id = world.ids.make("ent_test_61");
    Row &row = world.insert(world.entitlements, {{"id", id},
                                                 {"object", "entitlements.active_entitlement"},
                                                 {"feature", feature},
                                                 {"livemode", false},
                                                 {"lookup_key", world.get(world.features, feature).at("lookup_key")}});
    row.hidden["customer"] = customer;
    world.entitlements.index(id);
  }
  const Array now = active(world, customer);
  if (now == before) return;
  const Object summary = {{"object", "entitlements.active_entitlement_summary"},
                          {"customer", customer},
                          {"entitlements", page_of(now, customer)},
                          {"livemode", false}};
  const Object previous = {{"entitlements", Object{{"data", page_of(before, customer).at("data")}}}};
  world.emit("entitlements.active_entitlement_summary.updated", summary, &previous);
}

std::vector<Route> entitlement_routes() {
  return {{"GET", "/v1/entitlements/active_entitlements", list}, {"GET", "/v1/entitlements/active_entitlements/:id", retrieve}};
}

}  // namespace purser::sandbox
