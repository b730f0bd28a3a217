// From a fact to the folded object: read the newest facts, fold, keep the row.
#include <algorithm>

#include "engine/change.hpp"
#include "store/observation.hpp"

namespace purser::engine {
namespace {

// Most objects have fewer events than this; longer histories are read further only while the last cluster does not decide.
constexpr std::size_t first_window = 32;

/// The platform's own: there is no customer whose account could be missing.
bool belongs_to_nobody(std::string_view type) {
  return type == "product" || type == "price" || type == "transfer" || type == "payout" || type == "account" || type == "invoice_payment";
}

/// What folding does not decide.
void keep_rest(store::ObjectRow &object, const std::optional<store::ObjectRow> &before, TimeMs now) {
  object.seen_at_ms = before ? before->seen_at_ms : now;
  if (!before) return;
  object.outcome = before->outcome;
  object.unmapped = before->unmapped;
  object.finding = before->finding;
  object.expect_at_ms = before->expect_at_ms;
  object.boundary_s = before->boundary_s;
}

}  // namespace

domain::Folded Change::folded(const domain::ObjectKey &key) {
  for (std::size_t limit = first_window;; limit *= 4) {
    const store::FactWindow window = store::facts_of(db_, key, limit);
    if (const auto answer = domain::fold(window.events, window.fetches, window.complete)) return *answer;
  }
}

store::ObjectRow Change::fold_object(const stripe::Observation &observation, const std::optional<store::ObjectRow> &before) {
  if (stripe::folding(observation.key.type) == stripe::Folding::join) return join_object(observation, before);
  // The first fact of an object is all there is to fold: a folded row stands beside every fact.
  const bool first = !before && !observation.event.id.empty();
  const domain::Folded folded = first ? *domain::fold({&observation.event, 1}, {}) : this->folded(observation.key);
  store::ObjectRow object;
  object.key = observation.key;
  object.state = folded.state;
  object.doubt = folded.doubt;
  object.record = refolded_record(observation, before, folded.state);
  // The folded state says whose it is, not the fact that came last.
  object.customer = observation.customer;
  if (observation.event.post != folded.state && observation.key.type != "customer")
    object.customer = stripe::customer_named(observation.key.type, object.record);
  keep_rest(object, before, now_);
  return object;
}

std::string Change::refolded_record(const stripe::Observation &observation, const std::optional<store::ObjectRow> &before,
                                    const Digest &state) {
  if (observation.event.post == state) return observation.post_record;
  if (before && before->state == state) return before->record;
  return store::record_with_state(db_, observation.key, state);
}

store::ObjectRow Change::join_object(const stripe::Observation &observation, const std::optional<store::ObjectRow> &before) {
  std::vector<stripe::RecordFact> facts;
  for (store::RecordedFact &fact : store::records_of(db_, observation.key))
    facts.push_back({fact.created_s, std::move(fact.fact), std::move(fact.record)});
  stripe::Joined joined = stripe::join_records(observation.key.type, facts);
  store::ObjectRow object;
  object.key = observation.key;
  object.customer = std::move(joined.customer);
  object.record = std::move(joined.record);
  object.state = sha256(object.record);
  keep_rest(object, before, now_);
  return object;
}

domain::Outcome Change::unlinked_outcome(const store::ObjectRow &object) {
  using domain::Outcome;
  const std::string &type = object.key.type;
  const auto ours = [](const domain::Metadata &metadata) {
    const auto at = metadata.lower_bound("purser_");
    return at != metadata.end() && at->first.starts_with("purser_");
  };
  const auto sold = [&](const std::string &price) {
    return !price.empty() && domain::meaning(world_.catalog, price, price_keys(object.key, price));
  };
  const auto parked_if = [](bool ours_or_sold) { return ours_or_sold ? Outcome::parked : Outcome::foreign; };
  if (belongs_to_nobody(type)) return Outcome::applied;
  if (!object.key.stripe_account.empty()) return Outcome::foreign;  // what a connected account sells is its own affair
  if (type == "customer") return parked_if(ours(stripe::customer_of(object.record).metadata));
  if (type == "checkout.session") {
    const domain::Session session = stripe::session_of(object.record);
    return parked_if(ours(session.metadata) || !session.client_reference_id.empty());
  }
  if (type == "invoice") return parked_if(std::ranges::any_of(stripe::invoice_of(object.record).lines, sold, &domain::InvoiceLine::price));
  if (type != "subscription") return Outcome::foreign;  // it follows its customer
  const domain::Subscription subscription = stripe::subscription_of(object.record);
  return parked_if(ours(subscription.metadata) || std::ranges::any_of(subscription.items, sold, &domain::SubscriptionItem::price));
}

std::vector<std::string> Change::price_keys(const domain::ObjectKey &key, std::string_view price) {
  return store::price_keys(db_, key.livemode, key.stripe_account, price);
}

// What a price means may become known, or change, by another account's event: everybody who pays it is derived anew, so that the
// order of arrival cannot matter.
void Change::learn_price_keys(const stripe::Observation &o, std::int64_t created_s, std::string_view fact, const Cause &cause) {
  for (const auto &[price, lookup_key] : o.price_keys) {
    using Sight = std::pair<std::int64_t, std::string_view>;
    const std::vector<store::PriceKey> seen = store::seen_price_keys(db_, o.key.livemode, o.key.stripe_account, price);
    const auto same = std::ranges::find(seen, lookup_key, &store::PriceKey::lookup_key);
    if (same != seen.end() && Sight(same->created_s, same->fact) <= Sight(created_s, fact)) continue;
    store::put_price_key(db_, o.key, price, lookup_key, created_s, fact);
    if (auto row = store::load_object(db_, {o.key.livemode, o.key.stripe_account, "price", price})) recheck_price(std::move(*row), nullptr);
    if (seen.empty()) continue;
    std::vector<std::string> before;
    for (const store::PriceKey &key : seen)
      if (!key.lookup_key.empty()) before.push_back(key.lookup_key);
    if (before == price_keys(o.key, price)) continue;
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
