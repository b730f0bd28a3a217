#include "sandbox/sandbox.hpp"

#include <algorithm>
#include <mutex>

#include "sandbox/api.hpp"
#include "sandbox/delivery.hpp"
#include "sandbox/payment_method.hpp"
#include "sandbox/portal.hpp"
#include "sandbox/price.hpp"
#include "sandbox/session.hpp"
#include "sandbox/step.hpp"
#include "sandbox/subscription.hpp"

namespace purser::sandbox {
namespace {

constexpr TimeMs advance_max_ms = 10 * 366 * day_ms;

}  // namespace

Sandbox::Sandbox(const Options &options) : world_(std::make_unique<World>(options)) {}
Sandbox::~Sandbox() = default;

Response Sandbox::api(const Request &request) {
  const std::lock_guard lock(world_->mutex);
  Response answer = answer_request(*world_, request, false);
  world_->asked_s = world_->clock.now_ms() / second_ms;
  return answer;
}

Response Sandbox::ask(std::string_view method, std::string_view target, std::string_view form) {
  const std::lock_guard lock(world_->mutex);
  Request request;
  request.method = method;
  if (target.starts_with("acct_")) {
    const std::size_t slash = std::min(target.find('/'), target.size());
    request.headers.emplace_back("Stripe-Account", target.substr(0, slash));
    target.remove_prefix(slash);
  }
  const std::size_t mark = target.find('?');
  request.path = target.substr(0, mark);
  if (mark != std::string_view::npos) request.query = target.substr(mark + 1);
  request.body = form;
  return answer_request(*world_, request, true);
}

Paid Sandbox::pay(std::string_view session, const Buyer &buyer) {
  const std::lock_guard lock(world_->mutex);
  return step(*world_, [&] { return pay_session(*world_, session, buyer); });
}

void Sandbox::abandon(std::string_view session) {
  const std::lock_guard lock(world_->mutex);
  step(*world_, [&] {
    const Row *row = world_->sessions.find(session);
    if (!row) throw unknown("session_unknown", "a checkout session", session, "session");
    if (text(row->object, "status") != "open")
      throw Failure(Status::conflict, "session_not_open",
                    "expected an open checkout session, found one that is " + std::string(text(row->object, "status")), "session");
    expire_session(*world_, session);
  });
}

std::int64_t Sandbox::trial_end_s(std::string_view session) const {
  const std::lock_guard lock(world_->mutex);
  world_->settle();
  const Row *row = world_->sessions.find(session);
  return row ? session_trial_end(*world_, *row) : 0;
}

void Sandbox::cancel(std::string_view subscription, bool at_period_end) {
  const std::lock_guard lock(world_->mutex);
  world_->let_a_second_pass();
  step(*world_, [&] {
    live_subscription(*world_, subscription);
    const std::string id(subscription);
    if (at_period_end)
      cancel_at_period_end(*world_, world_->edit(world_->subscriptions, id), true);
    else
      cancel_now(*world_, id, {});
  });
}

void Sandbox::resume(std::string_view subscription) {
  const std::lock_guard lock(world_->mutex);
  world_->let_a_second_pass();
  step(*world_, [&] {
    const Row &row = live_subscription(*world_, subscription);
    if (text(row.object, "status") == "paused") return resume_paused(*world_, std::string(subscription), true);
    if (!is_set(row.object, "cancel_at"))
      throw Failure(Status::conflict, "nothing_to_resume",
                    "expected a subscription that is to be canceled, found none of that; cancel it at the period's end first",
                    "subscription");
    undo_cancellation(world_->edit(world_->subscriptions, subscription));
  });
}

void Sandbox::swap(std::string_view subscription, std::string_view price, std::int64_t quantity) {
  const std::lock_guard lock(world_->mutex);
  world_->let_a_second_pass();
  step(*world_, [&] {
    const Row &row = live_subscription(*world_, subscription);
    const Array &items = listed(row.object, "items");
    ItemChange change;
    change.id = text(items[0].get_object(), "id");
    if (!price.empty()) {
      const Object *found = find_price(*world_, price);
      if (!found) throw unknown("price_unknown", "a price or lookup key", price, "price");
      change.price = text(*found, "id");
    }
    if (quantity > 0) change.quantity = quantity;
    change_items(*world_, std::string(subscription), {change}, Prorate::pending, false);
  });
}

void Sandbox::card(std::string_view customer, Card card) {
  const std::lock_guard lock(world_->mutex);
  world_->let_a_second_pass();
  step(*world_, [&] {
    const Row *row = world_->customers.find(customer);
    if (!row || row->deleted) throw unknown("customer_unknown", "a customer", customer, "customer");
    set_card(*world_, customer, card);
  });
}

std::optional<Portal> Sandbox::portal(std::string_view session) const {
  const std::lock_guard lock(world_->mutex);
  return find_portal(*world_, session);
}

TimeMs Sandbox::now_ms() const { return world_->clock.now_ms(); }

void Sandbox::advance(TimeMs duration_ms) {
  const std::lock_guard lock(world_->mutex);
  if (duration_ms < 0 || duration_ms > advance_max_ms)
    throw Failure(Status::invalid, "argument_out_of_range",
                  "duration_ms: expected 0 to 316,224,000,000 (ten years), found " + std::to_string(duration_ms) +
                      "; a clock does not run backwards, and longer spans go in steps",
                  "duration_ms");
  world_->clock.advance(duration_ms);
  world_->settle();
}

Report Sandbox::deliver(const Deliver &how, const Sink &sink) {
  Report report;
  std::vector<Delivery> deliveries;
  {
    const std::lock_guard lock(world_->mutex);
    world_->settle();
    deliveries = prepare(*world_, how, report);
  }
  std::unordered_map<std::string, bool> arrived;
  for (const Delivery &delivery : deliveries) {
    const int status = sink(delivery);
    ++report.requests;
    bool &good = arrived.try_emplace(delivery.event, false).first->second;
    good = good || (status >= 200 && status < 300);
  }
  const std::lock_guard lock(world_->mutex);
  for (const auto &[event, good] : arrived) {
    ++(good ? report.delivered : report.refused);
    if (good) world_->events.delivered(event);
  }
  report.waiting = static_cast<std::int64_t>(world_->events.waiting().size());
  return report;
}

std::string Sandbox::rotate_secret() {
  const std::lock_guard lock(world_->mutex);
  world_->settle();
  world_->webhook_secrets.back().until_ms = world_->moment_ms() + day_ms;
  world_->webhook_secrets.push_back({world_->ids.make("whsec_"), forever_ms});
  return world_->webhook_secrets.back().text;
}

std::string Sandbox::webhook_secret() const {
  const std::lock_guard lock(world_->mutex);
  return world_->webhook_secrets.back().text;
}

void Sandbox::fail(const Fault &fault) {
  const std::lock_guard lock(world_->mutex);
  if (fault.kind == FaultKind::none)
    world_->faults.clear();
  else
    world_->faults.emplace_back(fault, 0);
}

const std::string &Sandbox::secret_key() const { return world_->secret_key; }

void Sandbox::set_page_base(std::string base) {
  const std::lock_guard lock(world_->mutex);
  world_->page_base = std::move(base);
}

void Sandbox::set_webhook_url(std::string url) {
  const std::lock_guard lock(world_->mutex);
  world_->webhook_url = std::move(url);
}

std::string Sandbox::webhook_url() const {
  const std::lock_guard lock(world_->mutex);
  return world_->webhook_url;
}

}  // namespace purser::sandbox
