// From a click on "buy" to one open checkout session: never two for one account and product, never a second subscription.
#include <algorithm>

#include "domain/account.hpp"
#include "domain/origin.hpp"
#include "engine/outgoing.hpp"
#include "store/feed.hpp"
#include "store/observation.hpp"

namespace purser::engine {
namespace {

constexpr int attempts_max = 6;  // each follows from something that another process or Stripe did meanwhile

void require(bool fact, std::string reason, std::string message, std::string parameter) {
  if (!fact) throw Failure(Status::invalid, std::move(reason), parameter + ": " + message, parameter);
}

void check(const CheckoutWish &wish, const std::vector<std::string> &origins) {
  require(domain::valid_account(wish.account), "account_invalid", "expected 1 to 200 bytes without control characters; correct it",
          "account");
  domain::require_allowed(wish.success_url, origins, "success_url");
  if (!wish.cancel_url.empty()) domain::require_allowed(wish.cancel_url, origins, "cancel_url");
  require(wish.email.empty() || wish.email.find('@') != std::string::npos, "email_invalid",
          "expected an e-mail address; correct it or leave it out", "email");
  require(wish.promotion_code.empty() || !wish.allow_promotion_codes, "promotion_twice",
          "expected promotion_code or allow_promotion_codes, found both; Stripe takes one of them", "promotion_code");
  for (const auto &[key, value] : wish.metadata) {
    require(!key.empty() && key.find_first_of("[]") == std::string::npos, "metadata_key", "expected keys of 1 to 40 bytes without [ and ]",
            "metadata_keys");
    require(!key.starts_with("purser_"), "metadata_key_taken", "keys that start with purser_ are Purser's; use another", "metadata_keys");
    require(std::ranges::count(wish.metadata, key, &std::pair<std::string, std::string>::first) == 1, "metadata_key_twice",
            "a key stands twice; say it once", "metadata_keys");
  }
}

stripe::CheckoutDraft draft_of(const CheckoutWish &wish, const PricedOffer &priced, const std::string &promotion) {
  stripe::CheckoutDraft draft;
  draft.account = wish.account;
  draft.price = priced.price;
  draft.lookup_key = priced.offer.price->lookup_key;
  draft.quantity = wish.quantity > 0 ? wish.quantity : 1;
  draft.recurring = priced.offer.recurring();
  draft.promotion_code = promotion;
  draft.allow_promotion_codes = wish.allow_promotion_codes;
  draft.locale = wish.locale;
  draft.success_url = wish.success_url;
  draft.cancel_url = wish.cancel_url;
  draft.metadata = wish.metadata;
  return draft;
}

Checkout checkout_of(const store::IntentRow &intent, const stripe::CheckoutDraft &draft, bool reused) {
  return {intent.object,        intent.url, intent.price,    draft.customer, intent.intent, draft.recurring ? "subscription" : "payment",
          intent.expires_at_ms, reused,     draft.trial_days};
}

/// What the host or the catalog would give to somebody new.
std::int64_t trial_wished(const CheckoutWish &wish, const domain::Offer &offer) {
  if (!offer.tier || wish.trial_days < 0) return 0;
  return wish.trial_days > 0 ? wish.trial_days : offer.product->trial_days;
}

/// A first payment that never came about was no subscription.
bool began(const domain::Subscription &s) { return s.trial_start > 0 || (s.status != "incomplete" && s.status != "incomplete_expired"); }

}  // namespace

Checkout Outgoing::checkout_create(const CheckoutWish &wish) {
  check(wish, config_.allowed_origins);
  const Deadline deadline(wish.deadline_ms);
  // What is sold is the catalog's matter: asked before Stripe is.
  if (!stripe::valid_id(wish.price, "price_")) domain::find_offer(*books_.catalog(), {wish.tier, wish.price, wish.currency, wish.interval});
  api_.require_usable();
  if (!accounts_.take(wish.account, deadline.end()))
    throw Failure(Status::timeout, "deadline", "another checkout of this account was not done in time; call again", "deadline_ms");
  const KeyedLock::Held held(accounts_, wish.account);
  require_not_closed(wish.account);
  const PricedOffer offer = priced({wish.tier, wish.price, wish.currency, wish.interval}, deadline);
  const std::string promotion = promotion_code_for(wish.promotion_code, deadline);
  std::set<std::string> unusable;
  for (int i = 0; i < attempts_max; ++i)
    if (auto made = attempt(wish, offer, promotion, unusable, deadline)) return std::move(*made);
  throw Failure(Status::unavailable, "claim_contended", "other processes open and expire sessions of this account and product; call again",
                "account");
}

bool Outgoing::means_same(ports::SqlSession &db, const Standing &standing, const domain::Offer &offer, const domain::Catalog &catalog) {
  return std::ranges::any_of(standing.subscription.items, [&](const domain::SubscriptionItem &item) {
    const auto bought = domain::meaning(catalog, item.price, store::price_keys(db, livemode_, "", item.price));
    return offer.tier ? bought.product == offer.product : offer.add_on && bought.add_on == offer.add_on;
  });
}

/// nullopt: something changed meanwhile; look again.
std::optional<Checkout> Outgoing::attempt(const CheckoutWish &wish, const PricedOffer &priced, const std::string &promotion,
                                          std::set<std::string> &unusable, const Deadline &deadline) {
  bool is_new = false;
  const std::string customer = customer_for(wish, unusable, deadline, is_new);
  if (!is_new && priced.offer.recurring() && !refreshed(wish.account, customer, unusable, deadline)) return std::nullopt;
  const std::string claim_name = priced.offer.claim();
  std::optional<store::IntentRow> claimed;
  books_.read([&](ports::SqlSession &db) { claimed = store::claimed(db, wish.account, claim_name); });
  // First what its session has become: a completed one brings its subscription along.
  const domain::SessionState session = claimed ? session_state(*claimed, deadline) : domain::SessionState::none;
  const std::int64_t trial_days = trial_wished(wish, priced.offer);
  const bool once = trial_days > 0 && !priced.offer.product->trial_repeats;
  if (once) refresh_others(wish.account, customer, unusable, deadline);
  const Had had = had_before(wish.account, priced);
  if (!had.live.empty())
    throw Failure(Status::conflict, "already_subscribed",
                  "the account has a subscription of " + claim_name + " (" + had.live +
                      "); a second one is never made: send the customer to the portal",
                  "account");

  stripe::CheckoutDraft draft = draft_of(wish, priced, promotion);
  draft.customer = customer;
  draft.trial_days = once && had.ever ? 0 : trial_days;
  store::IntentRow intent = new_intent(wish.account, "checkout", claim_name, stripe::sessions_path, stripe::checkout_form(draft));
  intent.price = priced.price;
  if (claimed) {
    const bool same = claimed->fingerprint == intent.fingerprint;
    const domain::ClaimStep step = domain::next_step(claimed->state, session, same);
    if (step == domain::ClaimStep::reuse) return checkout_of(*claimed, draft, true);
    if (step != domain::ClaimStep::make) {
      clear_the_way(step, *claimed, deadline);
      return std::nullopt;
    }
  }
  if (!claim(intent, claimed ? claimed->intent : "")) return std::nullopt;
  Error error;
  carry_out(intent, error, deadline);
  if (intent.state == domain::IntentState::done) return checkout_of(intent, draft, false);
  if (intent.state == domain::IntentState::unknown) return std::nullopt;  // looked up by the next attempt
  if (error.reason == "resource_missing" && error.parameter == "customer" && unusable.insert(customer).second) return std::nullopt;
  throw Failure(std::move(error));
}

/// False: Stripe does not know the customer (deleted there, or of another mode): that must not keep the account from paying.
bool Outgoing::refreshed(const std::string &account, const std::string &customer, std::set<std::string> &unusable,
                         const Deadline &deadline) {
  try {
    refresh_subscriptions(account, customer, deadline);
    return true;
  } catch (const Failure &failure) {
    if (failure.error().status != Status::not_found && failure.error().reason != "resource_missing") throw;
  }
  unusable.insert(customer);
  return false;
}

/// A trial may have been had with any of the account's customers, and its messages may have been lost.
void Outgoing::refresh_others(const std::string &account, const std::string &customer, std::set<std::string> &unusable,
                              const Deadline &deadline) {
  for (const std::string &other : customers(account))
    if (other != customer && !unusable.contains(other)) refreshed(account, other, unusable, deadline);
}

Outgoing::Had Outgoing::had_before(const std::string &account, const PricedOffer &priced) {
  Had had;
  books_.read([&](ports::SqlSession &db) {
    // A subscription that was changed to another product does not name this one any more; the feed does.
    had.ever = priced.offer.tier && store::ever_held(db, account, priced.offer.product->key);
    for (const Standing &standing : standings(db, account)) {
      if (!means_same(db, standing, priced.offer, *priced.catalog)) continue;
      had.ever = had.ever || began(standing.subscription);
      if (standing.live()) had.live = standing.id;
    }
  });
  return had;
}

/// An intent without an answer gets one; an open session for something else is expired. Afterwards all is looked at anew: a session that
/// completed or expired meanwhile shows then.
void Outgoing::clear_the_way(domain::ClaimStep step, store::IntentRow &claimed, const Deadline &deadline) {
  if (step == domain::ClaimStep::resume) {
    Error error;
    carry_out(claimed, error, deadline);
    if (claimed.state == domain::IntentState::open) throw Failure(std::move(error));
    return;
  }
  const StripeApi::Reply reply = api_.send(stripe::expire_session(claimed.object), random_id("exp_"), deadline);
  if (reply.effect == StripeApi::Effect::open) throw Failure(reply.error);
}

/// As Stripe says now; an end is taken in as its webhook would be.
domain::SessionState Outgoing::session_state(const store::IntentRow &intent, const Deadline &deadline) {
  if (intent.state != domain::IntentState::done || intent.object.empty()) return domain::SessionState::none;
  std::vector<Fetched> fetched;
  try {
    fetched = fetch_session(intent.object, deadline);
  } catch (const Failure &failure) {
    if (failure.error().status == Status::not_found) return domain::SessionState::expired;
    throw;
  }
  const stripe::MadeObject facts = stripe::read_made(fetched.front().object.get_object());
  if (facts.status == "open") return domain::SessionState::open;
  take_in(fetched);
  return facts.status == "complete" ? domain::SessionState::complete : domain::SessionState::expired;
}

}  // namespace purser::engine
