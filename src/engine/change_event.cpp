// One delivery, one savepoint: dedupe, keep the bytes, keep the fact, let it take effect.
#include <algorithm>

#include "base/json.hpp"
#include "domain/account.hpp"
#include "engine/change.hpp"
#include "store/counter.hpp"
#include "store/event.hpp"
#include "store/gap.hpp"
#include "store/observation.hpp"
#include "store/schema.hpp"

namespace purser::engine {
namespace {

constexpr std::int64_t sequence_block = 16;

Receipt receipt(const PreparedEvent &event, domain::Outcome outcome, std::string_view reason) {
  Receipt r;
  r.outcome = outcome;
  r.http_status = 200;
  r.event_id = event.envelope.id;
  r.event_type = event.envelope.type;
  r.reason = std::string(reason);
  return r;
}

std::string_view doubt_reason(domain::Doubt doubt) { return doubt == domain::Doubt::none ? "" : domain::name(doubt); }

/// By itself; what other objects change for access, `connect` knows.
bool bears_on_access(std::string_view type) {
  return type == "subscription" || type == "customer" || type == "checkout.session" || type == "entitlements.active_entitlement_summary";
}
/// Of the own Stripe account, not of a connected one.
bool own(const domain::ObjectKey &key) { return key.stripe_account.empty(); }

std::string explain_parked(domain::Outcome outcome) {
  if (outcome == domain::Outcome::parked)
    return "no account is linked to this customer yet: link it with account_link, or set metadata.purser_account at Stripe";
  if (outcome == domain::Outcome::applied_unmapped)
    return "a price of this subscription is in no tier of the catalog: add it (retired prices too), then apply the catalog";
  return {};
}

}  // namespace

std::int64_t Change::next_sequence() {
  if (sequence_.next > sequence_.last) {
    sequence_.next = store::take_sequence(db_, sequence_block);
    sequence_.last = sequence_.next + sequence_block - 1;
  }
  sequence_.wrote = true;
  return sequence_.next++;
}

Receipt Change::store_without_effect(const PreparedEvent &event, domain::Outcome outcome, std::string_view reason) {
  store::insert_quarantine(db_, next_sequence(), event.envelope.id, event.envelope.type, outcome, reason, event.body, now_);
  return receipt(event, outcome, reason);
}

Receipt Change::rendering(const PreparedEvent &event, const store::StoredEvent &stored) {
  Receipt r = receipt(event, domain::Outcome::duplicate, "");
  if (event.envelope.api_version == stored.api_version || !store::new_rendering(db_, stored.seq, event.envelope.api_version)) return r;
  store::insert_payload(db_, next_sequence(), stored.seq, event.envelope.api_version, event.body, now_);
  if (!event.observation) return r;
  const stripe::Observation &o = *event.observation;
  const store::Rendering told = store::put_rendering(db_, o.key, o.event, o.post_record);
  if (!told.agrees) store::count(db_, store::mismatched_counter);
  if (!told.replaced) return r;
  r.account =
      absorb(o, {o.event.created_s, o.event.id, domain::Heard::by_event}, {"event " + event.envelope.id, event.payload_hash}).account;
  return r;
}

Receipt Change::event(PreparedEvent event) {
  if (event.envelope.account == world_.stripe_account) event.envelope.account.clear();
  if (event.observation) event.observation->key.stripe_account = event.envelope.account;
  const Intake taken = intake(event.envelope, world_);
  if (auto aside = set_aside(event, taken)) return std::move(*aside);
  if (!taken.reason.empty()) return store_without_effect(event, taken.outcome, taken.reason);
  const stripe::Envelope &e = event.envelope;
  if (const auto stored = store::find_event(db_, e.livemode, e.account, e.id)) return rendering(event, *stored);

  Receipt r = receipt(event, domain::Outcome::recorded, e.thin ? "thin" : "");
  if (event.observation) {
    const stripe::Observation &o = *event.observation;
    store::insert_event_fact(db_, o.key, o.event, o.post_record);
    const Settled settled = absorb(o, {o.event.created_s, o.event.id, domain::Heard::by_event}, {"event " + e.id, event.payload_hash});
    r.outcome = settled.outcome;
    r.account = settled.account;
    r.unconfirmed = settled.doubt != domain::Doubt::none;
    r.reason = doubt_reason(settled.doubt);
    r.message = explain_parked(settled.outcome);
  } else if (const auto named = stripe::fetchable(e)) {
    const bool known = !e.snapshot_event.empty() && store::find_event(db_, e.livemode, e.account, e.snapshot_event);
    if (!known) open_gap({e.livemode, e.account, named->first, named->second}, "thin", add_ms(to_ms(e.created_s), quiet_ms));
  }
  const std::int64_t seq = next_sequence();
  store::insert_event(db_, {seq, e.id, e.type, e.api_version, e.created_s, e.livemode, e.account, e.object_type, e.object_id, r.outcome,
                            r.reason, event.payload_hash, now_});
  store::insert_payload(db_, seq, seq, e.api_version, event.body, now_);
  return r;
}

Receipt Change::fetch(const stripe::Observation &o, std::int64_t date_s, std::int64_t lo_s) {
  if (auto aside = set_aside(o, date_s)) return std::move(*aside);
  Receipt r;
  r.http_status = 200;
  r.outcome = domain::Outcome::duplicate;
  lo_s = std::min(lo_s, date_s - 1);  // asked before it was answered; only a checkpoint is a moment
  if (!store::put_fetch_fact(db_, o.key, {date_s, lo_s, o.event.post, o.event.terminal}, o.post_record)) return r;
  sequence_.wrote = true;
  const Settled settled =
      absorb(o, {date_s, "fetch", domain::Heard::by_fetch},
             {o.key.type == "customer" ? "fetch customer" : "fetch " + o.key.type + " " + o.key.id, sha256(o.post_record)});
  r.outcome = settled.outcome;
  r.account = settled.account;
  r.unconfirmed = settled.doubt != domain::Doubt::none;
  r.reason = doubt_reason(settled.doubt);
  return r;
}

Change::Settled Change::absorb(const stripe::Observation &o, const Told &told, const Cause &cause) {
  const store::CustomerKey named{o.key.livemode, o.key.stripe_account, o.customer};
  const std::optional<std::string> before = account_of(o.key, o.customer);
  std::optional<std::string> after = before;
  // A connected account has API keys of its own: what its objects say of our accounts proves nothing.
  if (own(o.key) && !o.customer.empty() && domain::valid_account(o.purser_account) &&
      store::put_metadata_link(db_, named, o.purser_account, told.created_s, told.fact)) {
    ensure_account(o.purser_account);
    after = before ? store::linked_account(db_, named) : std::optional(o.purser_account);  // without another link this one counts
  }
  if (own(o.key)) learn_price_keys(o, told.created_s, told.fact, cause);  // first: what a price means decides whose object it is

  const auto stored = store::load_object(db_, o.key);
  store::ObjectRow object = fold_object(o, stored);
  std::set<std::string> accounts;
  if (!stored || stored->record != object.record)
    accounts = connect(object, stored);
  else
    object.customer = stored->customer;  // perhaps by what it names
  const auto owner = object.customer == o.customer ? after : account_of(o.key, object.customer);
  const bool changed = !stored || stored->state != object.state || stored->doubt != object.doubt || stored->customer != object.customer;
  if (!owner) {
    object.outcome = unlinked_outcome(object);
    object.unmapped.clear();
  } else if (o.key.type != "subscription" || !stored) {
    object.outcome = domain::Outcome::applied;  // for a subscription, deriving may say otherwise
  }
  expect(object, told.heard);
  if (changed || stored->outcome != object.outcome || stored->expect_at_ms != object.expect_at_ms) store::save_object(db_, object);

  if (changed && owner && bears_on_access(o.key.type)) accounts.insert(*owner);
  if (before != after) {
    if (before) accounts.insert(*before);
    accounts.insert(*after);
  }
  if (stored && stored->customer != object.customer)
    if (const auto left = account_of(o.key, stored->customer)) accounts.insert(*left);
  for (const std::string &account : accounts) rederive(account, cause);
  if (before != after) settle_unlinked(named);
  if (const auto derived = outcomes_.find(o.key); derived != outcomes_.end()) object.outcome = derived->second;
  find_gaps(o, object, told.created_s);
  return {object.outcome, owner.value_or(""), object.doubt};
}

std::optional<std::string> Change::account_of(const domain::ObjectKey &key, const std::string &customer) {
  if (customer.empty() || !own(key)) return std::nullopt;
  return store::linked_account(db_, {key.livemode, key.stripe_account, customer});
}

}  // namespace purser::engine
