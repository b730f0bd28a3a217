// What invoices and time do to a subscription.
#include <algorithm>

#include "sandbox/calendar.hpp"
#include "sandbox/coupon.hpp"
#include "sandbox/payment_method.hpp"
#include "sandbox/price.hpp"
#include "sandbox/subscription.hpp"
#include "sandbox/subscription_schedule.hpp"

namespace purser::sandbox {
namespace {

std::string cycle_reason(const Object &) { return "subscription_cycle"; }

NewLine period_line(World &world, const Object &item) {
  const Object &price = inside(item, "price");
  NewLine line;
  line.item = text(item, "id");
  line.price = text(price, "id");
  line.quantity = number(item, "quantity", 1);
  line.start_s = number(item, "current_period_start");
  line.end_s = number(item, "current_period_end");
  line.amount = price_amount(price, line.quantity);
  line.description = line_text(world, price, line.quantity, "active");
  return line;
}

/// Moves the items whose period has ended to the next one; their lines.
std::vector<NewLine> roll(World &world, Object &subscription) {
  std::vector<NewLine> lines;
  const std::int64_t anchor = number(subscription, "billing_cycle_anchor");
  for (Value &each : listed(subscription, "items")) {
    Object &item = each.get_object();
    const std::int64_t end = number(item, "current_period_end");
    if (end > world.now_s()) continue;
    const Object &recurring = inside(inside(item, "price"), "recurring");
    item["current_period_start"] = end;
    item["current_period_end"] = period_end_after(anchor, text(recurring, "interval"), number(recurring, "interval_count", 1), end);
    lines.push_back(period_line(world, item));
  }
  return lines;
}

void bill_period(World &world, const std::string &id, std::vector<NewLine> lines, std::int64_t from_s) {
  Object &subscription = world.edit(world.subscriptions, id);
  NewInvoice made;
  made.customer = text(subscription, "customer");
  made.subscription = id;
  made.reason = cycle_reason(subscription);
  made.currency = text(subscription, "currency");
  made.lines = std::move(lines);
  made.period_start_s = from_s;
  made.period_end_s = world.now_s();
  made.collection_method = text(subscription, "collection_method");
  made.days_until_due = number(subscription, "days_until_due");
  const bool paused = is_set(subscription, "pause_collection");
  made.auto_advance = !paused && text(subscription, "status") != "unpaid";
  const std::string invoice = make_invoice(world, made);
  world.edit(world.subscriptions, id)["latest_invoice"] = invoice;
  if (!paused) {
    if (!made.auto_advance || world.draft_s > 0) return;
    // The new period is told of before its payment.
    world.flush(world.subscriptions, id);
    collect_invoice(world, invoice);
    return;
  }
  const std::string_view behavior = text(inside(world.get(world.subscriptions, id), "pause_collection"), "behavior");
  if (behavior == "keep_as_draft") return;
  finalize_invoice(world, invoice);
  if (text(world.get(world.invoices, invoice), "status") != "open") return;
  if (behavior == "void")
    void_invoice(world, invoice);
  else
    mark_uncollectible(world, invoice);
}

/// True where the trial's end ended or paused the subscription.
bool trial_without_method(World &world, const std::string &id) {
  Object &subscription = world.edit(world.subscriptions, id);
  if (!paying_method(world, text(subscription, "customer"), &subscription).empty()) return false;
  const std::string behavior(text(inside(inside(subscription, "trial_settings"), "end_behavior"), "missing_payment_method"));
  if (behavior == "cancel") {
    cancel_now(world, id, {false, false, "payment_failed", {}, {}});
    return true;
  }
  if (behavior != "pause") return false;
  subscription["status"] = "paused";
  world.flush(world.subscriptions, id);
  world.emit("customer.subscription.paused", subscription);
  return true;
}

bool others_unpaid(World &world, const std::string &id, std::string_view but) {
  for (const std::size_t place : world.invoices.having("subscription", id)) {
    const Object &invoice = world.invoices.at(place).object;
    if (text(invoice, "id") != but && text(invoice, "status") == "open" && flag(invoice, "attempted")) return true;
  }
  return false;
}

}  // namespace

void subscription_invoice_paid(World &world, const std::string &id, std::string_view invoice) {
  end_pending_update(world, id, invoice, true);
  Object &subscription = world.edit(world.subscriptions, id);
  const std::string_view status = text(subscription, "status");
  if (status == "incomplete" || ((status == "past_due" || status == "unpaid") && !others_unpaid(world, id, invoice)))
    subscription["status"] = "active";
}

void subscription_invoice_failed(World &world, const std::string &id, std::string_view, bool last_attempt) {
  Object &subscription = world.edit(world.subscriptions, id);
  if (text(subscription, "status") == "active") subscription["status"] = "past_due";
  if (!last_attempt || !is_live(subscription)) return;
  if (world.dunning_end == DunningEnd::cancel) cancel_now(world, id, {false, false, "payment_failed", {}, {}});
  if (world.dunning_end == DunningEnd::unpaid) subscription["status"] = "unpaid";
}

void subscription_period_ends(World &world, const std::string &id) {
  {
    const Object &subscription = world.get(world.subscriptions, id);
    const std::string_view status = text(subscription, "status");
    if (!is_live(subscription) || status == "incomplete" || status == "paused" || period_end(subscription) > world.now_s()) return;
    // A phase that ends with the period is over before the next one is billed.
    if (const std::string schedule(text(subscription, "schedule")); !schedule.empty()) schedule_moves(world, schedule);
    if (!is_live(subscription) || period_end(subscription) > world.now_s()) return;
    if (is_set(subscription, "cancel_at") && number(subscription, "cancel_at") <= world.now_s()) return subscription_cancels(world, id);
  }
  Object &subscription = world.edit(world.subscriptions, id);
  const std::int64_t from_s = number(listed(subscription, "items")[0].get_object(), "current_period_start");
  if (text(subscription, "status") == "trialing") {
    if (trial_without_method(world, id)) return;
    subscription["status"] = "active";
  }
  std::vector<NewLine> lines = roll(world, subscription);
  refresh(subscription);
  bill_period(world, id, std::move(lines), from_s);
  schedule(world, world.get(world.subscriptions, id));
}

void subscription_cancels(World &world, const std::string &id) {
  const Object &now = world.get(world.subscriptions, id);
  if (!is_live(now) || !is_set(now, "cancel_at") || number(now, "cancel_at") > world.now_s()) return;
  // It ends as it said it would: cancel_at and cancel_at_period_end stay.
  Object &subscription = world.edit(world.subscriptions, id);
  subscription["status"] = "canceled";
  subscription["ended_at"] = world.now_s();
  world.emit("customer.subscription.deleted", subscription);
  world.forget(world.subscriptions, id);
  schedule_loses_subscription(world, subscription, false);
}

void subscription_trial_will_end(World &world, const std::string &id) {
  const Object &subscription = world.get(world.subscriptions, id);
  if (text(subscription, "status") == "trialing") world.emit("customer.subscription.trial_will_end", subscription);
}

void subscription_incomplete_expires(World &world, const std::string &id) {
  if (text(world.get(world.subscriptions, id), "status") != "incomplete") return;
  const std::string invoice(text(world.get(world.subscriptions, id), "latest_invoice"));
  if (!invoice.empty() && text(world.get(world.invoices, invoice), "status") == "open") void_invoice(world, invoice);
  Object &subscription = world.edit(world.subscriptions, id);
  subscription["status"] = "incomplete_expired";
  subscription["canceled_at"] = subscription["ended_at"] = world.now_s();
}

void subscription_collection_resumes(World &world, const std::string &id) {
  const Object &now = world.get(world.subscriptions, id);
  if (!is_live(now) || !is_set(now, "pause_collection")) return;
  const Object &pause = inside(now, "pause_collection");
  if (!is_set(pause, "resumes_at") || number(pause, "resumes_at") > world.now_s()) return;
  world.edit(world.subscriptions, id)["pause_collection"] = nullptr;
}

Object upcoming_invoice(World &world, const Object &subscription) {
  NewInvoice made;
  made.customer = text(subscription, "customer");
  made.subscription = text(subscription, "id");
  made.reason = "upcoming";
  made.currency = text(subscription, "currency");
  made.collection_method = text(subscription, "collection_method");
  made.days_until_due = number(subscription, "days_until_due");
  const std::int64_t anchor = number(subscription, "billing_cycle_anchor"), due = period_end(subscription);
  for (const Value &each : listed(subscription, "items")) {
    Object item = each.get_object();
    if (number(item, "current_period_end") > due) continue;
    const Object recurring = inside(inside(item, "price"), "recurring");
    made.period_start_s = number(item, "current_period_start");
    item["current_period_start"] = due;
    item["current_period_end"] = period_end_after(anchor, text(recurring, "interval"), number(recurring, "interval_count", 1), due);
    made.lines.push_back(period_line(world, item));
  }
  made.period_end_s = due;
  Object invoice = draft_invoice(world, made, false);
  invoice["id"] = "upcoming_" + world.ids.make("in_");
  invoice["next_payment_attempt"] = due + world.draft_s;
  return invoice;
}

void subscription_upcoming(World &world, const std::string &id) {
  const Object &subscription = world.get(world.subscriptions, id);
  const std::string_view status = text(subscription, "status");
  if ((status != "active" && status != "past_due") || is_set(subscription, "cancel_at") || is_set(subscription, "pause_collection")) return;
  Object invoice = upcoming_invoice(world, subscription);
  invoice.erase("id");  // an event tells of an invoice that has none yet
  world.emit("invoice.upcoming", invoice);
}

}  // namespace purser::sandbox
