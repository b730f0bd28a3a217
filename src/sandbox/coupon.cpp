#include "sandbox/coupon.hpp"

#include <algorithm>
#include <cmath>

#include "sandbox/calendar.hpp"
#include "sandbox/call.hpp"
#include "sandbox/customer.hpp"

namespace purser::sandbox {
namespace {

constexpr const char *coupon_shape =
    R"({"id": null, "object": "coupon", "amount_off": null, "created": 0, "currency": null, "duration": "once",
  "duration_in_months": null, "livemode": false, "max_redemptions": null, "metadata": {}, "name": null, "percent_off": null, "redeem_by": null,
  "times_redeemed": 0, "valid": true})";
constexpr const char *promotion_shape =
    R"({"id": null, "object": "promotion_code", "active": true, "code": null, "created": 0, "customer": null,
  "customer_account": null, "expires_at": null, "livemode": false, "max_redemptions": null, "metadata": {}, "promotion": {"coupon": null, "type": "coupon"},
  "restrictions": {"first_time_transaction": false, "minimum_amount": null, "minimum_amount_currency": null}, "times_redeemed": 0})";

Value create(Call &call) {
  World &world = call.world;
  const Params &params = call.params;
  params.only({"amount_off", "applies_to", "currency", "currency_options", "duration", "duration_in_months", "id", "max_redemptions",
               "metadata", "name", "percent_off", "redeem_by"});
  const auto percent = params.decimal("percent_off");
  const auto amount = params.integer("amount_off");
  if (!percent && !amount) throw invalid_request("You must pass either percent_off or amount_off.", {}, {});
  if (percent && (*percent <= 0 || *percent > 100))
    throw invalid_request("Invalid percent_off: must be greater than 0 and at most 100.", "percent_off");
  std::string id = params.text("id");
  if (!id.empty() && world.coupons.find(id) && !world.coupons.find(id)->deleted)
    throw invalid_request("Coupon already exists.", {}, "resource_already_exists");
  Object coupon = shape(coupon_shape);
  coupon["id"] = id.empty() ? world.ids.make("") : id;
  coupon["created"] = world.now_s();
  if (amount) {
    coupon["amount_off"] = *amount;
    coupon["currency"] = params.required("currency");
  }
  if (percent) coupon["percent_off"] = std::trunc(*percent) == *percent ? Value(static_cast<std::int64_t>(*percent)) : Value(*percent);
  const std::string duration = params.word("duration", {"forever", "once", "repeating"});
  coupon["duration"] = duration.empty() ? "once" : duration;
  if (duration == "repeating") {
    params.required("duration_in_months");
    coupon["duration_in_months"] = *params.integer("duration_in_months");
  }
  if (const auto most = params.integer("max_redemptions")) coupon["max_redemptions"] = *most;
  if (const auto until = params.integer("redeem_by")) coupon["redeem_by"] = *until;
  coupon["name"] = text_or_null(params.text("name"));
  merge_metadata(coupon, params);
  return world.insert(world.coupons, std::move(coupon), "coupon.created").object;
}

Value retrieve(Call &call) { return required_row(call.world.coupons, call.id(), "coupon").object; }

Value update(Call &call) {
  call.params.only({"currency_options", "metadata", "name"});
  required_row(call.world.coupons, call.id(), "coupon");
  Object &coupon = call.world.edit(call.world.coupons, call.id());
  if (call.params.has("name")) coupon["name"] = text_or_null(call.params.text("name"));
  merge_metadata(coupon, call.params);
  return coupon;
}

Value remove(Call &call) {
  Row &row = required_row(call.world.coupons, call.id(), "coupon");
  row.deleted = true;
  row.object["valid"] = false;
  call.world.emit("coupon.deleted", row.object);
  return deleted_stub(call.id(), "coupon");
}

Value list(Call &call) { return list_rows(call, call.world.coupons, {}); }

Value create_code(Call &call) {
  World &world = call.world;
  const Params &params = call.params;
  params.only({"active", "code", "coupon", "customer", "customer_account", "expires_at", "max_redemptions", "metadata", "promotion",
               "restrictions"});
  const Params promotion = params.inside("promotion");
  const bool old = params.has("coupon");  // before clover
  const std::string coupon = old ? params.required("coupon") : promotion.required("coupon");
  required_row(world.coupons, coupon, old ? "coupon" : "promotion[coupon]");
  const std::string code = params.text("code");
  if (!code.empty() && !find_promotion_code(world, code).empty())
    throw invalid_request("An active promotion code with `code: " + code + "` already exists.", "code");
  Object made = shape(promotion_shape);
  made["id"] = world.ids.make("promo_");
  made["created"] = world.now_s();
  made["code"] = code.empty() ? world.ids.upper(8) : code;
  inside(made, "promotion")["coupon"] = coupon;
  made["active"] = params.flag("active").value_or(true);
  if (const std::string customer = params.text("customer"); !customer.empty()) {
    required_customer(world, customer);
    made["customer"] = customer;
  }
  if (const auto until = params.integer("expires_at")) made["expires_at"] = *until;
  if (const auto most = params.integer("max_redemptions")) made["max_redemptions"] = *most;
  merge_metadata(made, params);
  return world.insert(world.promotion_codes, std::move(made), "promotion_code.created").object;
}

Value retrieve_code(Call &call) { return required_row(call.world.promotion_codes, call.id(), "promotion_code").object; }

Value update_code(Call &call) {
  call.params.only({"active", "metadata", "restrictions"});
  required_row(call.world.promotion_codes, call.id(), "promotion_code");
  Object &code = call.world.edit(call.world.promotion_codes, call.id());
  if (const auto active = call.params.flag("active")) code["active"] = *active;
  merge_metadata(code, call.params);
  return code;
}

Value list_codes(Call &call) {
  const auto active = call.params.flag("active");
  const std::string coupon = call.params.text("coupon");
  Listing listing;
  for (const std::string_view member : {"code", "customer"})
    if (call.params.has(member)) listing.equal.emplace_back(member, call.params.text(member));
  listing.also = [&](const Row &row) {
    return (!active || flag(row.object, "active") == *active) &&
           (coupon.empty() || text(inside(row.object, "promotion"), "coupon") == coupon);
  };
  return list_rows(call, call.world.promotion_codes, listing);
}

/// Past its date, or redeemed as often as it may be.
bool used_up(World &world, const Object &object, std::string_view until) {
  return (is_set(object, until) && number(object, until) <= world.now_s()) ||
         (is_set(object, "max_redemptions") && number(object, "times_redeemed") >= number(object, "max_redemptions"));
}

}  // namespace

std::string find_promotion_code(World &world, std::string_view code) {
  for (const std::size_t place : world.promotion_codes.having("code", code)) {
    const Object &found = world.promotion_codes.at(place).object;
    if (flag(found, "active") && !used_up(world, found, "expires_at")) return std::string(text(found, "id"));
  }
  return {};
}

std::string make_discount(World &world, std::string_view coupon, std::string_view promotion_code, std::string_view customer,
                          std::string_view subscription, std::string_view session) {
  std::string id = world.ids.make("di_");
  const Object &source = world.get(world.coupons, coupon);
  Value end;
  if (text(source, "duration") == "repeating") end = add_interval(world.now_s(), "month", number(source, "duration_in_months", 1));
  world.insert(world.discounts, {{"id", id},
                                 {"object", "discount"},
                                 {"checkout_session", text_or_null(session)},
                                 {"customer", text_or_null(customer)},
                                 {"customer_account", nullptr},
                                 {"end", std::move(end)},
                                 {"invoice", nullptr},
                                 {"invoice_item", nullptr},
                                 {"promotion_code", text_or_null(promotion_code)},
                                 {"source", Object{{"coupon", coupon}, {"type", "coupon"}}},
                                 {"start", world.now_s()},
                                 {"subscription", text_or_null(subscription)},
                                 {"subscription_item", nullptr}});
  redeem(world, coupon, promotion_code);
  return id;
}

std::vector<std::pair<std::string, std::string>> read_discounts(World &world, const Params &params, std::string_view key) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const Params &each : params.list(key)) {
    each.only({"coupon", "discount", "promotion_code"});
    std::string coupon = each.text("coupon");
    const std::string promotion = each.text("promotion_code");
    if (!promotion.empty()) {
      const Object &code = required_row(world.promotion_codes, promotion, each.name("promotion_code")).object;
      if (!flag(code, "active") || used_up(world, code, "expires_at"))
        throw invalid_request("This promotion code is not active: " + promotion, each.name("promotion_code"));
      coupon = text(inside(code, "promotion"), "coupon");
    } else {
      coupon = each.required("coupon");
    }
    const Object &source = required_row(world.coupons, coupon, each.name("coupon")).object;
    if (!flag(source, "valid") || used_up(world, source, "redeem_by"))
      throw invalid_request("Coupon " + coupon + " is expired or has been fully redeemed and cannot be applied.", each.name("coupon"),
                            "coupon_expired");
    out.emplace_back(coupon, promotion);
  }
  return out;
}

std::vector<std::string> customer_discounts(World &world, std::string_view customer) {
  const Object &object = world.get(world.customers, customer);
  if (!is_set(object, "discount")) return {};
  return {std::string(text(inside(object, "discount"), "id"))};
}

std::int64_t discount_of(const Object &coupon, std::int64_t amount, std::string_view currency) {
  if (amount <= 0) return 0;
  if (is_set(coupon, "amount_off")) return text(coupon, "currency") == currency ? std::min(amount, number(coupon, "amount_off")) : 0;
  const Value &percent = coupon.at("percent_off");
  const double share = percent.is_double() ? percent.get_double() : static_cast<double>(percent.as_int64());
  return std::min<std::int64_t>(amount, std::llround(static_cast<double>(amount) * share / 100.0));
}

std::int64_t apply_discounts(World &world, Object &invoice, const std::vector<std::string> &discounts, std::string_view subscription,
                             bool settle) {
  std::int64_t off = 0;
  Array shown, amounts;
  for (const std::string &id : discounts) {
    const Object &discount = world.get(world.discounts, id);
    if (is_set(discount, "end") && number(discount, "end") <= world.now_s()) continue;
    const Object &coupon = world.get(world.coupons, text(inside(discount, "source"), "coupon"));
    const std::int64_t amount = discount_of(coupon, number(invoice, "subtotal") - off, text(invoice, "currency"));
    off += amount;
    shown.emplace_back(id);
    amounts.push_back(Object{{"amount", amount}, {"discount", id}});
    std::int64_t left = amount;
    for (Value &line : listed(invoice, "lines")) {
      Object &each = line.get_object();
      const std::int64_t part = std::min(left, std::max<std::int64_t>(0, number(each, "amount")));
      elements(each, "discount_amounts").push_back(Object{{"amount", part}, {"discount", id}});
      left -= part;
    }
    if (settle && text(coupon, "duration") == "once" && !subscription.empty()) {
      Array &kept = elements(world.edit(world.subscriptions, subscription), "discounts");
      for (auto each = kept.begin(); each != kept.end();) each = *each == Value(id) ? kept.erase(each) : each + 1;
    }
  }
  invoice["discounts"] = std::move(shown);
  invoice["total_discount_amounts"] = std::move(amounts);
  return off;
}

void redeem(World &world, std::string_view coupon, std::string_view promotion_code) {
  Object &source = world.edit(world.coupons, coupon);
  source["times_redeemed"] = number(source, "times_redeemed") + 1;
  if (used_up(world, source, "redeem_by")) source["valid"] = false;
  if (promotion_code.empty()) return;
  Object &code = world.edit(world.promotion_codes, promotion_code);
  code["times_redeemed"] = number(code, "times_redeemed") + 1;
  if (used_up(world, code, "expires_at")) code["active"] = false;
}

std::vector<Route> coupon_routes() {
  return {{"POST", "/v1/coupons", create},
          {"GET", "/v1/coupons", list},
          {"GET", "/v1/coupons/:id", retrieve},
          {"POST", "/v1/coupons/:id", update},
          {"DELETE", "/v1/coupons/:id", remove},
          {"POST", "/v1/promotion_codes", create_code},
          {"GET", "/v1/promotion_codes", list_codes},
          {"GET", "/v1/promotion_codes/:id", retrieve_code},
          {"POST", "/v1/promotion_codes/:id", update_code}};
}

}  // namespace purser::sandbox
