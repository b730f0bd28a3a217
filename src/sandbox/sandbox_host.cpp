// The verbs of the host's people, of banks and of Stripe itself.
#include <mutex>

#include "sandbox/account.hpp"
#include "sandbox/charge.hpp"
#include "sandbox/customer.hpp"
#include "sandbox/dispute.hpp"
#include "sandbox/feature.hpp"
#include "sandbox/invoice.hpp"
#include "sandbox/payout.hpp"
#include "sandbox/price.hpp"
#include "sandbox/refund.hpp"
#include "sandbox/sandbox.hpp"
#include "sandbox/step.hpp"
#include "sandbox/subscription.hpp"
#include "sandbox/transfer.hpp"

namespace purser::sandbox {
namespace {

std::string paid_charge(World &world, std::string_view payment) {
  std::string charge = charge_of(world, payment);
  if (charge.empty()) throw unknown("payment_unknown", "a charge, or what was paid with one,", payment, "payment");
  return charge;
}

/// The intent that a pi_…, in_… or sub_… means.
std::string intent_named(World &world, std::string_view payment) {
  std::string invoice(payment);
  if (const Row *subscription = world.subscriptions.find(payment)) invoice = text(subscription->object, "latest_invoice");
  std::string intent = world.payment_intents.find(payment) ? std::string(payment) : intent_of(world, invoice);
  if (intent.empty()) throw unknown("payment_unknown", "a payment intent, or an invoice that has one,", payment, "payment");
  return intent;
}

std::string product_named(World &world, std::string_view id) {
  if (const Object *price = find_price(world, id)) return std::string(text(*price, "product"));
  const Row *product = world.products.find(id);
  if (!product || product->deleted) throw unknown("product_unknown", "a product, or a price of one,", id, "product");
  return std::string(id);
}

}  // namespace

void Sandbox::confirm(std::string_view payment) {
  const std::lock_guard lock(world_->mutex);
  world_->let_a_second_pass();
  step(*world_, [&] {
    const std::string intent = intent_named(*world_, payment);
    if (const std::string_view status = text(world_->get(world_->payment_intents, intent), "status"); status != "requires_action")
      throw Failure(Status::conflict, "nothing_to_confirm",
                    "expected a payment that waits for the card's holder, found one that is " + std::string(status), "payment");
    agree(*world_, intent);
  });
}

void Sandbox::refund(std::string_view payment, std::int64_t amount) {
  const std::lock_guard lock(world_->mutex);
  world_->let_a_second_pass();
  step(*world_, [&] { make_refund(*world_, paid_charge(*world_, payment), {amount, "requested_by_customer", {}}); });
}

void Sandbox::dispute(std::string_view payment, DisputeOutcome outcome) {
  const std::lock_guard lock(world_->mutex);
  world_->let_a_second_pass();
  step(*world_, [&] {
    const std::string charge = paid_charge(*world_, payment);
    std::string dispute = dispute_of(*world_, charge);
    if (!dispute.empty() && (outcome == DisputeOutcome::opened || dispute_ended(world_->get(world_->disputes, dispute))))
      throw Failure(Status::conflict, "dispute_exists",
                    "expected a charge without a dispute, or with one that is open, found one that is " +
                        std::string(text(world_->get(world_->disputes, dispute), "status")),
                    "payment");
    if (dispute.empty()) dispute = open_dispute(*world_, charge);
    if (outcome != DisputeOutcome::opened) close_dispute(*world_, dispute, outcome == DisputeOutcome::won);
  });
}

void Sandbox::pause(std::string_view subscription, std::string_view behavior, TimeMs resumes_at_ms) {
  const std::lock_guard lock(world_->mutex);
  world_->let_a_second_pass();
  step(*world_, [&] {
    live_subscription(*world_, subscription);
    pause_collection(*world_, std::string(subscription), behavior, resumes_at_ms / second_ms);
  });
}

void Sandbox::unpause(std::string_view subscription) {
  const std::lock_guard lock(world_->mutex);
  world_->let_a_second_pass();
  step(*world_, [&] {
    if (!is_set(live_subscription(*world_, subscription).object, "pause_collection"))
      throw Failure(Status::conflict, "not_paused", "expected a subscription whose collection is paused, found one that collects",
                    "subscription");
    world_->edit(world_->subscriptions, subscription)["pause_collection"] = nullptr;
  });
}

void Sandbox::delete_customer(std::string_view customer) {
  const std::lock_guard lock(world_->mutex);
  world_->let_a_second_pass();
  step(*world_, [&] {
    const Row *row = world_->customers.find(customer);
    if (!row || row->deleted) throw unknown("customer_unknown", "a customer", customer, "customer");
    sandbox::delete_customer(*world_, std::string(customer));
  });
}

void Sandbox::entitle(std::string_view product, std::string_view feature) {
  const std::lock_guard lock(world_->mutex);
  step(*world_, [&] { put_feature(*world_, product_named(*world_, product), feature_named(*world_, feature)); });
}

std::string Sandbox::connect() {
  const std::lock_guard lock(world_->mutex);
  return step(*world_, [&] { return make_account(*world_, {}); });
}

void Sandbox::end_payout(std::string_view payout, PayoutOutcome outcome) {
  const std::lock_guard lock(world_->mutex);
  world_->let_a_second_pass();
  step(*world_, [&] {
    const Row *row = world_->payouts.find(payout);
    if (!row) throw unknown("payout_unknown", "a payout", payout, "payout");
    const std::string status(text(row->object, "status"));
    const bool can = status == "pending" || status == "in_transit" || (status == "paid" && outcome == PayoutOutcome::failed);
    if (!can)
      throw Failure(Status::conflict, "payout_ended", "expected a payout that can become that, found one that is " + status, "payout");
    sandbox::end_payout(*world_, std::string(payout), outcome);
  });
}

std::string Sandbox::connect_secret() const {
  const std::lock_guard lock(world_->mutex);
  return world_->connect_secret;
}

void Sandbox::resend(std::string_view event) {
  const std::lock_guard lock(world_->mutex);
  world_->settle();
  if (!world_->events.again(event)) throw unknown("event_unknown", "an event", event, "event");
}

void Sandbox::tell(std::string_view type, std::string_view object) {
  const std::lock_guard lock(world_->mutex);
  step(*world_, [&] {
    const Table *table = world_->table_of(object);
    if (!table) throw unknown("object_unknown", "an object", object, "object");
    const Object &shown = table->find(object)->object;
    if (type == "transfer.paid" || type == "transfer.failed") return send_old_transfer(*world_, shown, type);
    world_->emit(type, shown);
  });
}

}  // namespace purser::sandbox
