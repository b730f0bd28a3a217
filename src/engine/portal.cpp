// The customer's own page at Stripe: for the account's customer, and never for an id from outside.
#include <algorithm>

#include "domain/account.hpp"
#include "domain/origin.hpp"
#include "engine/outgoing.hpp"
#include "store/observation.hpp"

namespace purser::engine {
namespace {

Failure no_billing_account() {
  return Failure(Status::not_found, "no_billing_account",
                 "the account has no Stripe customer yet, so there is nothing to manage; send it to checkout", "account");
}

}  // namespace

Portal Outgoing::portal_create(const PortalWish &wish) {
  if (!domain::valid_account(wish.account))
    throw Failure(Status::invalid, "account_invalid", "an account id is 1 to 200 bytes without control characters", "account");
  domain::require_allowed(wish.return_url, config_.allowed_origins, "return_url");
  const auto catalog = books_.catalog();
  const domain::Product *product = wish.product.empty() ? nullptr : catalog->product(wish.product);
  if (!wish.product.empty() && !product)
    throw Failure(Status::not_found, "product_unknown", "expected a product of the catalog, found another name; correct it", "product");
  const Deadline deadline(wish.deadline_ms);
  api_.require_usable();

  stripe::PortalDraft draft;
  draft.return_url = wish.return_url;
  draft.locale = wish.locale;
  draft.flow = wish.flow;
  std::optional<PricedOffer> target;
  if (wish.flow == domain::PortalFlow::update_confirm) {
    target = priced({wish.tier, {}, {}, wish.interval}, deadline);
    draft.price = target->price;
    if (!target->offer.tier)
      throw Failure(Status::invalid, "tier_expected",
                    "expected a tier to change to, found an add-on or a one-time item; their quantity is changed in the portal itself",
                    "tier");
    if (product && product->key != target->offer.product->key)
      throw Failure(Status::invalid, "product_differs",
                    "expected a tier of the product that is named, found one of another; leave product out", "product");
    if (!product) product = target->offer.product;
  }
  const bool needs_subscription = wish.flow != domain::PortalFlow::home && wish.flow != domain::PortalFlow::payment_method;
  std::vector<std::string> usable = customers(wish.account);
  if (needs_subscription) {
    const Standing chosen = chosen_subscription(wish.account, product, *catalog);
    draft.subscription = chosen.id;
    usable = {chosen.subscription.customer};
    for (const domain::SubscriptionItem &item : chosen.subscription.items) {
      if (chosen.subscription.items.size() > 1 && !item_is_of(item, product, *catalog)) continue;
      draft.item = item.id;
      draft.quantity = std::max<std::int64_t>(1, item.quantity);
    }
  }
  for (const std::string &customer : usable) {
    draft.customer = customer;
    StripeApi::Reply reply = api_.send(stripe::portal_session(draft), random_id("por_"), deadline);
    if (reply.effect == StripeApi::Effect::done) {
      const stripe::MadeObject made = stripe::read_made(reply.object.get_object());
      return {made.id, made.url, customer};
    }
    // Deleted at Stripe, or of another mode: the next one may do.
    const bool missing = reply.error.reason == "resource_missing" && reply.error.parameter == "customer";
    if (!missing) throw Failure(std::move(reply.error));
  }
  throw no_billing_account();
}

bool Outgoing::item_is_of(const domain::SubscriptionItem &item, const domain::Product *product, const domain::Catalog &catalog) {
  bool same = false;
  books_.read([&](ports::SqlSession &db) {
    const auto bought = domain::meaning(catalog, item.price, store::price_keys(db, livemode_, "", item.price));
    same = bought.product && (!product || bought.product == product);
  });
  return same;
}

/// The account's one live subscription, or the one of `product`.
Outgoing::Standing Outgoing::chosen_subscription(const std::string &account, const domain::Product *product,
                                                 const domain::Catalog &catalog) {
  std::vector<Standing> live;
  books_.read([&](ports::SqlSession &db) {
    for (Standing &standing : standings(db, account)) {
      if (!standing.live()) continue;
      if (product && !means_same(db, standing, {.product = product, .tier = &product->tiers.front()}, catalog)) continue;
      live.push_back(std::move(standing));
    }
  });
  if (live.empty())
    throw Failure(Status::not_found, "no_subscription",
                  "the account has no live subscription that this flow could be about; send it to checkout", "account");
  if (live.size() > 1)
    throw Failure(Status::conflict, "several_subscriptions", "the account has several subscriptions; say whose product this flow is about",
                  "product");
  return std::move(live.front());
}

}  // namespace purser::engine
