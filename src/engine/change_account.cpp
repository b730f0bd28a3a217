// Whose object it is and what the account holds because of it: links, grants, ledger.
#include <algorithm>

#include "base/record.hpp"
#include "domain/account.hpp"
#include "domain/tier_change.hpp"
#include "engine/change.hpp"
#include "engine/money.hpp"
#include "store/feed.hpp"
#include "store/ledger.hpp"
#include "store/observation.hpp"

namespace purser::engine {
namespace {

/// What the ledger keeps of a set of grants: no personal data, so the customer id stays out.
std::string ledger_facts(const std::vector<store::GrantRow> &grants) {
  json::array list;
  for (const store::GrantRow &row : grants) {
    json::value grant = to_json(row.grant, Defaults::keep);
    grant.as_object().erase("customer");
    list.push_back(std::move(grant));
  }
  return json::canonical(json::object{{"grants", std::move(list)}});
}

/// Item ids are unique at Stripe; shapes without them must not collide in the key.
void make_items_unique(std::vector<domain::Grant> &grants) {
  for (std::size_t i = 0; i < grants.size(); ++i)
    for (std::size_t n = 2, j = 0; j < i; ++j)
      if (grants[j].item == grants[i].item) {
        grants[i].item += "#" + std::to_string(n++);
        j = static_cast<std::size_t>(-1);
      }
}

bool key_order(const store::GrantRow &a, const store::GrantRow &b) {
  return std::tie(a.livemode, a.stripe_account, a.grant.subscription, a.grant.item) <
         std::tie(b.livemode, b.stripe_account, b.grant.subscription, b.grant.item);
}

std::vector<domain::Grant> grants_held(ports::SqlSession &db, std::string_view account) {
  std::vector<domain::Grant> held;
  for (store::GrantRow &row : store::grants_of(db, account)) held.push_back(std::move(row.grant));
  return held;
}

std::string joined(const std::vector<std::string> &texts) {
  std::string out;
  for (const std::string &text : texts) out += (out.empty() ? "" : ",") + text;
  return out;
}

}  // namespace

void Change::ensure_account(const std::string &account) {
  if (store::load_account(db_, account)) return;
  store::AccountRow row{account, world_.random.bytes(16), 0, {}};
  store::insert_account(db_, row, next_sequence(), now_);
  made_[account] = std::move(row);
}

void Change::save_if_changed(store::ObjectRow object, domain::Outcome outcome, std::string unmapped) {
  outcomes_[object.key] = outcome;
  if (object.outcome == outcome && object.unmapped == unmapped) return;
  object.outcome = outcome;
  object.unmapped = std::move(unmapped);
  store::save_object(db_, object);
  sequence_.wrote = true;
}

void Change::derive_customer(const store::CustomerKey &key, std::vector<store::GrantRow> &grants) {
  using domain::Outcome;
  const std::vector<store::ObjectRow> granting = store::granting_objects(db_, key);  // one read: every delivery comes by here
  std::optional<domain::Customer> customer;
  for (const store::ObjectRow &row : granting)
    if (row.key.type == "customer") {
      customer = stripe::customer_of(row.record);
      save_if_changed(row, Outcome::applied, "");
    }
  const domain::Money money = money_back_to(db_, key);
  for (const store::ObjectRow &object : granting) {
    if (object.key.type != "subscription") continue;
    domain::Derived derived = domain::derive(
        object.key.id, stripe::subscription_of(object.record), object.doubt != domain::Doubt::none, customer ? &*customer : nullptr,
        world_.catalog, [&](std::string_view price) { return price_keys(object.key, price); }, money);
    save_if_changed(object, derived.unmapped_prices.empty() ? Outcome::applied : Outcome::applied_unmapped,
                    joined(derived.unmapped_prices));
    make_items_unique(derived.grants);
    for (domain::Grant &grant : derived.grants) grants.push_back({key.livemode, key.stripe_account, std::move(grant)});
  }
  for (const store::ObjectRow &object : granting) {
    if (object.key.type != "checkout.session") continue;
    if (auto credit = domain::credit(object.key.id, stripe::session_of(object.record), world_.catalog, money))
      grants.push_back({key.livemode, key.stripe_account, std::move(*credit)});
  }
  const bool gone = customer && customer->deleted;
  if (world_.catalog.stripe_entitlements_grant && !gone) derive_entitlements(key, grants);
}

/// The same feature of two customers of an account is one grant.
void Change::derive_entitlements(const store::CustomerKey &key, std::vector<store::GrantRow> &grants) {
  const auto row = store::load_object(db_, {key.livemode, key.stripe_account, "entitlements.active_entitlement_summary", key.customer});
  if (!row) return;
  for (domain::Grant &grant : domain::granted_by_stripe(stripe::entitlement_summary_of(row->record), world_.catalog)) {
    store::GrantRow held{key.livemode, key.stripe_account, std::move(grant)};
    const auto same_key = [&](const store::GrantRow &other) { return !key_order(other, held) && !key_order(held, other); };
    if (std::ranges::none_of(grants, same_key)) grants.push_back(std::move(held));
  }
}

/// Objects that say nothing of access themselves: whose they are is known now.
void Change::settle_unlinked(const store::CustomerKey &key) {
  for (const store::ObjectRow &object : store::unlinked_of_customer(db_, key)) save_if_changed(object, domain::Outcome::applied, "");
}

void Change::rederive(const std::string &account, const Cause &cause) {
  std::vector<store::GrantRow> grants;
  for (const store::CustomerKey &customer : store::customers_naming(db_, account)) {
    // A host's link is of the id alone; the objects of the other mode are in another store.
    if (world_.mode != Mode::offline && customer.livemode != (world_.mode == Mode::live)) continue;
    if (store::linked_account(db_, customer) == account) derive_customer(customer, grants);
  }
  std::sort(grants.begin(), grants.end(), key_order);
  const std::vector<store::GrantRow> before = store::grants_of(db_, account);
  if (grants == before) return;

  store::replace_grants(db_, account, before, grants);
  const auto made = made_.extract(account);
  auto row = made ? std::optional(made.mapped()) : store::load_account(db_, account);
  if (!row) throw Failure(Status::internal, "account_without_row", "an account was derived before its row was made; report this");
  store::append_ledger(db_, world_.ledger_key, *row, now_, cause.text, ledger_facts(grants), cause.payload_hash, next_sequence());
  std::vector<domain::Grant> held;
  for (store::GrantRow &grant : grants) held.push_back(std::move(grant.grant));
  announce(account, held, cause.text, now_);
  published_[account] = std::move(held);
}

LinkMade Change::link(const std::string &account, const std::string &customer, OnConflict on_conflict) {
  const auto existing = store::host_link(db_, customer);
  if (existing && *existing != account && on_conflict == OnConflict::refuse)
    throw Failure(Status::conflict, "customer_linked",
                  "customer " + customer + " is linked to another account already; a link is never replaced silently", "customer");
  LinkMade made;
  ensure_account(account);  // also where another link wins: which accounts exist must not depend on the order
  made.changed = !existing || (*existing != account && account < *existing);
  if (made.changed) {
    std::vector<std::string> before;
    for (const store::CustomerKey &key : store::customer_keys(db_, customer))
      if (const auto held_by = store::linked_account(db_, key)) before.push_back(*held_by);
    store::set_host_link(db_, customer, account);
    sequence_.wrote = true;
    const Cause cause{"link", sha256(customer)};
    for (const std::string &previous : before)
      if (previous != account) rederive(previous, cause);
    rederive(account, cause);
    const auto keys = store::customer_keys(db_, customer);
    for (const store::CustomerKey &key : keys) settle_unlinked(key);
    // Bought before this store existed, or forgotten as nobody's: Stripe knows what.
    if (keys.empty() && world_.mode != Mode::offline) open_gap({world_.mode == Mode::live, "", "customer", customer}, "linked", now_);
  }
  for (const bool livemode : {false, true})
    made.subscriptions += static_cast<std::int64_t>(store::objects_of_customer(db_, livemode, "", customer, "subscription").size());
  return made;
}

std::int64_t Change::rederive_all(std::string_view cause) {
  std::vector<store::ObjectRow> unlinked;
  for (const std::string_view type : {"customer", "checkout.session", "subscription", "invoice"})
    store::each_object(db_, type, [&](const store::ObjectRow &object) {
      if (object.outcome == domain::Outcome::parked || object.outcome == domain::Outcome::foreign) unlinked.push_back(object);
    });
  std::vector<store::ObjectRow> prices;
  store::each_object(db_, "price", [&](const store::ObjectRow &price) { prices.push_back(price); });
  for (store::ObjectRow &price : prices) recheck_price(std::move(price), nullptr);
  for (store::ObjectRow &object : unlinked) {
    const domain::Outcome outcome = unlinked_outcome(object);
    save_if_changed(std::move(object), outcome, "");
  }
  for (const std::string &account : store::all_accounts(db_)) {
    rederive(account, {std::string(cause), sha256(cause)});
    // The same grants can mean another tier now.
    if (!published_.contains(account)) announce(account, grants_held(db_, account), cause, now_);
  }
  return static_cast<std::int64_t>(published_.size());
}

void Change::announce(const std::string &account, const std::vector<domain::Grant> &held, std::string_view cause, TimeMs at) {
  std::vector<domain::HeldTier> before;
  for (store::AnnouncedTier &t : store::announced_tiers(db_, account))
    before.push_back({std::move(t.product), std::move(t.tier), std::move(t.customer), std::move(t.subscription)});
  for (const domain::TierStep &step : domain::tier_steps(before, held, world_.catalog, now_)) {
    store::insert_change(db_, {next_sequence(), account, step.product, step.tier_before, step.tier, std::string(cause), step.customer,
                               step.subscription, at});
    if (step.fallback)
      store::drop_announced_tier(db_, account, step.product);
    else
      store::put_announced_tier(db_, account, {step.product, step.tier, step.customer, step.subscription}, at);
  }
  if (store::set_due(db_, account, domain::next_end(held, now_))) sequence_.wrote = true;
}

void Change::add_intent(const store::IntentRow &intent) {
  if (erased_account(intent.account)) ensure_account(intent.account);  // the host's own act begins it anew
  store::insert_intent(db_, intent);
  store::put_claim(db_, intent.account, intent.claim, intent.intent);
  sequence_.wrote = true;
}

void Change::keep_intent(const store::IntentRow &intent) {
  store::update_intent(db_, intent);
  sequence_.wrote = true;
}

void Change::come_due(const std::string &account, TimeMs at) { announce(account, grants_held(db_, account), "time", at > 0 ? at : now_); }

}  // namespace purser::engine
