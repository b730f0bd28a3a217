#include "sandbox/subscription_schedule.hpp"

#include <algorithm>

#include "sandbox/calendar.hpp"
#include "sandbox/call.hpp"
#include "sandbox/customer.hpp"
#include "sandbox/price.hpp"
#include "sandbox/subscription.hpp"

namespace purser::sandbox {
namespace {

constexpr const char *schedule_shape = R"({"id": null, "object": "subscription_schedule", "application": null,
  "billing_mode": {"flexible": {"proration_discounts": "included"}, "type": "flexible"}, "canceled_at": null, "completed_at": null, "created": 0,
  "current_phase": null, "customer": null, "customer_account": null,
  "default_settings": {"application_fee_percent": null, "automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null},
    "billing_cycle_anchor": "automatic", "billing_thresholds": null, "collection_method": "charge_automatically", "default_payment_method": null,
    "description": null, "invoice_settings": {"account_tax_ids": null, "days_until_due": null, "issuer": {"type": "self"}}, "on_behalf_of": null,
    "transfer_data": null},
  "end_behavior": "release", "livemode": false, "metadata": {}, "phases": [], "released_at": null, "released_subscription": null,
  "status": "not_started", "subscription": null, "test_clock": null})";
constexpr const char *phase_shape = R"({"add_invoice_items": [], "application_fee_percent": null,
  "automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null}, "billing_cycle_anchor": null, "billing_thresholds": null,
  "collection_method": null, "currency": null, "default_payment_method": null, "default_tax_rates": [], "description": null, "discounts": [],
  "end_date": 0, "invoice_settings": null, "items": [], "metadata": {}, "on_behalf_of": null, "proration_behavior": "create_prorations",
  "start_date": 0, "transfer_data": null, "trial_end": null})";
constexpr std::int64_t expiring_notice_s = 7 * 86'400;
constexpr std::size_t phases_max = 10;
constexpr std::int64_t times_max = 1826;  // days of five years
constexpr std::int64_t quantity_max = 1'000'000;

bool lives(const Object &schedule) { return text(schedule, "status") == "active" || text(schedule, "status") == "not_started"; }

Object phase_item(const Object &price, std::int64_t quantity) {
  return {{"billing_thresholds", nullptr}, {"discounts", Array()}, {"metadata", Object()}, {"plan", price.at("id")},
          {"price", price.at("id")},       {"quantity", quantity}, {"tax_rates", Array()}};
}

Object &current(Object &schedule) {
  for (Value &each : elements(schedule, "phases"))
    if (number(each.get_object(), "start_date") == number(inside(schedule, "current_phase"), "start_date")) return each.get_object();
  throw std::logic_error("a schedule without its current phase");
}

std::int64_t times_in(const Params &params, std::string_view key) {
  const std::int64_t times = params.integer(key).value_or(1);
  if (times >= 1 && times <= times_max) return times;
  throw invalid_request("This value must be between 1 and 1826.", params.name(key), "parameter_invalid_integer");
}

/// Where a phase of so many periods ends.
std::int64_t end_after(const Params &phase, const Object &price, std::int64_t start_s) {
  const Object &recurring = inside(price, "recurring");
  if (phase.has("duration")) {
    const Params duration = phase.inside("duration");
    duration.required("interval");
    return add_interval(start_s, duration.word("interval", {"day", "week", "month", "year"}), times_in(duration, "interval_count"));
  }
  return add_interval(start_s, text(recurring, "interval"), number(recurring, "interval_count", 1) * times_in(phase, "iterations"));
}

std::int64_t moment_in(const Params &phase, std::string_view key, std::int64_t now_s, std::int64_t otherwise) {
  if (phase.text(key) == "now") return now_s;
  return phase.integer(key).value_or(otherwise);
}

/// `from_s` = where it begins if it does not say.
Object read_phase(World &world, const Params &phase, std::int64_t from_s) {
  Object made = shape(phase_shape);
  const Object *first = nullptr;
  for (const Params &item : phase.list("items")) {
    const std::string id = item.required("price");
    const Row *row = world.prices.find(id);
    if (!row) throw no_such("price", id, item.name("price"));
    if (!is_recurring(row->object))
      throw invalid_request("The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.",
                            item.name("price"));
    if (!first) first = &row->object;
    const std::int64_t quantity = item.integer("quantity").value_or(1);
    if (quantity < 0 || quantity > quantity_max)
      throw invalid_request("This value must be between 0 and 1000000.", item.name("quantity"), "parameter_invalid_integer");
    if (text(row->object, "currency") != text(*first, "currency"))
      throw invalid_request("All prices of a phase must have one currency.", item.name("price"));
    elements(made, "items").push_back(phase_item(row->object, quantity));
  }
  if (!first) throw missing_parameter(phase.name("items"));
  made["currency"] = first->at("currency");
  made["start_date"] = moment_in(phase, "start_date", world.now_s(), from_s);
  made["end_date"] =
      phase.has("end_date") ? moment_in(phase, "end_date", world.now_s(), 0) : end_after(phase, *first, number(made, "start_date"));
  if (phase.has("trial_end")) check_moment(world.now_s(), phase.integer("trial_end").value_or(0), phase.name("trial_end"));
  const std::int64_t farthest = std::max(number(made, "start_date"), number(made, "end_date"));
  if (farthest > world.now_s()) check_moment(world.now_s(), farthest, phase.name("end_date"));
  if (number(made, "end_date") <= number(made, "start_date"))
    throw invalid_request("The end date of a phase must be after its start date.", phase.name("end_date"));
  if (const std::string word = phase.word("proration_behavior", {"always_invoice", "create_prorations", "none"}); !word.empty())
    made["proration_behavior"] = word;
  if (phase.has("trial_end")) made["trial_end"] = *phase.integer("trial_end");
  merge_metadata(made, phase);
  return made;
}

/// `currency` of its subscription; empty = of its first phase.
Array read_phases(World &world, const Params &params, std::int64_t from_s, std::string currency) {
  Array phases;
  for (const Params &each : params.list("phases")) {
    phases.push_back(read_phase(world, each, from_s));
    const std::int64_t start = number(phases.back().get_object(), "start_date");
    if (phases.size() > 1 && start != from_s)
      throw invalid_request("Phases must follow each other without a gap.", each.name("start_date"));
    if (currency.empty()) currency = text(phases.back().get_object(), "currency");
    if (text(phases.back().get_object(), "currency") != currency)
      throw invalid_request("The phases of a schedule must have the currency of its subscription: " + currency + ".", each.name("items"));
    from_s = number(phases.back().get_object(), "end_date");
  }
  if (phases.size() > phases_max) throw invalid_request("You can have at most 10 current and future phases.", "phases");
  return phases;
}

void plan_moves(World &world, const Object &schedule) {
  const std::string_view id = text(schedule, "id");
  for (const Value &each : elements(schedule, "phases")) {
    const std::int64_t end = number(each.get_object(), "end_date");
    if (end > world.now_s()) world.agenda.add(to_ms(end), DueKind::schedule_moves, id);
  }
  const std::int64_t end = number(elements(schedule, "phases").back().get_object(), "end_date");
  if (end - expiring_notice_s > world.now_s()) world.agenda.add(to_ms(end - expiring_notice_s), DueKind::schedule_expiring, id);
}

void enter(Object &schedule, const Object &phase) {
  schedule["status"] = "active";
  schedule["current_phase"] = Object{{"end_date", phase.at("end_date")}, {"start_date", phase.at("start_date")}};
}

/// The subscription's items become the phase's.
void apply(World &world, const std::string &subscription_id, const Object &phase) {
  const Object &subscription = world.get(world.subscriptions, subscription_id);
  Array left = elements(phase, "items");
  std::vector<ItemChange> changes, gone;
  for (const Value &each : listed(subscription, "items")) {
    const Object &item = each.get_object();
    const auto same = std::find_if(left.begin(), left.end(), [&](const Value &wanted) {
      return text(wanted.get_object(), "price") == text(inside(item, "price"), "id");
    });
    ItemChange change;
    change.id = text(item, "id");
    if (same == left.end()) {
      gone.push_back(std::move(change));
      continue;
    }
    if (number(same->get_object(), "quantity", 1) != number(item, "quantity", 1)) {
      change.quantity = number(same->get_object(), "quantity", 1);
      changes.push_back(std::move(change));
    }
    left.erase(same);
  }
  for (const Value &wanted : left) {
    ItemChange change;
    if (!gone.empty()) {
      change = std::move(gone.back());
      gone.pop_back();
    }
    change.price = text(wanted.get_object(), "price");
    change.quantity = number(wanted.get_object(), "quantity", 1);
    changes.push_back(std::move(change));
  }
  for (ItemChange &change : gone) {
    change.deleted = true;
    changes.push_back(std::move(change));
  }
  if (changes.empty()) return;
  const std::string_view word = text(phase, "proration_behavior");
  const Object &before = inside(inside(listed(subscription, "items")[0].get_object(), "price"), "recurring");
  const Object &after = inside(world.get(world.prices, text(elements(phase, "items")[0].get_object(), "price")), "recurring");
  const bool other_rhythm =
      text(before, "interval") != text(after, "interval") || number(before, "interval_count") != number(after, "interval_count");
  const bool ends = period_end(subscription) <= world.now_s();  // nothing of the old period is left to be shared out
  const Prorate prorate = ends || word == "none" ? Prorate::none : word == "always_invoice" ? Prorate::invoice : Prorate::pending;
  change_items(world, subscription_id, changes, prorate, ends && other_rhythm);
}

void let_go(World &world, Object &schedule) {
  const std::string subscription(text(schedule, "subscription"));
  if (!subscription.empty() && is_live(world.get(world.subscriptions, subscription)))
    world.edit(world.subscriptions, subscription)["schedule"] = nullptr;
}

void release(World &world, const std::string &id) {
  Object &schedule = world.edit(world.schedules, id);
  let_go(world, schedule);
  schedule["status"] = "released";
  schedule["released_at"] = world.now_s();
  schedule["released_subscription"] = schedule.at("subscription");
  schedule["subscription"] = nullptr;
  schedule["current_phase"] = nullptr;
  world.flush(world.schedules, id);
  world.emit("subscription_schedule.released", schedule);
}

void end_with(World &world, const std::string &id, const char *status, const char *moment, const char *event) {
  Object &schedule = world.edit(world.schedules, id);
  schedule["status"] = status;
  schedule[moment] = world.now_s();
  schedule["current_phase"] = nullptr;
  world.flush(world.schedules, id);
  world.emit(event, schedule);
}

Object from_subscription(World &world, const std::string &id, Object schedule) {
  const Object &subscription = required_row(world.subscriptions, id, "from_subscription").object;
  if (!is_live(subscription)) throw invalid_request("You cannot migrate a subscription that has ended.", "from_subscription");
  if (is_set(subscription, "schedule"))
    throw invalid_request(
        "You cannot migrate a subscription that is already attached to a schedule: " + std::string(text(subscription, "schedule")) + ".",
        "from_subscription");
  Object phase = shape(phase_shape);
  for (const Value &item : listed(subscription, "items"))
    elements(phase, "items").push_back(phase_item(inside(item.get_object(), "price"), number(item.get_object(), "quantity", 1)));
  phase["currency"] = subscription.at("currency");
  phase["start_date"] = number(listed(subscription, "items")[0].get_object(), "current_period_start");
  phase["end_date"] = period_end(subscription);
  schedule["customer"] = subscription.at("customer");
  schedule["subscription"] = id;
  schedule["billing_mode"] = subscription.at("billing_mode");
  enter(schedule, phase);
  elements(schedule, "phases").push_back(std::move(phase));
  return schedule;
}

std::string keep(World &world, Object schedule) {
  std::string id(text(schedule, "id"));
  const std::string subscription(text(schedule, "subscription"));
  const Object &kept = world.insert(world.schedules, std::move(schedule), "subscription_schedule.created").object;
  if (!subscription.empty()) {
    world.edit(world.subscriptions, subscription)["schedule"] = id;
    plan_moves(world, kept);
  }
  return id;
}

Value create(Call &call) {
  World &world = call.world;
  const Params &params = call.params;
  params.only({"billing_mode", "customer", "customer_account", "default_settings", "end_behavior", "from_subscription", "metadata",
               "phases", "start_date"});
  Object schedule = shape(schedule_shape);
  schedule["id"] = world.ids.make("sub_sched_");
  schedule["created"] = world.now_s();
  merge_metadata(schedule, params);
  if (const std::string word = params.word("end_behavior", {"cancel", "none", "release", "renew"}); !word.empty())
    schedule["end_behavior"] = word;
  const std::string from = params.text("from_subscription");
  if (!from.empty()) {
    if (params.has("phases")) throw invalid_request("You cannot set `phases` if `from_subscription` is set.", "phases");
    return world.get(world.schedules, keep(world, from_subscription(world, from, std::move(schedule))));
  }
  const std::string customer = params.required("customer");
  required_customer(world, customer);
  const std::int64_t start = moment_in(params, "start_date", world.now_s(), world.now_s());
  if (start > world.now_s()) check_moment(world.now_s(), start, "start_date");
  schedule["customer"] = customer;
  schedule["phases"] = read_phases(world, params, start, {});
  if (elements(schedule, "phases").empty()) throw missing_parameter("phases");
  const std::string id = keep(world, std::move(schedule));
  if (start > world.now_s())
    world.agenda.add(to_ms(start), DueKind::schedule_starts, id);
  else
    schedule_starts(world, id);
  return world.get(world.schedules, id);
}

Value retrieve(Call &call) { return required_row(call.world.schedules, call.id()).object; }

Object &living(Call &call, const char *verb) {
  const Object &schedule = required_row(call.world.schedules, call.id()).object;
  if (!lives(schedule))
    throw invalid_request("You cannot " + std::string(verb) + " a subscription schedule that is currently in the `" +
                          std::string(text(schedule, "status")) + "` status.");
  return call.world.edit(call.world.schedules, call.id());
}

Value update(Call &call) {
  World &world = call.world;
  const Params &params = call.params;
  params.only({"default_settings", "end_behavior", "metadata", "phases", "proration_behavior"});
  Object &schedule = living(call, "update");
  merge_metadata(schedule, params);
  if (const std::string word = params.word("end_behavior", {"cancel", "none", "release", "renew"}); !word.empty())
    schedule["end_behavior"] = word;
  if (!params.has("phases")) return schedule;
  const bool began = is_set(schedule, "current_phase");
  const std::int64_t start =
      began ? number(inside(schedule, "current_phase"), "start_date") : number(elements(schedule, "phases")[0].get_object(), "start_date");
  const std::string subscription(text(schedule, "subscription"));
  std::string currency;
  if (!subscription.empty()) currency = text(world.get(world.subscriptions, subscription), "currency");
  Array phases = read_phases(world, params, start, std::move(currency));
  if (phases.empty() || (began && number(phases[0].get_object(), "start_date") != start))
    throw invalid_request("You can not modify the start date of the current phase: it has begun at " + std::to_string(start) + ".",
                          "phases[0][start_date]");
  schedule["phases"] = std::move(phases);
  plan_moves(world, schedule);
  if (!began) return schedule;
  enter(schedule, elements(schedule, "phases")[0].get_object());
  apply(world, subscription, current(schedule));
  return schedule;
}

Value cancel(Call &call) {
  call.params.only({"invoice_now", "prorate"});
  Object &schedule = living(call, "cancel");
  const std::string subscription(text(schedule, "subscription"));
  let_go(call.world, schedule);
  if (!subscription.empty() && is_live(call.world.get(call.world.subscriptions, subscription))) cancel_now(call.world, subscription, {});
  end_with(call.world, call.id(), "canceled", "canceled_at", "subscription_schedule.canceled");
  return schedule;
}

Value release_it(Call &call) {
  call.params.only({"preserve_cancel_date"});
  living(call, "release");
  release(call.world, call.id());
  return call.world.get(call.world.schedules, call.id());
}

Value list(Call &call) {
  call.params.only({"canceled_at", "completed_at", "created", "customer", "customer_account", "limit", "released_at", "scheduled",
                    "starting_after", "ending_before"});
  Listing listing;
  if (call.params.has("customer")) listing.equal.emplace_back("customer", call.params.text("customer"));
  if (const auto scheduled = call.params.flag("scheduled"))
    listing.also = [only = *scheduled](const Row &row) { return !only || text(row.object, "status") == "not_started"; };
  return list_rows(call, call.world.schedules, listing);
}

}  // namespace

void schedule_starts(World &world, const std::string &id) {
  if (text(world.get(world.schedules, id), "status") != "not_started") return;
  Object &schedule = world.edit(world.schedules, id);
  const Object phase = elements(schedule, "phases")[0].get_object();
  if (const Row &customer = world.row(world.customers, text(schedule, "customer")); customer.deleted)
    return end_with(world, id, "canceled", "canceled_at", "subscription_schedule.aborted");
  NewSubscription made;
  made.customer = text(schedule, "customer");
  made.currency = text(phase, "currency");
  for (const Value &each : elements(phase, "items"))
    made.items.push_back({std::string(text(each.get_object(), "price")), number(each.get_object(), "quantity", 1), {}});
  made.metadata = inside(phase, "metadata");
  made.trial_end_s = number(phase, "trial_end");
  const std::string subscription = make_subscription(world, made, FirstPayment::now);
  world.edit(world.subscriptions, subscription)["schedule"] = id;
  schedule["subscription"] = subscription;
  enter(schedule, phase);
  world.schedules.index(id);
  plan_moves(world, schedule);
}

void schedule_moves(World &world, const std::string &id) {
  const Object &now = world.get(world.schedules, id);
  if (text(now, "status") != "active" || number(inside(now, "current_phase"), "end_date") > world.now_s()) return;
  Object &schedule = world.edit(world.schedules, id);
  const std::string subscription(text(schedule, "subscription"));
  const std::int64_t end = number(inside(schedule, "current_phase"), "end_date");
  for (const Value &each : elements(schedule, "phases")) {
    if (number(each.get_object(), "start_date") != end) continue;
    const Object phase = each.get_object();
    enter(schedule, phase);
    return apply(world, subscription, phase);
  }
  if (text(schedule, "end_behavior") != "cancel") return release(world, id);
  let_go(world, schedule);
  end_with(world, id, "completed", "completed_at", "subscription_schedule.completed");
  if (is_live(world.get(world.subscriptions, subscription))) cancel_now(world, subscription, {});
}

void schedule_expiring(World &world, const std::string &id) {
  const Object &schedule = world.get(world.schedules, id);
  const std::int64_t end = number(elements(schedule, "phases").back().get_object(), "end_date");
  if (lives(schedule) && end - expiring_notice_s == world.now_s()) world.emit("subscription_schedule.expiring", schedule);
}

void schedule_loses_subscription(World &world, const Object &subscription, bool unpaid) {
  const std::string id(text(subscription, "schedule"));
  if (id.empty() || !lives(world.get(world.schedules, id))) return;
  end_with(world, id, "canceled", "canceled_at", unpaid ? "subscription_schedule.aborted" : "subscription_schedule.canceled");
}

std::vector<Route> schedule_routes() {
  return {{"POST", "/v1/subscription_schedules", create},
          {"GET", "/v1/subscription_schedules", list},
          {"GET", "/v1/subscription_schedules/:id", retrieve},
          {"POST", "/v1/subscription_schedules/:id", update},
          {"POST", "/v1/subscription_schedules/:id/cancel", cancel},
          {"POST", "/v1/subscription_schedules/:id/release", release_it}};
}

}  // namespace purser::sandbox
