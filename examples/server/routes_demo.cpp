// What the buttons of the demo page do. Registered only where there is a sandbox.
#include <memory>

#include "host.hpp"
#include "json.hpp"
#include "page_demo.hpp"

namespace host {
namespace {

constexpr std::int64_t day_ms = 86'400'000;

/// The last delivery of each user.
struct Results {
  std::mutex mutex;
  std::map<std::string, Delivered> last;
};

/// Stripe's own filter for what was not delivered.
std::vector<Waiting> waiting(const purser::Sandbox &box) {
  std::vector<Waiting> waiting;
  const auto answer = json::read_object(box.request("GET", "/v1/events?delivery_success=false&limit=100").body);
  const json::Value *data = answer ? answer->if_contains("data") : nullptr;
  if (!data || !data->is_array()) return waiting;
  for (const json::Value &event : data->as_array())
    if (event.is_object())
      waiting.insert(waiting.begin(), {json::text_of(event.as_object(), "id"), json::text_of(event.as_object(), "type")});
  return waiting;
}

/// The next moment at which something of the user's renews or ends; 0 = none.
std::int64_t next_ms(Host &host, const User &user) {
  std::int64_t next = 0;
  for (const purser::SubscriptionHeld &one : host.purser().billing_read({.account = user.id}).subscriptions) {
    const std::int64_t at = one.cancels_at_ms > 0 ? one.cancels_at_ms : one.period_end_ms;
    if (one.ended_ms == 0 && at > host.now_ms() && (next == 0 || at < next)) next = at;
  }
  return next;
}

std::string hash_of(Host &host, const User &user) { return host.purser().account_read({.account = user.id}).state_hash; }

Response show(Host &host, Visit &visit, Results &results) {
  DemoView view{.now_ms = host.now_ms(), .holds = host.holds_webhooks(), .waiting = waiting(*host.box())};
  if (visit.user) {
    view.next_ms = next_ms(host, *visit.user);
    view.hash = hash_of(host, *visit.user);
    view.has_customer = !host.purser().billing_read({.account = visit.user->id}).customer.empty();
    const std::lock_guard lock(results.mutex);
    if (const auto found = results.last.find(visit.user->id); found != results.last.end()) view.last = found->second;
  }
  return Response::html(demo_page(host.frame(visit, "Demo", "/demo"), view));
}

purser::SandboxReport deliver(Host &host, std::int32_t order, std::int32_t repeat) {
  const auto report = host.box()->deliver({.url = host.webhook_url(), .order = order, .repeat = repeat});
  host.feed().catch_up();
  host.control()->catch_up();
  return report;
}

Response delivered(Host &host, Visit &visit, Results &results) {
  static const std::map<std::string, std::int32_t> orders{{"reversed", PURSER_ORDER_REVERSED}, {"shuffled", PURSER_ORDER_SHUFFLED}};
  const std::string order = visit.request.query_of("order");
  const auto found = orders.find(order);
  const std::int32_t repeat = visit.request.query_of("repeat") == "3" ? 3 : 1;
  Delivered result;
  result.how = (found == orders.end() ? "in order" : order) + std::string(repeat == 3 ? ", each 3 times" : ", each once");
  result.before = hash_of(host, *visit.user);
  const auto report = deliver(host, found == orders.end() ? PURSER_ORDER_AS_CREATED : found->second, repeat);
  result.events = report.delivered + report.refused;
  result.requests = report.requests;
  result.refused = report.refused;
  result.after = hash_of(host, *visit.user);
  result.witness = host.control()->hash(visit.user->id);
  const std::lock_guard lock(results.mutex);
  results.last[visit.user->id] = result;
  return Response::see_other("/demo");
}

Response advanced(Host &host, Visit &visit) {
  const std::string by = visit.request.query_of("by");
  std::int64_t duration_ms = by == "month" ? 30 * day_ms : day_ms;
  if (by == "period_end") {
    const std::int64_t next = next_ms(host, *visit.user);
    duration_ms = next > 0 ? next - host.now_ms() : 0;
  }
  host.control()->catch_up();
  if (duration_ms > 0) host.box()->advance(duration_ms);
  if (!host.holds_webhooks()) deliver(host, PURSER_ORDER_AS_CREATED, 1);
  host.feed().catch_up();
  return Response::see_other("/demo");
}

/// The subscription that was paid for last, by the list of invoices.
std::string last_paid(Host &host, const User &user) {
  for (const auto &one : host.purser().invoice_list({.account = user.id}).invoices)
    if (one.amount_paid > 0 && !one.subscription.empty()) return one.subscription;
  return "";
}

Response moved(Host &host, Visit &visit) {
  const std::string act = visit.request.query_of("act"), customer = host.purser().billing_read({.account = visit.user->id}).customer;
  const std::string paid = last_paid(host, *visit.user);
  if (act == "declined" || act == "good") {
    host.box()->card(customer, act == "good" ? PURSER_CARD_GOOD : PURSER_CARD_DECLINED);
  } else if (paid.empty()) {
    return refused_page(host.frame(visit, "Not done"), 409, "Nothing was paid yet", "Let the trial end first: with the clock beside it.");
  } else if (act == "refund") {
    host.box()->refund(paid);
  } else {
    host.box()->dispute(paid, act == "won" ? PURSER_DISPUTE_WON : PURSER_DISPUTE_OPENED);
  }
  if (!host.holds_webhooks()) deliver(host, PURSER_ORDER_AS_CREATED, 1);
  return Response::see_other("/demo");
}

/// What waits is delivered to nobody, ever. The operator's page can sweep it up.
Response lost(Host &host, Visit &) {
  static_cast<void>(host.box()->deliver({.url = host.webhook_url(), .drop_percent = 100}));
  host.control()->sweep();
  return Response::see_other("/demo");
}

}  // namespace

void add_demo(Router &router, Host &host) {
  const auto results = std::make_shared<Results>();
  router.add("GET", "/demo", visited(host, [results](Host &at, Visit &visit) { return show(at, visit, *results); }));
  router.add("POST", "/demo/deliver", posted(host, [results](Host &at, Visit &visit) { return delivered(at, visit, *results); }));
  router.add("POST", "/demo/money", posted(host, moved));
  router.add("POST", "/demo/lose", posted(host, lost));
  router.add("POST", "/demo/advance", posted(host, advanced));
  router.add("POST", "/demo/hold", posted(host, [](Host &at, Visit &visit) {
               at.hold_webhooks(visit.request.query_of("on") == "1");
               return Response::see_other("/demo");
             }));
}

}  // namespace host
