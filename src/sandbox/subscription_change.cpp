// Changes of items, with prorations: what was not used of the old is given back, what remains of the new is charged.
#include <algorithm>
#include <cmath>

#include "sandbox/calendar.hpp"
#include "sandbox/call.hpp"
#include "sandbox/invoice_item.hpp"
#include "sandbox/payment_method.hpp"
#include "sandbox/price.hpp"
#include "sandbox/subscription.hpp"

namespace purser::sandbox {
namespace {

struct Share {
  Object item;  ///< as it was, or as it is now
  bool credit = false;
};

/// What remains of the item's period, in its money.
NewLine share_line(World &world, const Share &share) {
  const Object &price = inside(share.item, "price");
  const std::int64_t start = number(share.item, "current_period_start"), end = number(share.item, "current_period_end");
  const std::int64_t now = std::clamp(world.now_s(), start, end);
  NewLine line;
  line.item = text(share.item, "id");
  line.price = text(price, "id");
  line.quantity = number(share.item, "quantity", 1);
  line.start_s = now;
  line.end_s = end;
  line.proration = true;
  const double whole = static_cast<double>(price_amount(price, line.quantity));
  const double part = end > start ? static_cast<double>(end - now) / static_cast<double>(end - start) : 0;
  line.amount = std::llround(whole * part) * (share.credit ? -1 : 1);
  const std::string what = (line.quantity == 1 ? std::string() : std::to_string(line.quantity) + " × ") + product_name(world, price);
  line.description = (share.credit ? "Unused time on " : "Remaining time on ") + what + " after " + day_text(world.now_s());
  return line;
}

bool same_interval(const Object &a, const Object &b) {
  const Object &x = inside(a, "recurring"), &y = inside(b, "recurring");
  return text(x, "interval") == text(y, "interval") && number(x, "interval_count") == number(y, "interval_count");
}

/// The period of a price by the anchor, around now.
void set_period(Object &item, std::int64_t anchor_s, std::int64_t now_s) {
  const Object &recurring = inside(inside(item, "price"), "recurring");
  const std::string interval(text(recurring, "interval"));
  const std::int64_t count = number(recurring, "interval_count", 1);
  item["current_period_start"] = period_start_before(anchor_s, interval, count, now_s);
  item["current_period_end"] = period_end_after(anchor_s, interval, count, now_s);
}

const Object &recurring_price(World &world, const std::string &id, const Object &subscription) {
  const Object &price = required_row(world.prices, id, "items[0][price]").object;
  if (!is_recurring(price))
    throw invalid_request("The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.",
                          "items[0][price]");
  if (text(price, "currency") != text(subscription, "currency"))
    throw invalid_request("The price specified only supports `" + std::string(text(price, "currency")) +
                              "`. This doesn't match the expected currency: `" + std::string(text(subscription, "currency")) + "`.",
                          "items[0][price]");
  return price;
}

Array::iterator find_item(Array &items, std::string_view id) {
  return std::find_if(items.begin(), items.end(), [&](const Value &item) { return text(item.get_object(), "id") == id; });
}

struct Changed {
  std::vector<Share> shares;
  bool interval = false;  ///< an item is now billed in another rhythm
};

void change_one(World &world, Object &subscription, const ItemChange &change, bool new_cycle, Changed &changed) {
  Array &items = listed(subscription, "items");
  const std::int64_t anchor = number(subscription, "billing_cycle_anchor");
  const bool trial = text(subscription, "status") == "trialing";
  if (change.id.empty()) {
    const Object &price = recurring_price(world, change.price, subscription);
    Object item = new_item(world, text(subscription, "id"), {change.price, change.quantity.value_or(1), change.metadata.value_or(Object())},
                           world.now_s(), world.now_s());
    if (trial)
      item["current_period_end"] = number(subscription, "trial_end"), item["current_period_start"] = number(subscription, "trial_start");
    else
      set_period(item, anchor, world.now_s());
    (void)price;
    changed.shares.push_back({item, false});
    items.push_back(std::move(item));
    return;
  }
  const auto found = find_item(items, change.id);
  if (found == items.end()) throw no_such("subscription item", change.id, "items[0][id]");
  Object &item = found->get_object();
  changed.shares.push_back({item, true});
  if (change.deleted) {
    if (items.size() == 1) throw invalid_request("A subscription must have at least one active plan.");
    items.erase(found);
    return;
  }
  if (!change.price.empty() && change.price != text(inside(item, "price"), "id")) {
    const Object &price = recurring_price(world, change.price, subscription);
    const bool same = same_interval(inside(item, "price"), price);
    item["price"] = price;
    item["plan"] = plan_of(price);
    if (!same && !trial) {
      changed.interval = true;
      const bool flexible = text(inside(subscription, "billing_mode"), "type") == "flexible";
      if (flexible && !new_cycle) set_period(item, anchor, world.now_s());
    }
    if (!change.quantity) item["quantity"] = item.at("quantity");
  }
  if (change.quantity) item["quantity"] = *change.quantity;
  if (change.metadata) item["metadata"] = *change.metadata;
  changed.shares.push_back({item, false});
}

/// Items that are the same before and after have nothing to share out.
void drop_unchanged(std::vector<Share> &shares) {
  for (std::size_t i = 0; i + 1 < shares.size();) {
    const Object &before = shares[i].item, &after = shares[i + 1].item;
    const bool same = shares[i].credit && !shares[i + 1].credit && text(before, "id") == text(after, "id") &&
                      before.at("quantity") == after.at("quantity") &&
                      text(inside(before, "price"), "id") == text(inside(after, "price"), "id");
    if (same)
      shares.erase(shares.begin() + static_cast<std::ptrdiff_t>(i), shares.begin() + static_cast<std::ptrdiff_t>(i) + 2);
    else
      ++i;
  }
}

void start_cycle(World &world, Object &subscription) {
  subscription["billing_cycle_anchor"] = world.now_s();
  for (Value &each : listed(subscription, "items")) set_period(each.get_object(), world.now_s(), world.now_s());
}

void bill_now(World &world, const std::string &id, std::vector<NewLine> lines) {
  const Object &subscription = world.get(world.subscriptions, id);
  NewInvoice made;
  made.customer = text(subscription, "customer");
  made.subscription = id;
  made.reason = "subscription_update";
  made.currency = text(subscription, "currency");
  made.lines = std::move(lines);
  made.period_start_s = number(listed(subscription, "items")[0].get_object(), "current_period_start");
  made.period_end_s = world.now_s();
  made.collection_method = text(subscription, "collection_method");
  made.days_until_due = number(subscription, "days_until_due");
  const std::string invoice = make_invoice(world, made);
  world.edit(world.subscriptions, id)["latest_invoice"] = invoice;
  collect_invoice(world, invoice);
}

std::vector<NewLine> full_lines(World &world, const Object &subscription) {
  std::vector<NewLine> lines;
  for (const Value &each : listed(subscription, "items")) {
    const Object &item = each.get_object();
    NewLine line;
    line.item = text(item, "id");
    line.price = text(inside(item, "price"), "id");
    line.quantity = number(item, "quantity", 1);
    line.start_s = number(item, "current_period_start");
    line.end_s = number(item, "current_period_end");
    line.amount = price_amount(inside(item, "price"), line.quantity);
    line.description = line_text(world, inside(item, "price"), line.quantity, "active");
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace

void change_items(World &world, const std::string &id, const std::vector<ItemChange> &changes, Prorate prorate, bool new_cycle) {
  Object &subscription = world.edit(world.subscriptions, id);
  const bool trial = text(subscription, "status") == "trialing";
  const bool flexible = text(inside(subscription, "billing_mode"), "type") == "flexible";
  Changed changed;
  std::vector<Share> old;
  for (const Value &item : listed(subscription, "items")) old.push_back({item.get_object(), true});
  for (const ItemChange &change : changes) change_one(world, subscription, change, new_cycle, changed);
  drop_unchanged(changed.shares);
  // Classic billing starts a new cycle where the rhythm changes.
  const bool restarts = !trial && (new_cycle || (changed.interval && !flexible));
  if (restarts) start_cycle(world, subscription);
  refresh(subscription);
  if (is_set(subscription, "cancel_at") && flag(subscription, "cancel_at_period_end")) subscription["cancel_at"] = period_end(subscription);
  if (restarts || changed.interval) schedule(world, subscription);
  if (trial) return;
  std::vector<NewLine> lines;
  if (restarts) {
    if (prorate != Prorate::none)
      for (const Share &share : old) lines.push_back(share_line(world, share));
    for (NewLine &line : full_lines(world, subscription)) lines.push_back(std::move(line));
    return bill_now(world, id, std::move(lines));
  }
  if (prorate == Prorate::none) return;
  for (const Share &share : changed.shares) lines.push_back(share_line(world, share));
  std::erase_if(lines, [](const NewLine &line) { return line.amount == 0; });
  for (const NewLine &line : lines) add_pending_item(world, text(subscription, "customer"), id, text(subscription, "currency"), line);
  if (prorate == Prorate::invoice || changed.interval) bill_now(world, id, {});
}

void end_trial(World &world, const std::string &id) {
  Object &subscription = world.edit(world.subscriptions, id);
  if (text(subscription, "status") != "trialing") return;
  subscription["trial_end"] = world.now_s();
  subscription["status"] = "active";
  start_cycle(world, subscription);
  refresh(subscription);
  schedule(world, subscription);
  bill_now(world, id, full_lines(world, subscription));
}

void extend_trial(World &world, const std::string &id, std::int64_t end_s) {
  Object &subscription = world.edit(world.subscriptions, id);
  if (text(subscription, "status") != "trialing") subscription["trial_start"] = world.now_s();
  subscription["status"] = "trialing";
  subscription["trial_end"] = end_s;
  subscription["billing_cycle_anchor"] = end_s;
  for (Value &each : listed(subscription, "items")) {
    each.get_object()["current_period_start"] = subscription.at("trial_start");
    each.get_object()["current_period_end"] = end_s;
  }
  schedule(world, subscription);
}

void resume_paused(World &world, const std::string &id, bool new_cycle) {
  Object &subscription = world.edit(world.subscriptions, id);
  subscription["status"] = "active";
  if (new_cycle || period_end(subscription) <= world.now_s()) start_cycle(world, subscription);
  refresh(subscription);
  schedule(world, subscription);
  bill_now(world, id, full_lines(world, subscription));
  world.flush(world.subscriptions, id);
  world.emit("customer.subscription.resumed", world.get(world.subscriptions, id));
}

}  // namespace purser::sandbox
