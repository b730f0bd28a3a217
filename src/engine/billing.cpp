// What a billing page shows: subscriptions, what is due, and what the account's people should be told.
#include "engine/billing.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "domain/account.hpp"
#include "engine/impl.hpp"
#include "engine/money.hpp"
#include "store/link.hpp"
#include "store/observation.hpp"

namespace purser::engine {
namespace {

constexpr TimeMs trial_ending_ms = 3 * day_ms;
/// The most urgent first.
constexpr std::array<std::string_view, 7> urgency{
    "payment_failed", "payment_action_required", "disputed", "paused", "trial_ending", "cancels", "refunded"};

/// The item that renews, or ends, first.
const domain::SubscriptionItem *next_item(const domain::Subscription &subscription) {
  const domain::SubscriptionItem *next = nullptr;
  for (const domain::SubscriptionItem &item : subscription.items)
    if (item.current_period_end > 0 && (!next || item.current_period_end < next->current_period_end)) next = &item;
  return next;
}

bool lives(const domain::Subscription &subscription) { return !domain::terminal_status(subscription.status); }

std::int64_t cancels_at_s(const domain::Subscription &s) {
  if (!lives(s)) return 0;
  if (s.cancel_at > 0) return s.cancel_at;
  return s.cancel_at_period_end ? s.period_end() : 0;
}

/// One account's billing while it is read.
class Page {
 public:
  Page(ports::SqlSession &db, const domain::Catalog &catalog, TimeMs at, Billing &billing)
      : db_(db), catalog_(catalog), at_(at), billing_(billing) {}

  void add(const store::CustomerKey &customer) {
    const domain::Money money = money_back_to(db_, customer);
    std::map<std::string, domain::Subscription> subscriptions;
    store::each_of_customer(db_, customer, "subscription", [&](const store::ObjectRow &row) {
      const auto at = subscriptions.emplace(row.key.id, stripe::subscription_of(row.record)).first;
      hold(row, at->second);
    });
    store::each_of_customer(db_, customer, "subscription_schedule", [&](const store::ObjectRow &row) { schedule(row); });
    std::map<std::string, bool> told;
    store::each_of_customer(db_, customer, "invoice", [&](const store::ObjectRow &row) {
      const domain::Invoice invoice = stripe::invoice_of(row.record);
      if (invoice.status != "open" || invoice.amount_remaining <= 0) return;
      owe(invoice);
      const auto of = subscriptions.find(invoice.subscription);
      if (of != subscriptions.end() && !lives(of->second)) return;
      if (invoice.attempt_count == 0 && !invoice.attempted) return;
      unpaid(row.key.id, invoice, of == subscriptions.end() ? nullptr : &of->second);
      told[invoice.subscription] = true;
    });
    for (const auto &[id, subscription] : subscriptions) {
      if (!lives(subscription)) continue;
      // Its invoice was never told of: the subscription says enough.
      if ((subscription.status == "past_due" || subscription.status == "unpaid") && !told.contains(id))
        unpaid(subscription.latest_invoice, {.subscription = id}, &subscription);
      notices_of(id, subscription, money);
    }
    store::each_of_customer(db_, customer, "checkout.session", [&](const store::ObjectRow &row) {
      const domain::GivenBack back = money.of(row.key.id);
      if (stripe::session_of(row.record).mode == "payment" && back.open_dispute)
        tell({"disputed", "", stripe::session_of(row.record).invoice, back.currency, back.disputed, 0, ""});
    });
  }

  void finish() {
    std::ranges::stable_sort(billing_.subscriptions, [](const SubscriptionHeld &a, const SubscriptionHeld &b) {
      const auto key = [](const SubscriptionHeld &s) {
        return std::tuple(domain::terminal_status(s.status), -s.period_end_ms, std::string_view(s.subscription));
      };
      return key(a) < key(b);
    });
    std::ranges::stable_sort(billing_.notices, [](const Notice &a, const Notice &b) {
      const auto key = [](const Notice &n) {
        return std::tuple(std::ranges::find(urgency, n.kind) - urgency.begin(), std::string_view(n.subscription),
                          std::string_view(n.invoice));
      };
      return key(a) < key(b);
    });
    for (const auto &[currency, owed] : owed_) billing_.owed.push_back(owed);
  }

 private:
  std::string bought(const store::ObjectRow &row, const domain::SubscriptionItem &item) {
    const auto keys = store::price_keys(db_, row.key.livemode, row.key.stripe_account, item.price);
    const domain::PriceMeaning meaning = domain::meaning(catalog_, item.price, keys);
    if (meaning.tier) return meaning.product->key + "/" + meaning.tier->key;
    return meaning.add_on ? meaning.add_on->key : item.price;
  }

  void hold(const store::ObjectRow &row, const domain::Subscription &s) {
    SubscriptionHeld held;
    held.subscription = row.key.id;
    held.customer = s.customer;
    held.status = s.status;
    for (const domain::SubscriptionItem &item : s.items) held.items += (held.items.empty() ? "" : ",") + bought(row, item);
    held.collection_method = s.collection_method;
    if (const domain::SubscriptionItem *item = next_item(s)) {
      held.period_start_ms = to_ms(item->current_period_start);
      held.period_end_ms = to_ms(item->current_period_end);
    }
    held.trial_end_ms = to_ms(s.trial_end);
    held.cancels_at_ms = to_ms(cancels_at_s(s));
    held.ended_ms = to_ms(s.ended_at);
    held.paused = !s.pause_collection.empty();
    held.schedule = s.schedule;
    held.unconfirmed = row.doubt != domain::Doubt::none;
    billing_.subscriptions.push_back(std::move(held));
  }

  /// A schedule may be known before the subscription says that it has one.
  void schedule(const store::ObjectRow &row) {
    const domain::Schedule schedule = stripe::schedule_of(row.record);
    if (domain::terminal_schedule(schedule.status)) return;
    for (SubscriptionHeld &held : billing_.subscriptions)
      if (held.subscription == schedule.subscription && held.schedule.empty()) held.schedule = row.key.id;
  }

  void owe(const domain::Invoice &invoice) {
    Owed &owed = owed_[invoice.currency];
    owed.currency = invoice.currency;
    if (__builtin_add_overflow(owed.amount, invoice.amount_remaining, &owed.amount)) owed.amount = std::numeric_limits<std::int64_t>::max();
    ++owed.invoices;
  }

  /// When it is tried again; else when access ends because it was not paid.
  void unpaid(const std::string &id, const domain::Invoice &invoice, const domain::Subscription *of) {
    TimeMs when = to_ms(invoice.next_payment_attempt_s);
    if (when == 0 && of) when = domain::access_end(*of, nullptr, catalog_).until_ms;
    const char *kind = of && of->status == "incomplete" ? "payment_action_required" : "payment_failed";
    tell({kind, invoice.subscription, id, invoice.currency, invoice.amount_remaining, when, invoice.hosted_invoice_url});
  }

  void notices_of(const std::string &id, const domain::Subscription &s, const domain::Money &money) {
    const TimeMs trial_end = to_ms(s.trial_end);
    if (s.status == "trialing" && trial_end > at_ && trial_end - at_ <= trial_ending_ms)
      tell({"trial_ending", id, "", "", 0, trial_end, ""});
    if (const std::int64_t at_s = cancels_at_s(s)) tell({"cancels", id, "", "", 0, to_ms(at_s), ""});
    if (s.status == "paused" || !s.pause_collection.empty()) tell({"paused", id, "", "", 0, resumes_ms(s.pause_collection), ""});
    domain::GivenBack most;
    for (const domain::SubscriptionItem &item : s.items) {
      const domain::GivenBack back = money.of_item(id, item);
      if (std::tuple(back.wholly(), back.dispute, back.refunded) > std::tuple(most.wholly(), most.dispute, most.refunded)) most = back;
    }
    if (most.dispute) tell({"disputed", id, s.latest_invoice, most.currency, most.disputed, 0, ""});
    if (most.wholly()) tell({"refunded", id, s.latest_invoice, most.currency, most.refunded, 0, ""});
  }

  static TimeMs resumes_ms(const std::string &pause_collection) {
    if (pause_collection.empty()) return 0;
    const json::Parsed parsed = json::parse(pause_collection);
    return to_ms(json::as_integer(json::find(&parsed.root, "resumes_at")).value_or(0));
  }

  void tell(Notice notice) { billing_.notices.push_back(std::move(notice)); }

  ports::SqlSession &db_;
  const domain::Catalog &catalog_;
  TimeMs at_;
  Billing &billing_;
  std::map<std::string, Owed> owed_;
};

}  // namespace

Billing Engine::Impl::billing_read(std::string_view account, std::optional<TimeMs> at) {
  if (!domain::valid_account(account))
    throw Failure(Status::invalid, "account_invalid", "an account id is 1 to 200 bytes without control characters", "account");
  const auto policy = catalog();
  Billing billing;
  billing.account = account;
  read([&](ports::SqlSession &db) {
    Page page(db, *policy, at.value_or(now_ms()), billing);
    for (const store::CustomerKey &key : store::customers_naming(db, account)) {
      if (!key.stripe_account.empty() || store::linked_account(db, key) != account) continue;
      if (billing.customer.empty()) billing.customer = key.customer;
      page.add(key);
    }
    page.finish();
  });
  return billing;
}

}  // namespace purser::engine
