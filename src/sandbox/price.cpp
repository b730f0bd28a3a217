#include "sandbox/price.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "sandbox/call.hpp"

namespace purser::sandbox {
namespace {

constexpr std::int64_t amount_max = 99'999'999'999;  // what Stripe takes at most, twelve digits; times a quantity it stays an int64

constexpr const char *price_shape =
    R"({"id": null, "object": "price", "active": true, "billing_scheme": "per_unit", "created": 0, "currency": null,
  "custom_unit_amount": null, "livemode": false, "lookup_key": null, "metadata": {}, "nickname": null, "product": null, "recurring": null,
  "tax_behavior": "unspecified", "tiers_mode": null, "transform_quantity": null, "type": "one_time", "unit_amount": 0, "unit_amount_decimal": "0"})";

/// `transfer_lookup_key` takes it from the price that has it.
void take_lookup_key(Call &call, Object &price) {
  const std::string key = call.params.text("lookup_key");
  if (!call.params.has("lookup_key")) return;
  for (const std::size_t place : call.world.prices.having("lookup_key", key)) {
    const std::string other(text(call.world.prices.at(place).object, "id"));
    if (text(call.world.prices.at(place).object, "lookup_key") != key || other == text(price, "id")) continue;
    if (!call.params.flag("transfer_lookup_key").value_or(false))
      throw invalid_request("A price (`" + other + "`) already uses that lookup key.", "lookup_key");
    call.world.edit(call.world.prices, other)["lookup_key"] = nullptr;
  }
  price["lookup_key"] = text_or_null(key);
}

NewPrice read(Call &call) {
  const Params &params = call.params;
  NewPrice made;
  made.currency = params.required("currency");
  std::ranges::transform(made.currency, made.currency.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const auto amount = params.integer("unit_amount");
  const auto decimal = params.decimal("unit_amount_decimal");
  if (!amount && !decimal) throw missing_parameter("unit_amount");
  made.unit_amount = amount ? *amount : std::llround(*decimal);
  if (made.unit_amount < 0) throw invalid_request("Invalid non-negative integer", "unit_amount", "parameter_invalid_integer");
  if (made.unit_amount > amount_max)
    throw invalid_request("Amount must be no more than $999,999,999.99", "unit_amount", "amount_too_large");
  if (params.has("recurring")) {
    const Params recurring = params.inside("recurring");
    recurring.only({"interval", "interval_count", "meter", "trial_period_days", "usage_type"});
    made.interval = recurring.required("interval");
    recurring.word("interval", {"day", "week", "month", "year"});
    made.interval_count = recurring.integer("interval_count").value_or(1);
    const std::int64_t most = made.interval == "year" ? 3 : made.interval == "month" ? 36 : made.interval == "week" ? 156 : 1095;
    if (made.interval_count < 1 || made.interval_count > most)
      throw invalid_request("The interval count must be at least 1, and the interval at most three years.", "recurring[interval_count]");
  }
  return made;
}

Value create(Call &call) {
  const Params &params = call.params;
  params.only({"active", "billing_scheme", "currency", "currency_options", "custom_unit_amount", "lookup_key", "metadata", "nickname",
               "product", "product_data", "recurring", "tax_behavior", "tiers", "tiers_mode", "transfer_lookup_key", "transform_quantity",
               "unit_amount", "unit_amount_decimal"});
  NewPrice made = read(call);
  if (params.has("product_data")) {
    const Params data = params.inside("product_data");
    const std::string name = data.required("name");
    Object product = new_product(call.world, data.text("id"), name);
    merge_metadata(product, data);
    made.product = text(call.world.insert(call.world.products, std::move(product), "product.created").object, "id");
  } else {
    made.product = params.required("product");
    required_row(call.world.products, made.product, "product");
  }
  Object price = new_price(call.world, made);
  take_lookup_key(call, price);
  price["active"] = params.flag("active").value_or(true);
  price["nickname"] = text_or_null(params.text("nickname"));
  merge_metadata(price, params);
  return call.world.insert(call.world.prices, std::move(price), "price.created").object;
}

Value retrieve(Call &call) { return required_row(call.world.prices, call.id()).object; }

/// Subscriptions show their price as it is now, without an event of theirs.
void refresh_items(World &world, const Object &price) {
  for (std::size_t i = 0; i < world.subscriptions.size(); ++i) {
    Object &subscription = world.subscriptions.at(i).object;
    for (Value &item : listed(subscription, "items")) {
      Object &shown = item.get_object();
      if (text(inside(shown, "price"), "id") != text(price, "id")) continue;
      shown["price"] = price;
      shown["plan"] = plan_of(price);
      if (is_set(subscription, "plan")) subscription["plan"] = plan_of(price);
    }
  }
}

Value update(Call &call) {
  call.params.only({"active", "currency_options", "lookup_key", "metadata", "nickname", "tax_behavior", "transfer_lookup_key"});
  required_row(call.world.prices, call.id());
  Object &price = call.world.edit(call.world.prices, call.id());
  take_lookup_key(call, price);
  if (const auto active = call.params.flag("active")) price["active"] = *active;
  if (call.params.has("nickname")) price["nickname"] = text_or_null(call.params.text("nickname"));
  if (call.params.has("tax_behavior")) price["tax_behavior"] = call.params.text("tax_behavior");
  merge_metadata(price, call.params);
  refresh_items(call.world, price);
  return price;
}

Value list(Call &call) {
  const Params &params = call.params;
  params.only({"active", "created", "currency", "limit", "starting_after", "ending_before", "lookup_keys", "product", "recurring", "type"});
  const auto active = params.flag("active");
  const auto keys = params.texts("lookup_keys");
  const std::string interval = params.inside("recurring").text("interval");
  if (keys.size() > 10) throw invalid_request("You may only specify up to 10 lookup keys.", "lookup_keys");
  Listing listing;
  for (const std::string_view member : {"product", "currency", "type"})
    if (params.has(member)) listing.equal.emplace_back(member, params.text(member));
  if (keys.size() == 1) listing.equal.emplace_back("lookup_key", keys.front());
  listing.also = [&](const Row &row) {
    return (!active || flag(row.object, "active") == *active) &&
           (keys.empty() || std::ranges::find(keys, text(row.object, "lookup_key")) != keys.end()) &&
           (interval.empty() || (is_recurring(row.object) && text(inside(row.object, "recurring"), "interval") == interval));
  };
  return list_rows(call, call.world.prices, listing);
}

Value retrieve_plan(Call &call) {
  const Row *row = call.world.prices.find(call.id());
  if (!row || !is_recurring(row->object)) throw no_such("plan", call.id(), "id");
  return plan_of(row->object);
}

}  // namespace

Object new_price(World &world, const NewPrice &made) {
  Object price = shape(price_shape);
  price["id"] = made.id.empty() ? world.ids.make("price_") : made.id;
  price["created"] = world.now_s();
  price["active"] = made.active;
  price["currency"] = made.currency;
  price["lookup_key"] = text_or_null(made.lookup_key);
  price["product"] = made.product;
  price["unit_amount"] = made.unit_amount;
  price["unit_amount_decimal"] = std::to_string(made.unit_amount);
  if (!made.interval.empty()) {
    price["type"] = "recurring";
    price["recurring"] = Object{{"interval", made.interval},
                                {"interval_count", made.interval_count},
                                {"meter", nullptr},
                                {"trial_period_days", nullptr},
                                {"usage_type", "licensed"}};
  }
  return price;
}

Object plan_of(const Object &price) {
  const Object &recurring = inside(price, "recurring");
  return {{"id", price.at("id")},
          {"object", "plan"},
          {"active", price.at("active")},
          {"amount", price.at("unit_amount")},
          {"amount_decimal", price.at("unit_amount_decimal")},
          {"billing_scheme", "per_unit"},
          {"created", price.at("created")},
          {"currency", price.at("currency")},
          {"interval", recurring.at("interval")},
          {"interval_count", recurring.at("interval_count")},
          {"livemode", false},
          {"metadata", price.at("metadata")},
          {"meter", nullptr},
          {"nickname", price.at("nickname")},
          {"product", price.at("product")},
          {"tiers_mode", nullptr},
          {"transform_usage", nullptr},
          {"trial_period_days", nullptr},
          {"usage_type", "licensed"}};
}

const Object *find_price(World &world, std::string_view key) {
  if (const Row *row = world.prices.find(key)) return &row->object;
  for (const std::size_t place : world.prices.having("lookup_key", key))
    if (text(world.prices.at(place).object, "lookup_key") == key) return &world.prices.at(place).object;
  return nullptr;
}

std::int64_t price_amount(const Object &price, std::int64_t quantity) { return number(price, "unit_amount") * quantity; }
bool is_recurring(const Object &price) { return text(price, "type") == "recurring"; }

std::string price_text(const Object &price) {
  const std::int64_t amount = number(price, "unit_amount");
  char digits[48];
  std::snprintf(digits, sizeof digits, "%lld.%02lld", static_cast<long long>(amount / 100), static_cast<long long>(amount % 100));
  const std::string_view currency = text(price, "currency");
  std::string out = currency == "usd"   ? "$" + std::string(digits)
                    : currency == "eur" ? "€" + std::string(digits)
                                        : std::string(digits) + " " + std::string(currency);
  if (!is_recurring(price)) return out;
  const Object &recurring = inside(price, "recurring");
  const std::int64_t count = number(recurring, "interval_count", 1);
  const std::string interval(text(recurring, "interval"));
  return out + (count == 1 ? " / " + interval : " every " + std::to_string(count) + " " + interval + "s");
}

std::string product_name(World &world, const Object &price) {
  const Row *product = world.products.find(text(price, "product"));
  return product ? std::string(text(product->object, "name")) : std::string();
}

std::vector<Route> price_routes() {
  return {{"POST", "/v1/prices", create},
          {"GET", "/v1/prices", list},
          {"GET", "/v1/prices/:id", retrieve},
          {"POST", "/v1/prices/:id", update},
          {"GET", "/v1/plans/:id", retrieve_plan}};
}

}  // namespace purser::sandbox
