#include "sandbox/session.hpp"

#include <algorithm>

#include "sandbox/call.hpp"
#include "sandbox/coupon.hpp"
#include "sandbox/customer.hpp"
#include "sandbox/price.hpp"
#include "sandbox/subscription.hpp"

namespace purser::sandbox {
namespace {

constexpr const char *session_shape =
    R"({"id": null, "object": "checkout.session", "adaptive_pricing": {"enabled": true}, "after_expiration": null,
  "allow_promotion_codes": null, "amount_subtotal": 0, "amount_total": 0,
  "automatic_tax": {"enabled": false, "liability": null, "provider": null, "status": null}, "billing_address_collection": null,
  "branding_settings": {"background_color": "#ffffff", "border_style": "rounded", "button_color": "#0074d4", "display_name": "Purser sandbox",
    "font_family": "default", "icon": null, "logo": null},
  "cancel_url": null, "client_reference_id": null, "client_secret": null,
  "collected_information": {"business_name": null, "individual_name": null, "shipping_details": null}, "consent": null, "consent_collection": null,
  "created": 0, "currency": null, "currency_conversion": null, "custom_fields": [],
  "custom_text": {"after_submit": null, "shipping_address": null, "submit": null, "terms_of_service_acceptance": null}, "customer": null,
  "customer_account": null, "customer_creation": null, "customer_details": null, "customer_email": null, "discounts": [], "expires_at": 0,
  "integration_identifier": null, "invoice": null, "invoice_creation": null, "livemode": false, "locale": null, "managed_payments": {"enabled": false},
  "metadata": {}, "mode": null, "origin_context": null, "payment_intent": null, "payment_link": null, "payment_method_collection": "always",
  "payment_method_configuration_details": null, "payment_method_options": {"card": {"request_three_d_secure": "automatic"}}, "payment_method_types": ["card"],
  "payment_status": "unpaid", "permissions": null, "phone_number_collection": {"enabled": false}, "recovered_from": null,
  "saved_payment_method_options": {"allow_redisplay_filters": ["always"], "payment_method_remove": "disabled", "payment_method_save": null},
  "setup_intent": null, "shipping_address_collection": null, "shipping_cost": null, "shipping_options": [], "status": "open", "submit_type": null,
  "subscription": null, "success_url": null, "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}, "ui_mode": "hosted_page",
  "url": null, "wallet_options": null})";

constexpr std::int64_t expires_min_s = 30 * 60, expires_max_s = 24 * 3600;
constexpr std::size_t reference_max = 200;

struct Line {
  const Object *price;
  std::int64_t quantity;
};

/// A price that the request describes instead of naming.
std::string inline_price(World &world, const Params &data) {
  NewPrice made;
  made.currency = data.required("currency");
  data.required("unit_amount");
  made.unit_amount = *data.integer("unit_amount");
  made.interval = data.inside("recurring").text("interval");
  made.interval_count = data.inside("recurring").integer("interval_count").value_or(1);
  made.active = false;
  made.product = data.text("product");
  if (made.product.empty()) {
    const std::string name = data.inside("product_data").required("name");
    made.product = text(world.insert(world.products, new_product(world, {}, name), "product.created").object, "id");
  } else {
    required_row(world.products, made.product, data.name("product"));
  }
  return std::string(text(world.insert(world.prices, new_price(world, made), "price.created").object, "id"));
}

std::vector<Line> read_lines(World &world, const Params &params) {
  std::vector<Line> lines;
  for (const Params &each : params.list("line_items")) {
    each.only({"adjustable_quantity", "dynamic_tax_rates", "metadata", "price", "price_data", "quantity", "tax_rates"});
    const bool described = each.has("price_data");
    const std::string id = described ? inline_price(world, each.inside("price_data")) : each.required("price");
    const Row *row = world.prices.find(id);
    if (!row) throw no_such("price", id, each.name("price"));
    if (!described && !flag(row->object, "active"))
      throw invalid_request("The price specified is inactive. This field only accepts active prices.", each.name("price"));
    const auto quantity = each.integer("quantity");
    if (!quantity)
      throw invalid_request("Quantity is required. Add `quantity` to `" + each.name("").substr(0, each.name("").size() - 2) + "`",
                            each.name("quantity"));
    if (*quantity < 1)
      throw invalid_request("This value must be greater than or equal to 1.", each.name("quantity"), "parameter_invalid_integer");
    lines.push_back({&row->object, *quantity});
  }
  return lines;
}

void check_lines(const std::string &mode, const std::vector<Line> &lines) {
  if (mode == "setup") {
    if (!lines.empty()) throw invalid_request("`line_items` is not supported in `setup` mode.", "line_items");
    return;
  }
  if (lines.empty()) throw missing_parameter("line_items");
  const bool recurring = std::ranges::any_of(lines, [](const Line &line) { return is_recurring(*line.price); });
  if (mode == "payment" && recurring)
    throw invalid_request(
        "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.",
        "mode");
  if (mode == "subscription" && !recurring)
    throw invalid_request("You must provide at least one recurring price in `subscription` mode when using prices.", "line_items");
  for (const Line &line : lines)
    if (text(*line.price, "currency") != text(*lines.front().price, "currency"))
      throw invalid_request("All prices on a Checkout Session must be in the same currency.", "line_items",
                            "checkout_session_currency_mismatch");
}

Object line_item(World &world, const Line &line, std::int64_t trial_s) {
  const std::int64_t amount = trial_s > 0 && is_recurring(*line.price) ? 0 : price_amount(*line.price, line.quantity);
  return {{"id", world.ids.make("li_")},
          {"object", "item"},
          {"adjustable_quantity", nullptr},
          {"amount_discount", 0},
          {"amount_subtotal", amount},
          {"amount_tax", 0},
          {"amount_total", amount},
          {"currency", line.price->at("currency")},
          {"description", product_name(world, *line.price)},
          {"metadata", Object()},
          {"price", *line.price},
          {"quantity", line.quantity}};
}

void check_urls(const Params &params, const std::string &ui_mode) {
  const bool hosted = ui_mode == "hosted_page";
  if (hosted && !params.has("success_url")) throw missing_parameter("success_url");
  for (const std::string_view key : {"success_url", "cancel_url", "return_url"}) {
    const std::string url = params.text(key);
    if (!url.empty() && !url.starts_with("https://") && !url.starts_with("http://"))
      throw invalid_request("Not a valid URL", key, "url_invalid");
  }
}

/// What the session will make of it when it is paid, kept beside it.
Object subscription_data(const Params &params, const std::string &mode, std::int64_t now_s) {
  Object kept = {{"metadata", Object()}, {"trial_end", 0}, {"missing_method", "create_invoice"},
                 {"description", ""},    {"anchor", 0},    {"flexible", true}};
  if (!params.has("subscription_data")) return kept;
  if (mode != "subscription") throw invalid_request("You can not pass `subscription_data` in `" + mode + "` mode.", "subscription_data");
  const Params data = params.inside("subscription_data");
  data.only({"application_fee_percent", "billing_cycle_anchor", "billing_cycle_anchor_config", "billing_mode", "default_tax_rates",
             "description", "invoice_settings", "metadata", "on_behalf_of", "pending_invoice_item_interval", "proration_behavior",
             "transfer_data", "trial_end", "trial_period_days", "trial_settings"});
  merge_metadata(kept, data);
  if (const auto days = data.integer("trial_period_days")) {
    if (*days < 1)
      throw invalid_request("The minimum number of trial period days is 1.", data.name("trial_period_days"), "parameter_invalid_integer");
    if (*days > 730) throw invalid_request("The maximum number of trial period days is 730 (2 years).", data.name("trial_period_days"));
    kept["trial_days"] = *days;
  }
  if (const auto end = data.integer("trial_end")) {
    if (*end < now_s + 48 * 3600)
      throw invalid_request("The `trial_end` date has to be at least 2 days in the future.", data.name("trial_end"));
    check_moment(now_s, *end, data.name("trial_end"));
    kept["trial_end"] = *end;
  }
  if (const auto anchor = data.integer("billing_cycle_anchor")) {
    check_moment(now_s, *anchor, data.name("billing_cycle_anchor"));
    kept["anchor"] = *anchor;
  }
  const Params behavior = data.inside("trial_settings").inside("end_behavior");
  if (const std::string word = behavior.word("missing_payment_method", {"cancel", "create_invoice", "pause"}); !word.empty())
    kept["missing_method"] = word;
  kept["description"] = data.text("description");
  kept["flexible"] = data.inside("billing_mode").text("type") != "classic";
  kept["prorates"] = data.text("proration_behavior") != "none";
  return kept;
}

void take_discounts(World &world, Object &session, const Params &params) {
  const auto discounts = read_discounts(world, params);
  if (!discounts.empty() && params.has("allow_promotion_codes"))
    throw invalid_request("You may only specify one of these parameters: allow_promotion_codes, discounts.");
  for (const auto &[coupon, code] : discounts)
    elements(session, "discounts")
        .push_back(Object{{"coupon", code.empty() ? Value(coupon) : Value()}, {"promotion_code", text_or_null(code)}});
}

void take_customer(World &world, Object &session, const Params &params) {
  const std::string customer = params.text("customer"), email = params.text("customer_email");
  if (!customer.empty() && !email.empty()) throw invalid_request("You may only specify one of these parameters: customer, customer_email.");
  check_email(email, "customer_email");
  session["customer_email"] = text_or_null(email);
  const std::string creation = params.word("customer_creation", {"always", "if_required"});
  const std::string_view mode = text(session, "mode");
  if (!creation.empty() && mode == "subscription")
    throw invalid_request("`customer_creation` can only be used in `payment` and `setup` mode.", "customer_creation");
  Object details = {{"address", nullptr}, {"business_name", nullptr}, {"email", text_or_null(email)}, {"individual_name", nullptr},
                    {"name", nullptr},    {"phone", nullptr},         {"tax_exempt", "none"},         {"tax_ids", nullptr}};
  if (!customer.empty()) {
    const Object &known = required_customer(world, customer).object;
    session["customer"] = customer;
    details["email"] = known.at("email");
    session["customer_details"] = std::move(details);
    return;
  }
  if (mode == "subscription")
    session["customer_creation"] = "always";
  else
    session["customer_creation"] = creation.empty() ? "if_required" : creation;
  if (!email.empty()) session["customer_details"] = std::move(details);
}

void take_expiry(Object &session, const Params &params, std::int64_t now_s) {
  const std::int64_t at = params.integer("expires_at").value_or(now_s + expires_max_s);
  if (at < now_s + expires_min_s)
    throw invalid_request("The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.", "expires_at");
  if (at > now_s + expires_max_s)
    throw invalid_request("The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.", "expires_at");
  session["expires_at"] = at;
}

}  // namespace

Value session_line_items(World &world, std::string_view session) {
  return list_object(elements(world.row(world.sessions, session).hidden, "lines"), false,
                     "/v1/checkout/sessions/" + std::string(session) + "/line_items");
}

/// Amounts of the session from its lines and discounts.
void total_session(World &world, Row &row) {
  Object &session = row.object;
  std::int64_t subtotal = 0, off = 0;
  for (const Value &line : elements(row.hidden, "lines")) subtotal += number(line.get_object(), "amount_subtotal");
  for (const Value &each : elements(session, "discounts")) {
    const Object &discount = each.get_object();
    const std::string code(text(discount, "promotion_code"));
    const std::string coupon(code.empty() ? text(discount, "coupon")
                                          : text(inside(world.get(world.promotion_codes, code), "promotion"), "coupon"));
    off += discount_of(world.get(world.coupons, coupon), subtotal - off, text(session, "currency"));
  }
  std::int64_t left = off;
  for (Value &each : elements(row.hidden, "lines")) {
    Object &line = each.get_object();
    const std::int64_t part = std::min(left, number(line, "amount_subtotal"));
    line["amount_discount"] = part;
    line["amount_total"] = number(line, "amount_subtotal") - part;
    left -= part;
  }
  session["amount_subtotal"] = subtotal;
  session["amount_total"] = subtotal - off;
  inside(session, "total_details")["amount_discount"] = off;
}

std::string make_session(World &world, const Params &params, std::string_view payment_link) {
  params.only({"adaptive_pricing",
               "after_expiration",
               "allow_promotion_codes",
               "automatic_tax",
               "billing_address_collection",
               "branding_settings",
               "cancel_url",
               "client_reference_id",
               "consent_collection",
               "currency",
               "custom_fields",
               "custom_text",
               "customer",
               "customer_account",
               "customer_creation",
               "customer_email",
               "customer_update",
               "discounts",
               "excluded_payment_method_types",
               "expires_at",
               "integration_identifier",
               "invoice_creation",
               "line_items",
               "locale",
               "managed_payments",
               "metadata",
               "mode",
               "name_collection",
               "optional_items",
               "origin_context",
               "payment_intent_data",
               "payment_method_collection",
               "payment_method_configuration",
               "payment_method_data",
               "payment_method_options",
               "payment_method_types",
               "permissions",
               "phone_number_collection",
               "redirect_on_completion",
               "return_url",
               "saved_payment_method_options",
               "setup_intent_data",
               "shipping_address_collection",
               "shipping_options",
               "submit_type",
               "subscription_data",
               "success_url",
               "tax_id_collection",
               "ui_mode",
               "wallet_options"});
  const std::string mode = params.required("mode");
  params.word("mode", {"payment", "setup", "subscription"});
  std::string ui_mode = params.word("ui_mode", {"custom", "elements", "embedded", "embedded_page", "form", "hosted", "hosted_page"});
  if (ui_mode.empty() || ui_mode == "hosted") ui_mode = "hosted_page";
  check_urls(params, ui_mode);
  const std::vector<Line> lines = read_lines(world, params);
  check_lines(mode, lines);

  Object session = shape(session_shape);
  std::string id = world.ids.make("cs_test_a1");
  session["id"] = id;
  session["created"] = world.now_s();
  session["mode"] = mode;
  session["ui_mode"] = ui_mode;
  session["currency"] = lines.empty() ? text_or_null(params.text("currency")) : lines.front().price->at("currency");
  for (const std::string_view key :
       {"success_url", "cancel_url", "locale", "client_reference_id", "billing_address_collection", "submit_type", "return_url"})
    if (params.has(key)) session[key] = text_or_null(params.text(key));
  if (params.text("client_reference_id").size() > reference_max)
    throw invalid_request("`client_reference_id` may have at most 200 characters.", "client_reference_id");
  if (const auto allowed = params.flag("allow_promotion_codes")) session["allow_promotion_codes"] = *allowed;
  take_customer(world, session, params);
  if (mode == "subscription" && is_set(session, "customer")) check_currency(world, text(session, "customer"), text(session, "currency"));
  take_expiry(session, params, world.now_s());
  take_discounts(world, session, params);
  merge_metadata(session, params);
  session["payment_link"] = text_or_null(payment_link);
  const std::string collection = params.word("payment_method_collection", {"always", "if_required"});
  if (!collection.empty() && mode != "subscription")
    throw invalid_request("You can only set `payment_method_collection` if there are recurring prices.", "payment_method_collection");
  session["payment_method_collection"] = !collection.empty() ? collection : mode == "payment" ? "if_required" : "always";
  if (mode == "payment")
    session["invoice_creation"] =
        shape(R"({"enabled": false, "invoice_data": {"account_tax_ids": null, "custom_fields": null, "description": null, "footer": null,
      "issuer": null, "metadata": {}, "rendering_options": null}})");
  if (mode == "setup") session["amount_subtotal"] = session["amount_total"] = nullptr, session["total_details"] = nullptr;
  if (ui_mode == "hosted_page")
    session["url"] = (world.page_base.empty() ? "https://checkout.stripe.com" : world.page_base) + "/c/pay/" + id;
  else
    session["client_secret"] = id + "_secret_" + world.ids.letters(40);

  Object data = subscription_data(params, mode, world.now_s());
  const std::int64_t trial = number(data, "trial_days") > 0 ? 1 : number(data, "trial_end");
  Object hidden = {{"subscription_data", data}, {"payment_metadata", Object()}, {"payment_description", ""}};
  Array items;
  for (const Line &line : lines) items.push_back(line_item(world, line, trial));
  hidden["lines"] = std::move(items);
  if (params.has("payment_intent_data")) {
    if (mode != "payment") throw invalid_request("You can not pass `payment_intent_data` in `" + mode + "` mode.", "payment_intent_data");
    Object intent;
    merge_metadata(intent, params.inside("payment_intent_data"));
    if (intent.contains("metadata")) hidden["payment_metadata"] = intent.at("metadata");
    hidden["payment_description"] = params.inside("payment_intent_data").text("description");
    hidden["setup_future_usage"] = params.inside("payment_intent_data").text("setup_future_usage");
  }
  const std::int64_t expires = number(session, "expires_at");
  Row &row = world.insert(world.sessions, std::move(session));
  row.hidden = std::move(hidden);
  if (mode != "setup") total_session(world, row);
  world.agenda.add(to_ms(expires), DueKind::session_expires, id);
  return id;
}

void expire_session(World &world, std::string_view id) {
  Object &session = world.edit(world.sessions, id);
  session["status"] = "expired";
  session["url"] = nullptr;
  world.emit("checkout.session.expired", session);
}

void session_expires(World &world, std::string_view id) {
  if (text(world.get(world.sessions, id), "status") == "open") expire_session(world, id);
}

}  // namespace purser::sandbox
