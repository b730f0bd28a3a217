// The account's Stripe customer: found among those that are linked, or made once.
#include <algorithm>

#include "engine/outgoing.hpp"
#include "store/link.hpp"

namespace purser::engine {
namespace {

constexpr int pages_max = 20;
constexpr std::size_t gone_max = 100;

}  // namespace

std::vector<Outgoing::Standing> Outgoing::standings(ports::SqlSession &db, std::string_view account) {
  std::vector<Standing> held;
  for (const store::CustomerKey &customer : store::customers_naming(db, account)) {
    if (customer.livemode != livemode_ || !customer.stripe_account.empty() || store::linked_account(db, customer) != account) continue;
    for (const store::ObjectRow &row : store::objects_of_customer(db, livemode_, "", customer.customer, "subscription"))
      held.push_back({row.key.id, stripe::subscription_of(row.record)});
  }
  return held;
}

std::vector<std::string> Outgoing::customers(std::string_view account) {
  std::vector<std::string> found;
  books_.read([&](ports::SqlSession &db) {
    std::set<std::string> with_live;
    for (const Standing &standing : standings(db, account))
      if (standing.live()) with_live.insert(standing.subscription.customer);
    for (const store::CustomerKey &customer : store::customers_naming(db, account)) {
      if (customer.livemode != livemode_ || !customer.stripe_account.empty() || store::linked_account(db, customer) != account) continue;
      const auto row = store::load_object(db, key("customer", customer.customer));
      if (row && stripe::customer_of(row->record).deleted) continue;
      found.push_back(customer.customer);
    }
    // Then the one that this store made: a host may have linked ids that Stripe does not know.
    const auto own = store::claimed(db, account, domain::customer_claim);
    std::ranges::stable_sort(found, [&](const std::string &a, const std::string &b) {
      const auto rank = [&](const std::string &id) { return with_live.contains(id) ? 0 : own && own->object == id ? 1 : 2; };
      return rank(a) < rank(b);
    });
  });
  return found;
}

std::string Outgoing::customer_for(const CheckoutWish &wish, const std::set<std::string> &unusable, const Deadline &deadline,
                                   bool &is_new) {
  is_new = false;
  for (const std::string &id : customers(wish.account))
    if (!unusable.contains(id)) return id;
  std::optional<store::IntentRow> intent;
  books_.read([&](ports::SqlSession &db) { intent = store::claimed(db, wish.account, domain::customer_claim); });
  Error error;
  const auto waits = [&] {
    return intent && (intent->state == domain::IntentState::open || intent->state == domain::IntentState::unknown);
  };
  if (waits()) {
    carry_out(*intent, error, deadline);
    if (intent->state == domain::IntentState::done && !unusable.contains(intent->object)) return intent->object;
  }
  // An unknown one was looked up and is settled now; one without an answer may not be made twice.
  if (!waits()) {
    const std::string before = intent ? intent->intent : "";
    intent = new_intent(wish.account, "customer", std::string(domain::customer_claim), stripe::customers_path,
                        stripe::customer_form(wish.account, wish.email, wish.name));
    if (!claim(*intent, before)) return customer_for(wish, unusable, deadline, is_new);
    carry_out(*intent, error, deadline);
    if (intent->state == domain::IntentState::unknown) carry_out(*intent, error, deadline);
  }
  if (intent->state != domain::IntentState::done) throw Failure(std::move(error));
  is_new = true;
  return intent->object;
}

void Outgoing::refresh_subscriptions(const std::string &account, const std::string &customer, const Deadline &deadline) {
  std::vector<Fetched> fetched;
  std::set<std::string> seen;
  std::string after;
  for (int page = 0; page < pages_max; ++page) {
    const StripeApi::Reply reply = api_.get(stripe::subscriptions_of(customer, after), deadline);
    const stripe::Page list = stripe::read_page(reply.object);
    for (const json::object *object : list.elements) {
      after = stripe::read_made(*object).id;
      seen.insert(after);
      fetched.push_back({*object, reply.date_s, reply.lo_s});
    }
    if (!list.more || list.elements.empty()) break;
  }
  // What we believe to be alive and the list does not name has ended: its own state says how.
  std::vector<std::string> gone;
  books_.read([&](ports::SqlSession &db) {
    for (const Standing &standing : standings(db, account))
      if (!domain::terminal_status(standing.subscription.status) && standing.subscription.customer == customer &&
          !seen.contains(standing.id))
        gone.push_back(standing.id);
  });
  if (gone.size() > gone_max) gone.resize(gone_max);
  for (const std::string &id : gone) {
    StripeApi::Reply reply = api_.send(stripe::get_subscription(id), {}, deadline);
    if (reply.effect == StripeApi::Effect::done) fetched.push_back({std::move(reply.object), reply.date_s, reply.lo_s});
  }
  // What says nothing new is not stored once more: clicks must not fill the store.
  books_.read([&](ports::SqlSession &db) {
    std::erase_if(fetched, [&](const Fetched &one) {
      const auto seen_now = stripe::observe_object(one.object.get_object(), livemode_, "");
      const auto held = seen_now ? store::load_object(db, seen_now->key) : std::nullopt;
      return held && held->state == seen_now->event.post && held->doubt == domain::Doubt::none;
    });
  });
  take_in(fetched);
}

}  // namespace purser::engine
