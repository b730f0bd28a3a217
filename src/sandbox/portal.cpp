// The customer portal: sessions and configurations.
#include "sandbox/portal.hpp"
#include "sandbox/call.hpp"
#include "sandbox/customer.hpp"
#include "sandbox/price.hpp"
#include "sandbox/subscription.hpp"

namespace purser::sandbox {
namespace {

constexpr const char *configuration_shape = R"({"id": null, "object": "billing_portal.configuration", "active": true, "application": null,
  "business_profile": {"headline": null, "privacy_policy_url": null, "terms_of_service_url": null}, "created": 0, "default_return_url": null,
  "features": {"customer_update": {"allowed_updates": ["email", "tax_id"], "enabled": true}, "invoice_history": {"enabled": true},
    "payment_method_update": {"enabled": true, "payment_method_configuration": null},
    "subscription_cancel": {"cancellation_reason": {"enabled": false, "options": ["too_expensive", "missing_features", "switched_service", "unused", "other"]},
      "enabled": true, "mode": "at_period_end", "proration_behavior": "none"},
    "subscription_update": {"billing_cycle_anchor": null, "default_allowed_updates": ["price", "quantity"], "enabled": true, "products": [],
      "proration_behavior": "create_prorations", "schedule_at_period_end": {"conditions": []}, "trial_update_behavior": "end_trial"}},
  "is_default": false, "livemode": false, "login_page": {"enabled": false, "url": null}, "metadata": {}, "name": null, "updated": 0})";

Object new_configuration(World &world, bool is_default) {
  Object configuration = shape(configuration_shape);
  configuration["id"] = world.ids.make("bpc_");
  configuration["created"] = configuration["updated"] = world.now_s();
  configuration["is_default"] = is_default;
  return configuration;
}

/// Stripe has one from the start.
std::string default_configuration(World &world) {
  if (world.portal_configurations.size() == 0) world.insert(world.portal_configurations, new_configuration(world, true));
  return std::string(text(world.portal_configurations.at(0).object, "id"));
}

/// What was given, over what is there, in the shape of it.
void overlay(Object &object, const Params &params) {
  for (auto &member : object) {
    if (!params.has(member.key())) continue;
    Value &kept = member.value();
    const std::string_view key = member.key();
    if (kept.is_object() && !params.holds_text(key)) {
      overlay(kept.get_object(), params.inside(key));
    } else if (kept.is_bool()) {
      kept = params.flag(key).value_or(false);
    } else if (kept.is_array()) {
      Array list;
      for (const Params &each : params.list(key)) {
        if (each.is_text()) {
          list.emplace_back(each.itself());
        } else {
          Object element = {{"product", each.text("product")},
                            {"prices", Array()},
                            {"adjustable_quantity", Object{{"enabled", false}, {"maximum", nullptr}, {"minimum", 1}}}};
          for (const std::string &price : each.texts("prices")) elements(element, "prices").emplace_back(price);
          list.push_back(std::move(element));
        }
      }
      kept = std::move(list);
    } else {
      kept = text_or_null(params.text(key));
    }
  }
}

void take(Object &configuration, const Params &params) {
  params.only({"active", "business_profile", "default_return_url", "features", "login_page", "metadata", "name"});
  for (const std::string_view key : {"business_profile", "features"})
    if (params.has(key)) overlay(inside(configuration, key), params.inside(key));
  for (const std::string_view key : {"default_return_url", "name"})
    if (params.has(key)) configuration[key] = text_or_null(params.text(key));
  if (const auto active = params.flag("active")) configuration["active"] = *active;
  merge_metadata(configuration, params);
}

Value create_configuration(Call &call) {
  if (!call.params.has("features")) throw missing_parameter("features");
  Object configuration = new_configuration(call.world, false);
  default_configuration(call.world);
  take(configuration, call.params);
  return call.world.insert(call.world.portal_configurations, std::move(configuration), "billing_portal.configuration.created").object;
}

Value retrieve_configuration(Call &call) { return required_row(call.world.portal_configurations, call.id()).object; }

Value update_configuration(Call &call) {
  required_row(call.world.portal_configurations, call.id());
  Object &configuration = call.world.edit(call.world.portal_configurations, call.id());
  take(configuration, call.params);
  configuration["updated"] = call.world.now_s();
  return configuration;
}

Value list_configurations(Call &call) {
  default_configuration(call.world);
  const auto active = call.params.flag("active"), is_default = call.params.flag("is_default");
  return list_rows(call, call.world.portal_configurations, {{}, [&](const Row &row) {
                                                              return (!active || flag(row.object, "active") == *active) &&
                                                                     (!is_default || flag(row.object, "is_default") == *is_default);
                                                            }});
}

/// flow_data as Stripe renders it back.
Value flow_of(World &world, const Params &params, const std::string &customer) {
  if (!params.has("flow_data")) return nullptr;
  const Params data = params.inside("flow_data");
  data.only({"after_completion", "subscription_cancel", "subscription_update", "subscription_update_confirm", "type"});
  data.required("type");
  const std::string type =
      data.word("type", {"payment_method_update", "subscription_cancel", "subscription_update", "subscription_update_confirm"});
  const Params after = data.inside("after_completion");
  const std::string after_type = after.word("type", {"hosted_confirmation", "portal_homepage", "redirect"});
  Object flow = {
      {"after_completion",
       Object{{"hosted_confirmation",
               after_type == "hosted_confirmation"
                   ? Value(Object{{"custom_message", text_or_null(after.inside("hosted_confirmation").text("custom_message"))}})
                   : Value()},
              {"redirect",
               after_type == "redirect" ? Value(Object{{"return_url", after.inside("redirect").required("return_url")}}) : Value()},
              {"type", after_type.empty() ? "portal_homepage" : after_type}}},
      {"subscription_cancel", nullptr},
      {"subscription_update", nullptr},
      {"subscription_update_confirm", nullptr},
      {"type", type}};
  if (type == "payment_method_update") return flow;
  const Params own = data.inside(type);
  const std::string subscription = own.required("subscription");
  const Object &object = required_row(world.subscriptions, subscription, own.name("subscription")).object;
  if (text(object, "customer") != customer) throw no_such("subscription", subscription, own.name("subscription"));
  if (type == "subscription_cancel" && (!is_live(object) || is_set(object, "cancel_at")))
    throw invalid_request("This subscription cannot be canceled because it is already set to be canceled or has ended.",
                          own.name("subscription"));
  Object told = {{"subscription", subscription}};
  if (type == "subscription_cancel") told["retention"] = nullptr;
  if (type == "subscription_update_confirm") {
    Array items;
    for (const Params &each : own.list("items")) {
      const std::string price = each.text("price");
      if (!price.empty()) required_row(world.prices, price, each.name("price"));
      items.push_back(
          Object{{"id", each.required("id")}, {"price", text_or_null(price)}, {"quantity", each.integer("quantity").value_or(1)}});
    }
    told["items"] = std::move(items);
    told["discounts"] = nullptr;
  }
  flow[type] = std::move(told);
  return flow;
}

Value create(Call &call) {
  World &world = call.world;
  const Params &params = call.params;
  params.only({"configuration", "customer", "customer_account", "flow_data", "locale", "on_behalf_of", "return_url"});
  const std::string customer = params.required("customer");
  required_customer(world, customer);
  const std::string url = params.text("return_url");
  if (!url.empty() && !url.starts_with("https://") && !url.starts_with("http://"))
    throw invalid_request("Not a valid URL", "return_url", "url_invalid");
  std::string configuration = params.text("configuration");
  if (configuration.empty())
    configuration = default_configuration(world);
  else
    required_row(world.portal_configurations, configuration, "configuration");
  const std::string id = world.ids.make("bps_"), token = world.ids.make("test_");
  Object session = {{"id", id},
                    {"object", "billing_portal.session"},
                    {"configuration", configuration},
                    {"created", world.now_s()},
                    {"customer", customer},
                    {"customer_account", nullptr},
                    {"flow", flow_of(world, params, customer)},
                    {"livemode", false},
                    {"locale", text_or_null(params.text("locale"))},
                    {"on_behalf_of", nullptr},
                    {"return_url", text_or_null(url)},
                    {"url", (world.page_base.empty() ? "https://billing.stripe.com" : world.page_base) + "/p/session/" + token}};
  world.portal_tokens[token] = id;
  return world.insert(world.portal_sessions, std::move(session), "billing_portal.session.created").object;
}

}  // namespace

std::optional<Portal> find_portal(const World &world, std::string_view session) {
  const auto token = world.portal_tokens.find(std::string(session));
  const Row *row = world.portal_sessions.find(token == world.portal_tokens.end() ? session : std::string_view(token->second));
  if (!row) return {};
  return Portal{std::string(text(row->object, "customer")), std::string(text(row->object, "return_url")),
                std::string(text(row->object, "configuration")), row->object.at("flow")};
}

std::vector<Route> portal_routes() {
  return {{"POST", "/v1/billing_portal/sessions", create},
          {"POST", "/v1/billing_portal/configurations", create_configuration},
          {"GET", "/v1/billing_portal/configurations", list_configurations},
          {"GET", "/v1/billing_portal/configurations/:id", retrieve_configuration},
          {"POST", "/v1/billing_portal/configurations/:id", update_configuration}};
}

}  // namespace purser::sandbox
