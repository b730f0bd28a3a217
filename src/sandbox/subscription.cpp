#include "sandbox/subscription.hpp"

#include <algorithm>

#include "sandbox/calendar.hpp"
#include "sandbox/call.hpp"
#include "sandbox/coupon.hpp"
#include "sandbox/customer.hpp"
#include "sandbox/payment_method.hpp"
#include "sandbox/price.hpp"
#include "sandbox/subscription_schedule.hpp"

namespace purser::sandbox {
namespace {

constexpr const char *subscription_shape = R"({"id": null, "object": "subscription", "application": null, "application_fee_percent": null,
  "automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null}, "billing_cycle_anchor": 0, "billing_cycle_anchor_config": null,
  "billing_mode": null, "billing_schedules": [], "billing_thresholds": null, "cancel_at": null, "cancel_at_period_end": false, "canceled_at": null,
  "cancellation_details": {"comment": null, "feedback": null, "reason": null}, "collection_method": "charge_automatically", "created": 0, "currency": null,
  "customer": null, "customer_account": null, "days_until_due": null, "default_payment_method": null, "default_source": null, "default_tax_rates": [],
  "description": null, "discounts": [], "ended_at": null, "invoice_settings": {"account_tax_ids": null, "custom_fields": null, "description": null, "footer": null, "issuer": {"type": "self"}},
  "items": {"object": "list", "data": [], "has_more": false, "total_count": 0, "url": ""}, "latest_invoice": null, "livemode": false,
  "managed_payments": {"enabled": false}, "metadata": {}, "next_pending_invoice_item_invoice": null, "on_behalf_of": null, "pause_collection": null,
  "payment_settings": {"payment_method_options": null, "payment_method_types": null, "save_default_payment_method": "off"},
  "pending_invoice_item_interval": null, "pending_setup_intent": null, "pending_update": null, "plan": null, "quantity": null, "schedule": null,
  "start_date": 0, "status": "incomplete", "test_clock": null, "transfer_data": null, "trial_end": null,
  "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}}, "trial_start": null})";
constexpr std::int64_t incomplete_s = 23 * 3600;
constexpr std::int64_t trial_notice_s = 3 * 86'400;
constexpr std::int64_t upcoming_notice_s = 7 * 86'400;
constexpr std::int64_t farthest_s = 5 * 366 * 86'400LL;  // five years

Object billing_mode(bool flexible, std::int64_t now_s) {
  if (!flexible) return {{"flexible", nullptr}, {"type", "classic"}};
  return {{"flexible", Object{{"proration_discounts", "included"}}}, {"type", "flexible"}, {"updated_at", now_s}};
}

/// Where an item's first period ends.
std::int64_t first_end(const NewSubscription &made, const Object &price, std::int64_t now_s) {
  if (made.trial_end_s > now_s) return made.trial_end_s;
  const Object &recurring = inside(price, "recurring");
  return period_end_after(made.anchor_s > 0 ? made.anchor_s : now_s, text(recurring, "interval"), number(recurring, "interval_count", 1),
                          now_s);
}

/// The lines of the first invoice: what is paid once, then the items; shares of a period up to the anchor.
std::vector<NewLine> first_lines(World &world, const Object &subscription, const NewSubscription &made) {
  std::vector<NewLine> lines = made.more_lines;
  const bool trial = text(subscription, "status") == "trialing";
  for (const Value &each : listed(subscription, "items")) {
    const Object &item = each.get_object();
    const Object &price = inside(item, "price");
    NewLine line;
    line.item = text(item, "id");
    line.price = text(price, "id");
    line.quantity = number(item, "quantity", 1);
    line.start_s = number(item, "current_period_start");
    line.end_s = number(item, "current_period_end");
    line.amount = trial ? 0 : price_amount(price, line.quantity);
    line.description = line_text(world, price, line.quantity, text(subscription, "status"));
    if (!trial && made.anchor_s > world.now_s()) {
      const Object &recurring = inside(price, "recurring");
      const std::int64_t whole =
          line.end_s - add_interval(line.end_s, text(recurring, "interval"), -number(recurring, "interval_count", 1));
      line.amount = made.prorates && whole > 0 ? line.amount * (line.end_s - line.start_s) / whole : 0;
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string first_invoice(World &world, const std::string &id, const NewSubscription &made) {
  const Object &subscription = world.get(world.subscriptions, id);
  NewInvoice invoice;
  invoice.customer = made.customer;
  invoice.subscription = id;
  invoice.reason = "subscription_create";
  invoice.currency = made.currency;
  invoice.lines = first_lines(world, subscription, made);
  invoice.period_start_s = invoice.period_end_s = world.now_s();
  invoice.collection_method = made.collection_method;
  invoice.days_until_due = made.days_until_due;
  return make_invoice(world, invoice);
}

void pay_first(World &world, const std::string &id, const std::string &invoice, const NewSubscription &made, FirstPayment first) {
  finalize_invoice(world, invoice);
  if (made.collection_method == "send_invoice") {
    if (text(world.get(world.invoices, invoice), "status") == "open") world.emit("invoice.sent", world.get(world.invoices, invoice));
    if (text(world.get(world.subscriptions, id), "status") == "incomplete") world.edit(world.subscriptions, id)["status"] = "active";
    return;
  }
  if (text(world.get(world.invoices, invoice), "status") == "open" && first == FirstPayment::now) collect_invoice(world, invoice);
  if (text(world.get(world.subscriptions, id), "status") == "incomplete")
    world.agenda.add(to_ms(world.now_s() + incomplete_s), DueKind::incomplete_expires, id);
}

Object build(World &world, const NewSubscription &made, const std::string &id) {
  const std::int64_t now_s = world.now_s();
  const bool trial = made.trial_end_s > now_s;
  Object subscription = shape(subscription_shape);
  subscription["id"] = id;
  subscription["created"] = subscription["start_date"] = now_s;
  subscription["billing_cycle_anchor"] = made.anchor_s > 0 ? made.anchor_s : trial ? made.trial_end_s : now_s;
  subscription["billing_mode"] = billing_mode(made.flexible, now_s);
  subscription["collection_method"] = made.collection_method;
  subscription["currency"] = made.currency;
  subscription["customer"] = made.customer;
  subscription["days_until_due"] = number_or_null(made.days_until_due);
  subscription["default_payment_method"] = text_or_null(made.method);
  subscription["description"] = text_or_null(made.description);
  subscription["metadata"] = made.metadata;
  subscription["status"] = trial ? "trialing" : "incomplete";
  inside(inside(subscription, "trial_settings"), "end_behavior")["missing_payment_method"] = made.missing_method;
  if (trial) {
    subscription["trial_start"] = now_s;
    subscription["trial_end"] = made.trial_end_s;
  }
  for (const NewItem &item : made.items)
    listed(subscription, "items").push_back(new_item(world, id, item, now_s, first_end(made, world.get(world.prices, item.price), now_s)));
  refresh(subscription);
  if (made.cancel_at_period_end) cancel_at_period_end(world, subscription, false);
  if (made.cancel_at_s > 0) set_cancel_at(world, subscription, made.cancel_at_s);
  return subscription;
}

}  // namespace

bool is_live(const Object &subscription) {
  const std::string_view status = text(subscription, "status");
  return status != "canceled" && status != "incomplete_expired";
}

Object new_item(World &world, std::string_view subscription, const NewItem &made, std::int64_t start_s, std::int64_t end_s) {
  const Object &price = world.get(world.prices, made.price);
  const std::string id = world.ids.make("si_");
  world.items[id] = subscription;
  return {{"id", id},
          {"object", "subscription_item"},
          {"billing_thresholds", nullptr},
          {"created", world.now_s()},
          {"current_period_end", end_s},
          {"current_period_start", start_s},
          {"discounts", Array()},
          {"metadata", made.metadata},
          {"plan", plan_of(price)},
          {"price", price},
          {"quantity", made.quantity},
          {"subscription", subscription},
          {"tax_rates", Array()}};
}

std::string line_text(World &world, const Object &price, std::int64_t quantity, std::string_view status) {
  const std::string what = std::to_string(quantity) + " × " + product_name(world, price);
  return status == "trialing" ? "Free trial for " + what : what + " (at " + price_text(price) + ")";
}

void refresh(Object &subscription) {
  // All is read before anything is written: a new member moves the others.
  const Array &items = elements(inside(subscription, "items"), "data");
  const std::size_t count = items.size();
  Value plan, quantity;
  if (count == 1) {
    plan = items[0].get_object().at("plan");
    quantity = items[0].get_object().at("quantity");
  }
  Object &list = inside(subscription, "items");
  list["total_count"] = count;
  list["url"] = "/v1/subscription_items?subscription=" + std::string(text(subscription, "id"));
  subscription["plan"] = std::move(plan);
  subscription["quantity"] = std::move(quantity);
}

std::int64_t period_end(const Object &subscription) {
  std::int64_t end = 0;
  for (const Value &item : listed(subscription, "items")) {
    const std::int64_t own = number(item.get_object(), "current_period_end");
    end = end == 0 ? own : std::min(end, own);
  }
  return end;
}

void schedule(World &world, const Object &subscription) {
  const std::string_view id = text(subscription, "id");
  const std::int64_t end = period_end(subscription), now_s = world.now_s();
  world.agenda.add(to_ms(end), DueKind::period_ends, id);
  if (is_set(subscription, "cancel_at")) world.agenda.add(to_ms(number(subscription, "cancel_at")), DueKind::cancels, id);
  if (text(subscription, "status") == "trialing")
    world.agenda.add(to_ms(std::max(now_s, number(subscription, "trial_end") - trial_notice_s)), DueKind::trial_will_end, id);
  else if (end - upcoming_notice_s > now_s)
    world.agenda.add(to_ms(end - upcoming_notice_s), DueKind::upcoming, id);
}

std::string make_subscription(World &world, const NewSubscription &made, FirstPayment first) {
  std::string id = world.ids.make("sub_");
  Object subscription = build(world, made, id);
  for (const auto &[coupon, code] : made.discounts)
    elements(subscription, "discounts").emplace_back(make_discount(world, coupon, code, made.customer, id, made.session));
  const bool trial = text(subscription, "status") == "trialing";
  if (trial && made.method.empty() && !made.customer.empty() && paying_method(world, made.customer, nullptr).empty())
    subscription["pending_setup_intent"] = make_setup_intent(world, made.customer, {}, false);
  world.insert(world.subscriptions, std::move(subscription), "customer.subscription.created");
  const std::string invoice = first_invoice(world, id, made);
  world.edit(world.subscriptions, id)["latest_invoice"] = invoice;
  pay_first(world, id, invoice, made, first);
  schedule(world, world.get(world.subscriptions, id));
  return id;
}

void pause_collection(World &world, const std::string &id, std::string_view behavior, std::int64_t resumes_at_s) {
  // One that is past resumes at once.
  if (resumes_at_s > world.now_s()) check_moment(world.now_s(), resumes_at_s, "pause_collection[resumes_at]");
  world.edit(world.subscriptions, id)["pause_collection"] =
      Object{{"behavior", behavior}, {"resumes_at", resumes_at_s == 0 ? Value() : Value(resumes_at_s)}};
  if (resumes_at_s != 0) world.agenda.add(to_ms(resumes_at_s), DueKind::resumes, id);
}

void check_moment(std::int64_t now_s, std::int64_t at_s, std::string_view parameter) {
  if (at_s <= now_s) throw invalid_request("Invalid timestamp: must be an integer Unix timestamp in the future.", parameter);
  if (at_s > now_s + farthest_s) throw invalid_request("Invalid timestamp: can be no more than five years in the future.", parameter);
}

void cancel_now(World &world, const std::string &id, const CancelNow &how) {
  if (how.prorate || how.invoice_now) {
    if (how.prorate) {
      std::vector<ItemChange> all;
      for (const Value &item : listed(world.get(world.subscriptions, id), "items"))
        all.push_back({std::string(text(item.get_object(), "id")), {}, 0, false, {}});
      change_items(world, id, all, how.invoice_now ? Prorate::invoice : Prorate::pending, false);
    }
  }
  Object &subscription = world.edit(world.subscriptions, id);
  const bool incomplete = text(subscription, "status") == "incomplete";
  subscription["status"] = incomplete ? "incomplete_expired" : "canceled";
  if (!is_set(subscription, "canceled_at")) subscription["canceled_at"] = world.now_s();
  subscription["ended_at"] = world.now_s();
  subscription["cancel_at"] = nullptr;
  subscription["cancel_at_period_end"] = false;
  Object &details = inside(subscription, "cancellation_details");
  details["reason"] = how.reason;
  if (!how.comment.empty()) details["comment"] = how.comment;
  if (!how.feedback.empty()) details["feedback"] = how.feedback;
  world.subscriptions.index(id);
  if (incomplete) {
    world.flush(world.subscriptions, id);
  } else {
    world.emit("customer.subscription.deleted", subscription);
    world.forget(world.subscriptions, id);
  }
  schedule_loses_subscription(world, subscription, how.reason == "payment_failed");
}

void cancel_at_period_end(World &world, Object &subscription, bool by_portal) {
  const bool flexible = text(inside(subscription, "billing_mode"), "type") == "flexible";
  std::int64_t end = 0;
  for (const Value &item : listed(subscription, "items")) end = std::max(end, number(item.get_object(), "current_period_end"));
  subscription["cancel_at"] = end;
  subscription["cancel_at_period_end"] = !(by_portal && flexible);
  subscription["canceled_at"] = world.now_s();
  inside(subscription, "cancellation_details")["reason"] = "cancellation_requested";
  world.agenda.add(to_ms(end), DueKind::cancels, text(subscription, "id"));
}

void undo_cancellation(Object &subscription) {
  subscription["cancel_at"] = nullptr;
  subscription["cancel_at_period_end"] = false;
  subscription["canceled_at"] = nullptr;
  inside(subscription, "cancellation_details") = {{"comment", nullptr}, {"feedback", nullptr}, {"reason", nullptr}};
}

void set_cancel_at(World &world, Object &subscription, std::int64_t at_s) {
  subscription["cancel_at"] = at_s;
  subscription["cancel_at_period_end"] = false;
  subscription["canceled_at"] = world.now_s();
  inside(subscription, "cancellation_details")["reason"] = "cancellation_requested";
  world.agenda.add(to_ms(at_s), DueKind::cancels, text(subscription, "id"));
}

}  // namespace purser::sandbox
