// Pending updates: a change that takes effect when its invoice is paid, and is forgotten when it is not.
#include <algorithm>

#include "sandbox/subscription.hpp"

namespace purser::sandbox {
namespace {

constexpr std::int64_t pending_s = 23 * 3600;

/// As the API shows it.
Object shown(const Object &pending, std::int64_t expires_s) {
  Value anchor;
  if (flag(pending, "new_cycle")) anchor = pending.at("anchor");
  return {{"billing_cycle_anchor", std::move(anchor)},
          {"discount", nullptr},
          {"discounts", nullptr},
          {"expires_at", expires_s},
          {"metadata", nullptr},
          {"subscription_items", pending.at("items")},
          {"trial_end", nullptr},
          {"trial_from_plan", nullptr}};
}

void apply(World &world, Object &subscription, const Object &pending) {
  Array items = elements(pending, "items");
  for (Value &each : items) {
    // A period that ended while it was pending has been billed as it was.
    for (const Value &own : listed(subscription, "items"))
      if (text(own.get_object(), "id") == text(each.get_object(), "id") &&
          number(own.get_object(), "current_period_end") > number(each.get_object(), "current_period_end"))
        for (const char *key : {"current_period_start", "current_period_end"}) each.get_object()[key] = own.get_object().at(key);
  }
  listed(subscription, "items") = std::move(items);
  subscription["billing_cycle_anchor"] = pending.at("anchor");
  refresh(subscription);
  schedule(world, subscription);
}

}  // namespace

void change_items_if_paid(World &world, const std::string &id, const std::vector<ItemChange> &changes, Prorate prorate, bool new_cycle) {
  const Object before = world.edit(world.subscriptions, id);
  change_items(world, id, changes, prorate, new_cycle);
  Object &subscription = world.edit(world.subscriptions, id);
  const std::string invoice(text(subscription, "latest_invoice"));
  if (invoice == text(before, "latest_invoice") || text(world.get(world.invoices, invoice), "status") != "open") return;

  Object pending = {{"invoice", invoice},
                    {"items", listed(subscription, "items")},
                    {"anchor", subscription.at("billing_cycle_anchor")},
                    {"new_cycle", subscription.at("billing_cycle_anchor") != before.at("billing_cycle_anchor")}};
  const std::int64_t expires_s = world.now_s() + pending_s;
  subscription = before;
  subscription["latest_invoice"] = invoice;
  subscription["pending_update"] = shown(pending, expires_s);
  world.row(world.subscriptions, id).hidden["pending"] = std::move(pending);
  // Nobody tries it again by itself: it is paid by hand, or expires.
  Object &unpaid = world.edit(world.invoices, invoice);
  unpaid["auto_advance"] = false;
  unpaid["next_payment_attempt"] = nullptr;
  world.agenda.add(to_ms(expires_s), DueKind::pending_update_expires, id);
}

void end_pending_update(World &world, const std::string &id, std::string_view invoice, bool paid) {
  Row &row = world.row(world.subscriptions, id);
  if (!row.hidden.contains("pending") || text(inside(row.hidden, "pending"), "invoice") != invoice) return;
  const Object pending = inside(row.hidden, "pending");
  row.hidden.erase("pending");
  if (!is_live(row.object)) return;
  Object &subscription = world.edit(world.subscriptions, id);
  subscription["pending_update"] = nullptr;
  if (paid) apply(world, subscription, pending);
  world.flush(world.subscriptions, id);
  world.emit(paid ? "customer.subscription.pending_update_applied" : "customer.subscription.pending_update_expired", row.object);
}

void pending_update_expires(World &world, const std::string &id) {
  const Row &row = world.row(world.subscriptions, id);
  if (!row.hidden.contains("pending") || !is_live(row.object)) return;
  if (number(inside(row.object, "pending_update"), "expires_at") > world.now_s()) return;
  const std::string invoice(text(inside(row.hidden, "pending"), "invoice"));
  if (text(world.get(world.invoices, invoice), "status") == "open") void_invoice(world, invoice);  // ends the pending update too
}

}  // namespace purser::sandbox
