// The end of an account, as one transaction: closing it, and making it nobody's. What is erased is gone for everybody who looks; the bytes
// that only a look into the file would find follow in slices (erase.cpp).
#include <algorithm>

#include "base/record.hpp"
#include "domain/claim.hpp"
#include "engine/change.hpp"
#include "engine/erasing.hpp"
#include "store/belonging.hpp"
#include "store/ledger.hpp"

namespace purser::engine {
namespace {

Failure no_rows() {
  return {Status::not_found, "account_not_found", "expected an account with rows in this store, found none; correct the id", "account"};
}

/// What Stripe still collects for. A subscription of a deleted customer has ended, whether its last event came or not; so has one that
/// was cancelled at once and of which Stripe then knew nothing any more.
std::string living_subscription(ports::SqlSession &db, const std::string &account, const Erasing &erasing) {
  for (const domain::ObjectKey &key : erasing.objects) {
    if (key.type != "subscription") continue;
    const auto row = store::load_object(db, key);
    if (!row || domain::terminal_status(stripe::subscription_of(row->record).status)) continue;
    const auto customer = store::load_object(db, {key.livemode, key.stripe_account, "customer", row->customer});
    if (customer && stripe::customer_of(customer->record).deleted) continue;
    const auto cancel = store::claimed(db, account, domain::cancel_claim(key.id));
    if (cancel && cancel->state == domain::IntentState::done && cancel->form.empty()) continue;
    return key.id;
  }
  return {};
}

Failure lives(const std::string &subscription) {
  return {Status::conflict, "account_lives",
          "subscription " + subscription +
              " lives: its customer would go on paying for an account that is gone; close the account first, "
              "or let it end",
          "account"};
}

}  // namespace

void gather(ports::SqlSession &db, const std::string &account, Erasing &erasing) {
  const auto take = [&](const store::CustomerKey &customer) {
    erasing.customers.insert(customer.customer);
    for (const store::ObjectRow &object : store::all_objects_of_customer(db, customer)) {
      erasing.objects.insert(object.key);
      if (stripe::personal_id(object.key.id)) erasing.ids.insert(object.key.id);
      erasing.learn(stripe::named_in(object.record));
    }
  };
  for (const store::CustomerKey &customer : store::customers_naming(db, account))
    if (store::linked_account(db, customer) == account) take(customer);
  // A customer that was made for the account, and of which nothing was heard yet.
  for (const store::IntentRow &intent : store::intents_of(db, account)) {
    ++erasing.counts.intents;
    if (intent.object.empty()) continue;
    if (intent.kind != "customer") {
      erasing.ids.insert(intent.object);
      continue;
    }
    for (const bool livemode : {false, true})
      if (!store::linked_account(db, {livemode, "", intent.object})) take({livemode, "", intent.object});
  }
}

TimeMs Change::close(const std::string &account, domain::CloseWhen when) {
  auto row = store::load_account(db_, account);
  if (!row) throw no_rows();
  if (const TimeMs since = store::closed_at(db_, account); since > 0) return since;
  store::set_closed_at(db_, account, now_);
  store::append_ledger(db_, world_.ledger_key, *row, now_, "closed", json::canonical(json::object{{"when", domain::name(when)}}), Digest{},
                       next_sequence());
  return now_;
}

Erasing Change::erase(const std::string &account) {
  auto row = store::load_account(db_, account);
  if (!row) throw no_rows();
  Erasing erasing;
  erasing.account = account;
  erasing.account_key = row->account_key;
  erasing.at_ms = now_;
  gather(db_, account, erasing);
  if (const std::string subscription = living_subscription(db_, account, erasing); !subscription.empty()) throw lives(subscription);
  erasing.until_seq = next_sequence();
  erasing.counts.customers = static_cast<std::int64_t>(erasing.customers.size());
  erasing.counts.objects = static_cast<std::int64_t>(erasing.objects.size());
  json::value facts = to_json(erasing.counts, Defaults::keep);
  facts.as_object().erase("payloads");
  facts.as_object().erase("ledger_entries");
  store::append_ledger(db_, world_.ledger_key, *row, now_, store::erased_cause, json::canonical(facts), Digest{}, erasing.until_seq);
  erasing.counts.ledger_entries = row->ledger_seq;

  using store::ErasedKind;
  store::put_erased(db_, world_.ledger_key, ErasedKind::account, account, row->account_key, erasing.until_seq, now_);
  store::put_erased(db_, world_.ledger_key, ErasedKind::chain, row->account_key, row->account_key, erasing.until_seq, now_);
  for (const auto *names : {&erasing.customers, &erasing.ids})
    for (const std::string &name : *names)
      store::put_erased(db_, world_.ledger_key, ErasedKind::object, name, row->account_key, erasing.until_seq, now_);
  for (const domain::ObjectKey &key : erasing.objects) store::delete_object(db_, key);
  for (const std::string &customer : erasing.customers) store::delete_links(db_, customer);
  store::delete_account(db_, account);
  store::put_erasure(db_, erasing.row());
  published_[account] = {};
  return erasing;
}

}  // namespace purser::engine
