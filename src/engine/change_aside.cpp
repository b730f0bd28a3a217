// Facts that must not take effect: of somebody who was erased, or from before the checkpoint that stands for an object's past.
#include <algorithm>

#include "domain/compaction.hpp"
#include "engine/change.hpp"
#include "store/counter.hpp"
#include "store/erased.hpp"
#include "stripe/named.hpp"

namespace purser::engine {
namespace {

Receipt set_aside_as(const PreparedEvent &event, domain::Outcome outcome, std::string_view reason) {
  Receipt r;
  r.outcome = outcome;
  r.http_status = 200;
  r.event_id = event.envelope.id;
  r.event_type = event.envelope.type;
  r.reason = std::string(reason);
  return r;
}

}  // namespace

bool Change::erased_object(std::string_view id) {
  return world_.gone.erased && store::erased(db_, world_.ledger_key, store::ErasedKind::object, id);
}

/// Until the host itself begins the account anew.
bool Change::erased_account(std::string_view account) {
  return world_.gone.erased && !account.empty() && store::erased(db_, world_.ledger_key, store::ErasedKind::account, account) &&
         !store::load_account(db_, account);
}

/// The customer decides where one is named; a refund or a dispute names only the payment.
bool Change::about_erased(const stripe::Named &named) {
  const auto is_erased = [&](const std::string &id) { return erased_object(id); };
  if (std::ranges::any_of(named.accounts, [&](const std::string &account) { return erased_account(account); })) return true;
  if (!named.customers.empty()) return std::ranges::all_of(named.customers, is_erased);
  return std::ranges::any_of(named.ids, is_erased);
}

/// What it names now may be all that a later event names: so that is known as erased too.
void Change::learn_erased(const stripe::Named &named) {
  for (const auto *ids : {&named.customers, &named.ids})
    for (const std::string &id : *ids)
      if (!erased_object(id)) store::put_erased(db_, world_.ledger_key, store::ErasedKind::object, id, {}, 0, now_);
}

bool Change::late(const domain::ObjectKey &key, std::int64_t created_s) {
  // A boundary is always older than this: young facts need no look into the store.
  if (!world_.gone.compacted || created_s >= now_ / second_ms - domain::compaction_age_s) return false;
  const auto object = store::load_object(db_, key);
  return object && domain::late(created_s, object->boundary_s);
}

std::optional<Receipt> Change::set_aside(const PreparedEvent &event, const Intake &taken) {
  const stripe::Envelope &e = event.envelope;
  bool erased = false;
  if (world_.gone.erased) {
    const stripe::Named named = stripe::named_in(event.body);
    erased = about_erased(named);
    if (erased) {
      learn_erased(named);
      sequence_.wrote = true;
    }
  }
  const bool believed = taken.reason.empty();
  const bool late = !erased && believed && event.observation && this->late(event.observation->key, event.observation->event.created_s) &&
                    stripe::folding(e.object_type) == stripe::Folding::edges;
  if (!erased && !late) return std::nullopt;
  Receipt r = erased ? set_aside_as(event, believed ? domain::Outcome::recorded : taken.outcome, "erased")
                     : set_aside_as(event, domain::Outcome::late, "before_checkpoint");
  if (!believed) return r;
  const std::int64_t seq = next_sequence();
  const bool is_new = store::insert_event(db_, {seq, e.id, e.type, e.api_version, e.created_s, e.livemode, e.account, e.object_type,
                                                erased ? std::string_view() : e.object_id, r.outcome, r.reason, event.payload_hash, now_});
  if (!is_new) return set_aside_as(event, domain::Outcome::duplicate, "");
  if (late) {
    store::insert_payload(db_, seq, seq, e.api_version, event.body, now_);
    store::count(db_, store::late_counter);
  }
  return r;
}

std::optional<Receipt> Change::set_aside(const stripe::Observation &o, std::int64_t date_s) {
  Receipt r;
  r.http_status = 200;
  r.outcome = domain::Outcome::recorded;
  if (world_.gone.erased) {
    stripe::Named named = stripe::named_in(o.post_record);
    named.accounts.push_back(o.purser_account);
    if (!o.customer.empty()) named.customers.assign(1, o.customer);
    named.ids.push_back(o.key.id);
    if (about_erased(named)) {
      r.reason = "erased";
      return r;
    }
  }
  if (!late(o.key, date_s) || stripe::folding(o.key.type) != stripe::Folding::edges) return std::nullopt;
  r.outcome = domain::Outcome::late;
  r.reason = "before_checkpoint";
  return r;
}

}  // namespace purser::engine
