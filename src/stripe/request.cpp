#include "stripe/request.hpp"

#include <algorithm>

#include "domain/grant.hpp"

namespace purser::stripe {
namespace {

constexpr std::size_t client_reference_max_bytes = 200;
constexpr std::int64_t page_limit = 100;  // Stripe's most

Request get(std::string path, const Form &query = {}) {
  if (!query.empty()) path += "?" + query.text();
  return {"GET", std::move(path), {}};
}

Request page(std::string_view path, Form query, std::string_view after) {
  query.add_integer("limit", page_limit);
  if (!after.empty()) query.add("starting_after", after);
  return get(std::string(path), query);
}

void add_metadata(Form &form, std::string_view where, const CheckoutDraft &draft) {
  const auto add = [&](std::string_view key, std::string_view value) {
    form.add(where.empty() ? nested("metadata", {key}) : nested(where, {"metadata", key}), value);
  };
  add(account_metadata, draft.account);
  add(domain::price_metadata, draft.price);
  if (!draft.lookup_key.empty()) add(domain::lookup_key_metadata, draft.lookup_key);
  add(domain::quantity_metadata, std::to_string(draft.quantity));
  for (const auto &[key, value] : draft.metadata) add(key, value);
}

std::string account_key_of(std::string_view where) {
  return where.empty() ? nested("metadata", {account_metadata}) : nested(where, {"metadata", account_metadata});
}

const char *flow_type(domain::PortalFlow flow) {
  switch (flow) {
    case domain::PortalFlow::home: break;
    case domain::PortalFlow::payment_method: return "payment_method_update";
    case domain::PortalFlow::cancel: return "subscription_cancel";
    case domain::PortalFlow::update: return "subscription_update";
    case domain::PortalFlow::update_confirm: return "subscription_update_confirm";
  }
  return "";
}

void add_flow(Form &form, const PortalDraft &draft) {
  if (draft.flow == domain::PortalFlow::home) return;
  const std::string type = flow_type(draft.flow);
  form.add("flow_data[type]", type);
  if (draft.flow != domain::PortalFlow::payment_method) form.add(nested("flow_data", {type, "subscription"}), draft.subscription);
  if (draft.flow == domain::PortalFlow::update_confirm) {
    form.add(nested("flow_data", {type, "items", 0, "id"}), draft.item);
    form.add(nested("flow_data", {type, "items", 0, "price"}), draft.price);
    form.add_integer(nested("flow_data", {type, "items", 0, "quantity"}), draft.quantity);
  }
  form.add("flow_data[after_completion][type]", "redirect");
  form.add("flow_data[after_completion][redirect][return_url]", draft.return_url);
}

}  // namespace

Form customer_form(std::string_view account, std::string_view email, std::string_view name) {
  Form form;
  if (!email.empty()) form.add("email", email);
  if (!name.empty()) form.add("name", name);
  form.add(account_key_of(""), account);
  return form;
}

Form checkout_form(const CheckoutDraft &draft) {
  Form form;
  form.add("mode", draft.recurring ? "subscription" : "payment");
  form.add("line_items[0][price]", draft.price);
  form.add_integer("line_items[0][quantity]", draft.quantity);
  form.add("customer", draft.customer);
  if (draft.account.size() <= client_reference_max_bytes) form.add("client_reference_id", draft.account);
  form.add("success_url", draft.success_url);
  if (!draft.cancel_url.empty()) form.add("cancel_url", draft.cancel_url);
  if (!draft.locale.empty()) form.add("locale", draft.locale);
  if (draft.allow_promotion_codes) form.add_flag("allow_promotion_codes", true);
  if (!draft.promotion_code.empty()) form.add("discounts[0][promotion_code]", draft.promotion_code);
  add_metadata(form, "", draft);
  const std::string_view made = draft.recurring ? "subscription_data" : "payment_intent_data";
  add_metadata(form, made, draft);
  if (draft.recurring && draft.trial_days > 0) form.add_integer("subscription_data[trial_period_days]", draft.trial_days);
  return form;
}

Form sealed(Form form, std::string_view intent) {
  Form out;
  for (const auto &[key, value] : form.fields()) {
    out.add(key, value);
    for (const std::string_view where : {"", "subscription_data", "payment_intent_data"})
      if (key == account_key_of(where))
        out.add(where.empty() ? nested("metadata", {intent_metadata}) : nested(where, {"metadata", intent_metadata}), intent);
  }
  return out;
}

Request portal_session(const PortalDraft &draft) {
  Form form;
  form.add("customer", draft.customer);
  form.add("return_url", draft.return_url);
  if (!draft.locale.empty()) form.add("locale", draft.locale);
  add_flow(form, draft);
  return {"POST", "/v1/billing_portal/sessions", form.text()};
}

Request get_session(std::string_view id) { return get(std::string(sessions_path) + "/" + std::string(id)); }
Request expire_session(std::string_view id) { return {"POST", std::string(sessions_path) + "/" + std::string(id) + "/expire", {}}; }
Request get_subscription(std::string_view id) { return get(subscription_path(id)); }
std::string subscription_path(std::string_view id) { return "/v1/subscriptions/" + std::string(id); }
Form cancel_at_period_end_form() { return Form().add_flag("cancel_at_period_end", true); }
Request get_customer(std::string_view id) { return get(std::string(customers_path) + "/" + std::string(id)); }
Request get_price(std::string_view id) { return get("/v1/prices/" + std::string(id)); }

Request prices_with_key(std::string_view lookup_key) {
  return get("/v1/prices", Form().add("lookup_keys[0]", lookup_key).add_flag("active", true));
}

Request promotion_codes(std::string_view code) {
  return get("/v1/promotion_codes", Form().add("code", code).add_flag("active", true).add_integer("limit", 1));
}

Request subscriptions_of(std::string_view customer, std::string_view after) {
  return page("/v1/subscriptions", Form().add("customer", customer).add("status", "all"), after);
}

Request sessions_since(std::int64_t created_s, std::string_view after) {
  return page(sessions_path, Form().add_integer("created[gte]", created_s), after);
}

Request customers_since(std::int64_t created_s, std::string_view after) {
  return page(customers_path, Form().add_integer("created[gte]", created_s), after);
}

Request entitlements_of(std::string_view customer, std::string_view after) {
  return page("/v1/entitlements/active_entitlements", Form().add("customer", customer), after);
}

Request invoice_payments_of(std::string_view payment_intent) {
  Form query;
  query.add("payment[type]", "payment_intent").add("payment[payment_intent]", payment_intent);
  return page("/v1/invoice_payments", std::move(query), {});
}

Request events_request(std::int64_t created_gte_s, std::string_view starting_after) {
  return page("/v1/events", Form().add_integer("created[gte]", created_gte_s), starting_after);
}

bool valid_id(std::string_view id, std::string_view prefix) {
  return id.size() > prefix.size() && id.size() <= id_max_bytes && id.starts_with(prefix) && std::ranges::all_of(id, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
         });
}

}  // namespace purser::stripe
