#include "sandbox/version.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>

#include "sandbox/invoice.hpp"
#include "sandbox/price.hpp"

namespace purser::sandbox {
namespace {

// The first versions that have a shape: whatever is older has the one before.
constexpr std::string_view dahlia = "2026-03-25", clover = "2025-09-30", basil = "2025-03-31", with_prices = "2020-08-27",
                           with_request = "2017-05-25";

/// Puts previous attributes back: the object as it was.
Object undone(Object object, const Object &previous) {
  for (const auto &member : previous) {
    Value *const now = object.if_contains(member.key());
    if (now && now->is_object() && member.value().is_object())
      *now = undone(std::move(now->get_object()), member.value().get_object());
    else
      object[member.key()] = member.value();
  }
  return object;
}

void erase_everywhere(Value &value, std::string_view key) {
  if (value.is_array())
    for (Value &element : value.get_array()) erase_everywhere(element, key);
  if (!value.is_object()) return;
  value.get_object().erase(key);
  for (auto &member : value.get_object()) erase_everywhere(member.value(), key);
}

/// The only discount, as versions before basil show it: with its coupon inside.
Value old_discount(World &world, const Object &object) {
  const Value *ids = object.if_contains("discounts");
  if (!ids || !ids->is_array() || ids->get_array().empty() || !ids->get_array()[0].is_string()) return nullptr;
  const Row *row = world.discounts.find(ids->get_array()[0].get_string());
  return row ? Value(row->object) : Value();
}

/// `source.coupon` of a discount, `promotion.coupon` of a promotion code, wherever it stands.
void show_coupons(World &world, Value &value) {
  if (value.is_array())
    for (Value &element : value.get_array()) show_coupons(world, element);
  if (!value.is_object()) return;
  Object &object = value.get_object();
  for (const char *key : {"source", "promotion"}) {
    const Value *inner = object.if_contains(key);
    if (!inner || !inner->is_object() || !inner->get_object().contains("coupon")) continue;
    Value coupon = inner->get_object().at("coupon");
    if (coupon.is_string())
      if (const Row *row = world.coupons.find(coupon.get_string())) coupon = row->object;
    object.erase(key);
    object["coupon"] = std::move(coupon);
  }
  for (auto &member : object) show_coupons(world, member.value());
}

void before_dahlia(Object &object) {
  if (text(object, "object") != "checkout.session") return;
  const std::string_view mode = text(object, "ui_mode");
  object["ui_mode"] = mode == "hosted_page" ? "hosted" : mode == "embedded_page" ? "embedded" : "custom";
}

void old_subscription(World &world, Object &subscription) {
  std::int64_t start = 0, end = 0;
  for (Value &each : listed(subscription, "items")) {
    Object &item = each.get_object();
    start = std::max(start, number(item, "current_period_start"));
    end = end == 0 ? number(item, "current_period_end") : std::min(end, number(item, "current_period_end"));
    for (const char *key : {"current_period_start", "current_period_end"}) item.erase(key);
  }
  subscription["current_period_start"] = start;
  subscription["current_period_end"] = end;
  subscription["discount"] = old_discount(world, subscription);
  for (const char *key : {"billing_mode", "billing_schedules", "billing_cycle_anchor_config", "managed_payments"}) subscription.erase(key);
}

void old_line(World &world, Object &line) {
  const Object parent = is_set(line, "parent") ? inside(line, "parent") : Object();
  const bool of_item = text(parent, "type") == "subscription_item_details";
  const char *const details = of_item ? "subscription_item_details" : "invoice_item_details";
  const Object about = is_set(parent, details) ? inside(parent, details) : Object();
  Value price, plan;
  if (is_set(line, "pricing"))
    if (const Row *row = world.prices.find(text(inside(inside(line, "pricing"), "price_details"), "price"))) {
      price = row->object;
      if (is_recurring(row->object)) plan = plan_of(row->object);
    }
  line["price"] = std::move(price);
  line["plan"] = std::move(plan);
  line["type"] = of_item && !is_set(about, "invoice_item") ? "subscription" : "invoiceitem";
  line["proration"] = flag(about, "proration");
  line["proration_details"] = Object{{"credited_items", nullptr}};
  line["subscription"] = text_or_null(text(about, "subscription"));
  if (of_item) line["subscription_item"] = about.at("subscription_item");
  if (is_set(about, "invoice_item")) line["invoice_item"] = about.at("invoice_item");
  line["amount_excluding_tax"] = line.at("amount");
  line["tax_amounts"] = Array();
  line["tax_rates"] = Array();
  for (const char *key : {"parent", "pricing", "taxes", "subtotal", "quantity_decimal"}) line.erase(key);
}

void old_invoice(World &world, Object &invoice, const Object &known) {
  const Object parent = is_set(invoice, "parent") ? inside(invoice, "parent") : Object();
  const Object details = is_set(parent, "subscription_details") ? inside(parent, "subscription_details") : Object();
  const bool paid = text(invoice, "status") == "paid", draft = text(invoice, "status") == "draft";
  invoice["subscription"] = text_or_null(text(details, "subscription"));
  invoice["subscription_details"] = Object{{"metadata", details.contains("metadata") ? details.at("metadata") : Value()}};
  invoice["paid"] = paid;
  invoice["paid_out_of_band"] = false;
  invoice["payment_intent"] = draft ? Value() : text_or_null(text(known, "payment_intent"));
  invoice["charge"] = flag(invoice, "attempted") ? text_or_null(text(known, "charge")) : Value();
  invoice["discount"] = old_discount(world, invoice);
  invoice["total_tax_amounts"] = Array();
  for (const char *key : {"application_fee_amount", "quote", "rendering_options", "tax", "transfer_data"}) invoice[key] = nullptr;
  for (Value &line : listed(invoice, "lines")) old_line(world, line.get_object());
  for (const char *key : {"parent", "total_taxes", "amount_overpaid", "confirmation_secret", "payments"}) invoice.erase(key);
}

void before_basil(World &world, Object &object, const Object &known) {
  const std::string_view kind = text(object, "object");
  if (kind == "subscription") old_subscription(world, object);
  if (kind == "invoice") old_invoice(world, object, known);
  if (kind == "charge" || kind == "payment_intent") object["invoice"] = text_or_null(text(known, "invoice"));
  if (kind == "customer") object["discount"] = is_set(object, "discount") ? object.at("discount") : Value();
}

/// Items and lines knew plans alone.
void before_prices(Object &object) {
  const std::string_view kind = text(object, "object");
  if (kind != "subscription" && kind != "invoice") return;
  for (Value &each : listed(object, kind == "subscription" ? "items" : "lines")) each.get_object().erase("price");
}

Object shaped(World &world, Object object, const Object &known, std::string_view version) {
  if (version < dahlia) before_dahlia(object);
  if (version < basil) before_basil(world, object, known);
  if (version < with_prices) before_prices(object);
  Value whole(std::move(object));
  if (version < clover) show_coupons(world, whole);
  if (version < dahlia)
    for (const char *key : {"customer_account", "managed_payments"}) erase_everywhere(whole, key);
  return std::move(whole.get_object());
}

/// `2026-05-28T22:13:20.000Z`
std::string instant(std::int64_t at_s) {
  std::int64_t day = at_s / 86'400, rest = at_s % 86'400;
  // Howard Hinnant's civil_from_days.
  day += 719'468;
  const std::int64_t era = day / 146'097, doe = day - era * 146'097;
  const std::int64_t yoe = (doe - doe / 1460 + doe / 36'524 - doe / 146'096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const std::int64_t mp = (5 * doy + 2) / 153, month = mp < 10 ? mp + 3 : mp - 9;
  char out[40];
  std::snprintf(out, sizeof out, "%04d-%02d-%02dT%02d:%02d:%02d.000Z", static_cast<int>(yoe + era * 400 + (month <= 2 ? 1 : 0)),
                static_cast<int>(month), static_cast<int>(doy - (153 * mp + 2) / 5 + 1), static_cast<int>(rest / 3600),
                static_cast<int>(rest / 60 % 60), static_cast<int>(rest % 60));
  return out;
}

/// Where an object of this kind is fetched; empty for one that has no place of its own.
std::string_view collection(std::string_view kind) {
  static constexpr std::pair<std::string_view, std::string_view> places[] = {{"account", "accounts"},
                                                                             {"charge", "charges"},
                                                                             {"checkout.session", "checkout/sessions"},
                                                                             {"coupon", "coupons"},
                                                                             {"customer", "customers"},
                                                                             {"dispute", "disputes"},
                                                                             {"invoice", "invoices"},
                                                                             {"invoice_payment", "invoice_payments"},
                                                                             {"invoiceitem", "invoiceitems"},
                                                                             {"payment_intent", "payment_intents"},
                                                                             {"payment_link", "payment_links"},
                                                                             {"payment_method", "payment_methods"},
                                                                             {"payout", "payouts"},
                                                                             {"plan", "plans"},
                                                                             {"price", "prices"},
                                                                             {"product", "products"},
                                                                             {"promotion_code", "promotion_codes"},
                                                                             {"refund", "refunds"},
                                                                             {"setup_intent", "setup_intents"},
                                                                             {"subscription", "subscriptions"},
                                                                             {"subscription_schedule", "subscription_schedules"},
                                                                             {"transfer", "transfers"}};
  for (const auto &[name, place] : places)
    if (name == kind) return place;
  return {};
}

}  // namespace

std::string beside(World &world, const Object &object) {
  const std::string_view kind = text(object, "object"), id = text(object, "id");
  if (kind == "invoice") {
    const std::string intent = id.empty() ? std::string() : intent_of(world, id);
    if (intent.empty()) return {};
    return render(Object{{"payment_intent", intent}, {"charge", world.get(world.payment_intents, intent).at("latest_charge")}});
  }
  const std::string_view intent = kind == "payment_intent" ? id : kind == "charge" ? text(object, "payment_intent") : std::string_view();
  if (intent.empty()) return {};
  for (const std::size_t place : world.invoice_payments.having("payment_intent", intent))
    return render(Object{{"invoice", world.invoice_payments.at(place).object.at("invoice")}});
  return {};
}

std::string in_version(World &world, const Event &event, std::string_view version) {
  Value whole = boost::json::parse(event.text);
  Object &shown = whole.get_object();
  const Object known = event.beside.empty() ? Object() : boost::json::parse(event.beside).get_object();
  Object &data = inside(shown, "data");
  const Object now = inside(data, "object");
  Object after = shaped(world, now, known, version);
  if (const Value *previous = data.if_contains("previous_attributes"); previous && previous->is_object() && !previous->get_object().empty())
    data["previous_attributes"] = difference(shaped(world, undone(now, previous->get_object()), known, version), after);
  data["object"] = std::move(after);
  shown["api_version"] = version;
  if (version < with_request) shown["request"] = inside(shown, "request").at("id");
  return render(whole);
}

std::string thin_id(std::string_view event) { return "evt_test_65" + std::string(event.substr(std::min<std::size_t>(4, event.size()))); }

std::string thin(const Event &event) {
  const Object snapshot = boost::json::parse(event.text).get_object();
  const Object &object = inside(inside(snapshot, "data"), "object");
  const std::string kind(text(object, "object")), id(text(object, "id")), place(collection(kind));
  Object notice = {{"id", thin_id(event.id)},
                   {"object", "v2.core.event"},
                   {"type", "v1." + event.type},
                   {"livemode", false},
                   {"created", instant(event.at_ms / second_ms)},
                   {"context", text_or_null(event.account)},
                   {"reason", nullptr},
                   {"related_object", nullptr},
                   {"snapshot_event", event.id}};
  if (!id.empty() && !place.empty()) notice["related_object"] = Object{{"id", id}, {"type", kind}, {"url", "/v1/" + place + "/" + id}};
  if (const Object &request = inside(snapshot, "request"); is_set(request, "id"))
    notice["reason"] = Object{{"type", "request"}, {"request", request}};
  return render(notice);
}

}  // namespace purser::sandbox
