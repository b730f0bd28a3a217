// From a fact to the folded object: read the newest facts, fold, keep the row.
#include "domain/session.hpp"
#include "engine/change.hpp"
#include "store/observation.hpp"

namespace purser::engine {
namespace {

// Most objects have fewer events than this; longer histories are read further only while the last cluster does not decide.
constexpr std::size_t first_window = 32;

}  // namespace

store::ObjectRow Change::fold_object(const stripe::Observation &observation, const std::optional<store::ObjectRow> &before) {
  if (observation.key.type == "checkout.session") return join_session(observation);
  domain::Folded folded;
  for (std::size_t limit = first_window;; limit *= 4) {
    const store::FactWindow window = store::facts_of(db_, observation.key, limit);
    const auto answer = domain::fold(window.events, window.fetches, window.complete);
    if (!answer) continue;
    folded = *answer;
    break;
  }
  store::ObjectRow object;
  object.key = observation.key;
  object.state = folded.state;
  object.doubt = folded.doubt;
  object.record = refolded_record(observation, before, folded.state);
  // The folded state says whose it is, not the fact that came last.
  object.customer = observation.customer;
  if (observation.key.type == "subscription" && observation.event.post != folded.state)
    object.customer = stripe::subscription_of(object.record).customer;
  if (before) {
    object.outcome = before->outcome;
    object.unmapped = before->unmapped;
  }
  return object;
}

std::string Change::refolded_record(const stripe::Observation &observation, const std::optional<store::ObjectRow> &before,
                                    const Digest &state) {
  if (observation.event.post == state) return observation.post_record;
  if (before && before->state == state) return before->record;
  return store::record_with_state(db_, observation.key, state);
}

store::ObjectRow Change::join_session(const stripe::Observation &observation) {
  std::vector<domain::SessionFact> facts;
  for (const store::RecordedFact &fact : store::records_of(db_, observation.key))
    facts.push_back({fact.created_s, fact.fact, stripe::session_of(fact.record)});
  const domain::Session joined = domain::join(facts);
  store::ObjectRow object;
  object.key = observation.key;
  object.customer = joined.customer;
  object.record = stripe::record(joined);
  object.state = sha256(object.record);
  return object;
}

domain::Outcome Change::unlinked_outcome(const store::ObjectRow &object) {
  using domain::Outcome;
  const auto ours = [](const domain::Metadata &metadata) {
    const auto at = metadata.lower_bound("purser_");
    return at != metadata.end() && at->first.starts_with("purser_");
  };
  if (object.key.type == "customer") return ours(stripe::customer_of(object.record).metadata) ? Outcome::parked : Outcome::foreign;
  if (object.key.type == "checkout.session") {
    const domain::Session session = stripe::session_of(object.record);
    return ours(session.metadata) || !session.client_reference_id.empty() ? Outcome::parked : Outcome::foreign;
  }
  const domain::Subscription subscription = stripe::subscription_of(object.record);
  if (ours(subscription.metadata)) return Outcome::parked;
  for (const domain::SubscriptionItem &item : subscription.items)
    if (domain::meaning(world_.catalog, item.price, price_keys(object.key, item.price))) return Outcome::parked;
  return Outcome::foreign;
}

std::vector<std::string> Change::price_keys(const domain::ObjectKey &key, std::string_view price) {
  return store::price_keys(db_, key.livemode, key.stripe_account, price);
}

// What a price means may become known, or change, by another account's event: everybody who pays it is derived anew, so that the
// order of arrival cannot matter.
void Change::learn_price_keys(const stripe::Observation &o, std::int64_t created_s, std::string_view fact, const Cause &cause) {
  for (const auto &[price, lookup_key] : o.price_keys) {
    const bool known_price = store::price_seen(db_, o.key, price);
    const auto before = price_keys(o.key, price);
    if (!store::put_price_key(db_, o.key, price, lookup_key, created_s, fact)) continue;
    if (!known_price || before == price_keys(o.key, price)) continue;
    std::set<std::string> accounts;
    for (store::ObjectRow &object : store::subscriptions_naming(db_, o.key.livemode, o.key.stripe_account, price)) {
      const auto account = store::linked_account(db_, {o.key.livemode, o.key.stripe_account, object.customer});
      if (account)
        accounts.insert(*account);
      else {
        const domain::Outcome outcome = unlinked_outcome(object);
        save_if_changed(std::move(object), outcome, "");
      }
    }
    for (const std::string &account : accounts) rederive(account, cause);
  }
}

}  // namespace purser::engine
