#include <algorithm>

#include "sandbox/calendar.hpp"
#include "sandbox/call.hpp"
#include "sandbox/coupon.hpp"
#include "sandbox/customer.hpp"
#include "sandbox/payment_method.hpp"
#include "sandbox/price.hpp"
#include "sandbox/subscription.hpp"

namespace purser::sandbox {
namespace {

constexpr std::size_t items_max = 20;

std::string price_of(World &world, const Params &item) {
  const bool plan = !item.has("price") && item.has("plan");
  const std::string_view key = plan ? "plan" : "price";
  std::string id = item.required(key);
  const Row *row = world.prices.find(id);
  if (!row) throw plan ? no_such("plan", id, "plan") : no_such("price", id, item.name(key));
  if (!is_recurring(row->object))
    throw invalid_request("The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.",
                          item.name(key));
  if (!flag(row->object, "active"))
    throw invalid_request("The price specified is inactive. This field only accepts active prices.", item.name(key));
  return id;
}

constexpr std::int64_t quantity_max = 1'000'000;  // amounts of it stay far from the end of int64

std::int64_t quantity_of(const Params &item) {
  const std::int64_t quantity = item.integer("quantity").value_or(1);
  if (quantity < 0)
    throw invalid_request("This value must be greater than or equal to 0.", item.name("quantity"), "parameter_invalid_integer");
  if (quantity > quantity_max)
    throw invalid_request("This value must be less than or equal to 1000000.", item.name("quantity"), "parameter_invalid_integer");
  return quantity;
}

std::vector<NewItem> read_items(World &world, const Params &params) {
  std::vector<NewItem> items;
  for (const Params &each : params.list("items")) {
    each.only({"billing_thresholds", "discounts", "metadata", "plan", "price", "price_data", "quantity", "tax_rates", "trial"});
    Object metadata;
    merge_metadata(metadata, each);
    items.push_back(
        {price_of(world, each), quantity_of(each), metadata.contains("metadata") ? metadata.at("metadata").get_object() : Object()});
  }
  if (items.empty()) throw missing_parameter("items");
  if (items.size() > items_max) throw invalid_request("You can have at most 20 items.", "items");
  return items;
}

std::vector<NewLine> read_more_lines(World &world, const Params &params) {
  std::vector<NewLine> lines;
  for (const Params &each : params.list("add_invoice_items")) {
    const std::string id = each.required("price");
    const Object &price = required_row(world.prices, id, each.name("price")).object;
    NewLine line;
    line.price = id;
    line.quantity = each.integer("quantity").value_or(1);
    line.amount = price_amount(price, line.quantity);
    line.description = product_name(world, price);
    line.start_s = line.end_s = world.now_s();
    lines.push_back(std::move(line));
  }
  return lines;
}

void read_trial(World &world, const Params &params, NewSubscription &made) {
  const std::int64_t now_s = world.now_s();
  if (params.text("trial_end") == "now") return;
  if (const auto end = params.integer("trial_end")) {
    check_moment(world.now_s(), *end, "trial_end");
    made.trial_end_s = *end;
  }
  if (const auto days = params.integer("trial_period_days")) {
    if (made.trial_end_s > 0) throw invalid_request("You may only specify one of these parameters: trial_end, trial_period_days.");
    if (*days < 0)
      throw invalid_request("This value must be greater than or equal to 0.", "trial_period_days", "parameter_invalid_integer");
    if (*days > 730) throw invalid_request("The maximum number of trial period days is 730 (2 years).", "trial_period_days");
    if (*days > 0) made.trial_end_s = now_s + *days * 86'400;
  }
}

/// Not past, and not beyond the first period.
void check_anchor(World &world, const NewSubscription &made) {
  check_moment(world.now_s(), made.anchor_s, "billing_cycle_anchor");
  for (const NewItem &item : made.items) {
    const Object &recurring = inside(world.get(world.prices, item.price), "recurring");
    const std::int64_t from = std::max(world.now_s(), made.trial_end_s);
    const std::int64_t natural = add_interval(from, text(recurring, "interval"), number(recurring, "interval_count", 1));
    if (made.anchor_s > natural)
      throw invalid_request(
          "`billing_cycle_anchor` cannot be later than next natural billing date (" + std::to_string(natural) + ") for plan",
          "billing_cycle_anchor");
  }
}

NewSubscription read(World &world, const Params &params) {
  NewSubscription made;
  made.customer = params.required("customer");
  required_customer(world, made.customer);
  made.items = read_items(world, params);
  made.currency = text(world.get(world.prices, made.items.front().price), "currency");
  check_currency(world, made.customer, made.currency);
  made.more_lines = read_more_lines(world, params);
  made.method = params.text("default_payment_method");
  if (!made.method.empty()) required_row(world.payment_methods, made.method, "default_payment_method");
  made.description = params.text("description");
  Object metadata;
  merge_metadata(metadata, params);
  if (metadata.contains("metadata")) made.metadata = metadata.at("metadata").get_object();
  read_trial(world, params, made);
  made.anchor_s = params.integer("billing_cycle_anchor").value_or(0);
  if (made.anchor_s != 0) check_anchor(world, made);
  const std::string missing =
      params.inside("trial_settings").inside("end_behavior").word("missing_payment_method", {"cancel", "create_invoice", "pause"});
  if (!missing.empty()) made.missing_method = missing;
  if (params.word("collection_method", {"charge_automatically", "send_invoice"}) == "send_invoice") {
    made.collection_method = "send_invoice";
    made.days_until_due = days_until_due(params);
  }
  made.cancel_at_s = params.integer("cancel_at").value_or(0);
  if (made.cancel_at_s != 0) check_moment(world.now_s(), made.cancel_at_s, "cancel_at");
  made.cancel_at_period_end = params.flag("cancel_at_period_end").value_or(false);
  made.flexible = params.inside("billing_mode").text("type") != "classic";
  made.prorates = params.word("proration_behavior", {"always_invoice", "create_prorations", "none"}) != "none";
  made.discounts = read_discounts(world, params);
  return made;
}

FirstPayment first_payment(World &world, const Params &params, const NewSubscription &made) {
  const std::string behavior =
      params.word("payment_behavior", {"allow_incomplete", "default_incomplete", "error_if_incomplete", "pending_if_incomplete"});
  std::int64_t due = 0;
  if (made.trial_end_s <= world.now_s())
    for (const NewItem &item : made.items) due += price_amount(world.get(world.prices, item.price), item.quantity);
  for (const NewLine &line : made.more_lines) due += line.amount;
  const std::string method = made.method.empty() ? paying_method(world, made.customer, nullptr) : made.method;
  const bool charged = made.collection_method == "charge_automatically" && due > 0 && behavior != "default_incomplete";
  if (charged && method.empty())
    throw invalid_request(
        "This customer has no attached payment source or default payment method. Please consider adding a default payment method. For more "
        "information, visit "
        "https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority.",
        {}, "resource_missing");
  if (charged && behavior == "error_if_incomplete" && behaviour_of(world, method) != Behaviour::pays) throw card_declined();
  return behavior == "default_incomplete" ? FirstPayment::later : FirstPayment::now;
}

Value create(Call &call) {
  World &world = call.world;
  const Params &params = call.params;
  params.only({"add_invoice_items",
               "application_fee_percent",
               "automatic_tax",
               "backdate_start_date",
               "billing_cycle_anchor",
               "billing_cycle_anchor_config",
               "billing_mode",
               "billing_schedules",
               "billing_thresholds",
               "cancel_at",
               "cancel_at_period_end",
               "collection_method",
               "currency",
               "customer",
               "customer_account",
               "days_until_due",
               "default_payment_method",
               "default_source",
               "default_tax_rates",
               "description",
               "discounts",
               "invoice_settings",
               "items",
               "metadata",
               "off_session",
               "on_behalf_of",
               "payment_behavior",
               "payment_settings",
               "pending_invoice_item_interval",
               "proration_behavior",
               "transfer_data",
               "trial_end",
               "trial_from_plan",
               "trial_period_days",
               "trial_settings"});
  const NewSubscription made = read(world, params);
  return world.get(world.subscriptions, make_subscription(world, made, first_payment(world, params, made)));
}

Value retrieve(Call &call) { return required_row(call.world.subscriptions, call.id()).object; }

void take_pause(World &world, Object &subscription, const Params &params) {
  if (!params.has("pause_collection")) return;
  if (params.unsets("pause_collection")) {
    subscription["pause_collection"] = nullptr;
    return;
  }
  const Params pause = params.inside("pause_collection");
  pause.required("behavior");
  const std::string behavior = pause.word("behavior", {"keep_as_draft", "mark_uncollectible", "void"});
  const auto until = pause.integer("resumes_at");
  pause_collection(world, std::string(text(subscription, "id")), behavior, until.value_or(0));
}

void take_cancellation(World &world, Object &subscription, const Params &params) {
  if (params.flag("cancel_at_period_end").value_or(false) && !params.text("cancel_at").empty())
    throw invalid_request("You may only specify one of these parameters: cancel_at_period_end, cancel_at.");
  if (const auto at_end = params.flag("cancel_at_period_end")) {
    if (*at_end)
      cancel_at_period_end(world, subscription, false);
    else
      undo_cancellation(subscription);
  }
  if (params.unsets("cancel_at")) {
    undo_cancellation(subscription);
  } else if (const std::string at = params.text("cancel_at"); at == "min_period_end" || at == "max_period_end") {
    cancel_at_period_end(world, subscription, true);
    if (at == "min_period_end") subscription["cancel_at"] = period_end(subscription);
  } else if (const auto at_s = params.integer("cancel_at")) {
    check_moment(world.now_s(), *at_s, "cancel_at");
    set_cancel_at(world, subscription, *at_s);
  }
  if (!params.has("cancellation_details")) return;
  const Params details = params.inside("cancellation_details");
  for (const std::string_view key : {"comment", "feedback"})
    if (details.has(key)) inside(subscription, "cancellation_details")[key] = text_or_null(details.text(key));
}

std::vector<ItemChange> read_changes(World &world, const Object &subscription, const Params &params) {
  std::vector<ItemChange> changes;
  for (const Params &each : params.list("items")) {
    each.only({"billing_thresholds", "clear_usage", "deleted", "discounts", "id", "metadata", "plan", "price", "price_data", "quantity",
               "tax_rates"});
    ItemChange change;
    change.id = each.text("id");
    change.deleted = each.flag("deleted").value_or(false);
    if (each.has("price") || each.has("plan")) change.price = price_of(world, each);
    if (change.id.empty() && change.price.empty()) throw missing_parameter(each.name("price"));
    if (each.has("quantity")) change.quantity = quantity_of(each);
    if (each.has("metadata")) {
      Object metadata;
      for (const Value &item : listed(subscription, "items"))
        if (text(item.get_object(), "id") == change.id) metadata["metadata"] = item.get_object().at("metadata");
      merge_metadata(metadata, each);
      change.metadata = metadata.at("metadata").get_object();
    }
    // A price without an id beside the price that is there already: Stripe takes both. A price that another item has, not.
    for (const Value &item : listed(subscription, "items"))
      if (change.id.empty() && text(inside(item.get_object(), "price"), "id") == change.price)
        throw invalid_request("You cannot add multiple subscription items with the same plan: " + change.price + ".", each.name("price"));
    changes.push_back(std::move(change));
  }
  return changes;
}

Prorate proration(const Params &params) {
  const std::string word = params.word("proration_behavior", {"always_invoice", "create_prorations", "none"});
  return word == "none" ? Prorate::none : word == "always_invoice" ? Prorate::invoice : Prorate::pending;
}

void check_alive(const Object &subscription, const Params &params) {
  if (is_live(subscription)) return;
  if (!params.has("items") && !params.has("cancel_at_period_end") && !params.has("trial_end") && !params.has("pause_collection")) return;
  throw invalid_request("A canceled subscription can only update its cancellation_details and metadata.", {}, {});
}

/// What may stand beside `pending_if_incomplete`: what can be pending.
std::string read_behavior(const Params &params) {
  std::string behavior =
      params.word("payment_behavior", {"allow_incomplete", "default_incomplete", "error_if_incomplete", "pending_if_incomplete"});
  if (behavior != "pending_if_incomplete") return behavior;
  for (const char *key : {"cancel_at", "cancel_at_period_end", "collection_method", "default_payment_method", "description", "discounts",
                          "metadata", "pause_collection", "trial_settings"})
    if (params.has(key))
      throw invalid_request("You cannot set `payment_behavior` to `pending_if_incomplete` when updating `" + std::string(key) + "`.", key);
  return behavior;
}

Value update(Call &call) {
  World &world = call.world;
  const Params &params = call.params;
  params.only({"add_invoice_items",
               "application_fee_percent",
               "automatic_tax",
               "billing_cycle_anchor",
               "billing_schedules",
               "billing_thresholds",
               "cancel_at",
               "cancel_at_period_end",
               "cancellation_details",
               "collection_method",
               "days_until_due",
               "default_payment_method",
               "default_source",
               "default_tax_rates",
               "description",
               "discounts",
               "invoice_settings",
               "items",
               "metadata",
               "off_session",
               "on_behalf_of",
               "pause_collection",
               "payment_behavior",
               "payment_settings",
               "pending_invoice_item_interval",
               "proration_behavior",
               "proration_date",
               "transfer_data",
               "trial_end",
               "trial_from_plan",
               "trial_settings"});
  const std::string id = call.id();
  check_alive(required_row(world.subscriptions, id).object, params);
  const Prorate prorate = proration(params);
  const std::vector<ItemChange> changes = read_changes(world, world.get(world.subscriptions, id), params);
  const std::string anchor = params.word("billing_cycle_anchor", {"now", "unchanged"}), behavior = read_behavior(params);

  Object &subscription = world.edit(world.subscriptions, id);
  merge_metadata(subscription, params);
  if (params.has("description")) subscription["description"] = text_or_null(params.text("description"));
  if (params.has("default_payment_method")) {
    const std::string method = params.text("default_payment_method");
    if (!method.empty()) required_row(world.payment_methods, method, "default_payment_method");
    subscription["default_payment_method"] = text_or_null(method);
  }
  if (const std::string method = params.word("collection_method", {"charge_automatically", "send_invoice"}); !method.empty()) {
    subscription["collection_method"] = method;
    subscription["days_until_due"] = method == "send_invoice" ? Value(days_until_due(params)) : Value();
  }
  const std::string missing =
      params.inside("trial_settings").inside("end_behavior").word("missing_payment_method", {"cancel", "create_invoice", "pause"});
  if (!missing.empty()) inside(inside(subscription, "trial_settings"), "end_behavior")["missing_payment_method"] = missing;
  if (params.has("discounts")) {
    Array &kept = elements(subscription, "discounts");
    kept.clear();
    for (const auto &[coupon, code] : read_discounts(world, params))
      kept.emplace_back(make_discount(world, coupon, code, text(subscription, "customer"), id, {}));
  }
  take_pause(world, subscription, params);
  const bool trial_ends = params.text("trial_end") == "now" && text(subscription, "status") == "trialing";
  if (!changes.empty() || (anchor == "now" && !trial_ends)) {
    const auto change = behavior == "pending_if_incomplete" ? change_items_if_paid : change_items;
    change(world, id, changes, trial_ends ? Prorate::none : prorate, anchor == "now");
  }
  if (trial_ends) {
    end_trial(world, id);
  } else if (const auto end = params.text("trial_end") == "now" ? std::nullopt : params.integer("trial_end")) {
    check_moment(world.now_s(), *end, "trial_end");
    extend_trial(world, id, *end);
  }
  take_cancellation(world, world.edit(world.subscriptions, id), params);
  return world.get(world.subscriptions, id);
}

Value cancel(Call &call) {
  call.params.only({"cancellation_details", "invoice_now", "prorate"});
  const Object &subscription = required_row(call.world.subscriptions, call.id()).object;
  if (!is_live(subscription)) throw no_such("subscription", call.id(), "id");
  const Params details = call.params.inside("cancellation_details");
  cancel_now(call.world, call.id(),
             {call.params.flag("invoice_now").value_or(false), call.params.flag("prorate").value_or(false), "cancellation_requested",
              details.text("comment"), details.text("feedback")});
  return subscription;
}

Value resume(Call &call) {
  const std::string anchor = call.params.word("billing_cycle_anchor", {"now", "unchanged"});
  if (text(required_row(call.world.subscriptions, call.id()).object, "status") != "paused")
    throw invalid_request("Subscription must be paused in order to be resumed.");
  resume_paused(call.world, call.id(), anchor != "unchanged");
  return call.world.get(call.world.subscriptions, call.id());
}

Value list(Call &call) {
  const Params &params = call.params;
  params.only({"automatic_tax", "collection_method", "created", "current_period_end", "current_period_start", "customer",
               "customer_account", "limit", "starting_after", "ending_before", "plan", "price", "status", "test_clock"});
  const std::string status = params.word(
      "status", {"active", "all", "canceled", "ended", "incomplete", "incomplete_expired", "past_due", "paused", "trialing", "unpaid"});
  const std::string price = params.has("price") ? params.text("price") : params.text("plan");
  Listing listing;
  if (params.has("customer")) {
    if (!call.world.customers.find(params.text("customer"))) throw no_such("customer", params.text("customer"), "customer");
    listing.equal.emplace_back("customer", params.text("customer"));
  }
  if (params.has("collection_method")) listing.equal.emplace_back("collection_method", params.text("collection_method"));
  listing.also = [&](const Row &row) {
    const std::string_view own = text(row.object, "status");
    const bool ended = own == "canceled" || own == "incomplete_expired";
    if (status.empty() ? own == "canceled" : status == "ended" ? !ended : status != "all" && own != status) return false;
    return price.empty() || std::ranges::any_of(listed(row.object, "items"),
                                                [&](const Value &item) { return text(inside(item.get_object(), "price"), "id") == price; });
  };
  return list_rows(call, call.world.subscriptions, listing);
}

Value delete_discount(Call &call) {
  required_row(call.world.subscriptions, call.id());
  Array &kept = elements(call.world.edit(call.world.subscriptions, call.id()), "discounts");
  if (kept.empty()) throw invalid_request("No active discount for subscription: " + call.id(), "discount", "resource_missing", 404);
  const Object gone = call.world.get(call.world.discounts, kept[0].get_string());
  kept.clear();
  call.world.emit("customer.discount.deleted", gone);
  Object stub = gone;
  stub["deleted"] = true;
  return stub;
}

}  // namespace

std::vector<Route> subscription_routes() {
  return {{"POST", "/v1/subscriptions", create},
          {"GET", "/v1/subscriptions", list},
          {"GET", "/v1/subscriptions/:id", retrieve},
          {"POST", "/v1/subscriptions/:id", update},
          {"DELETE", "/v1/subscriptions/:id", cancel},
          {"POST", "/v1/subscriptions/:id/resume", resume},
          {"DELETE", "/v1/subscriptions/:id/discount", delete_discount}};
}

}  // namespace purser::sandbox
