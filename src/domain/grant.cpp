#include "domain/grant.hpp"

#include <algorithm>
#include <charconv>

#include "base/json.hpp"

namespace purser::domain {
namespace {

bool can_be_charged(const Subscription &subscription, const Customer *customer) {
  if (!subscription.default_payment_method.empty() || !subscription.default_source.empty()) return true;
  return customer && (!customer->default_payment_method.empty() || !customer->default_source.empty());
}

/// The natural end of what was paid for, with slack where a renewal is due and its webhook may still be on the way.
AccessEnd renewal(const Subscription &s, std::int64_t end_s, bool ends_there, const Catalog &catalog) {
  if (end_s <= 0) return {0, true};  // no period in the object: nothing says that access is paid for
  const TimeMs end = to_ms(end_s);
  if (ends_there || s.cancel_at_period_end) return {s.cancel_at > 0 ? std::min(end, to_ms(s.cancel_at)) : end, true};
  const TimeMs with_slack = add_ms(end, catalog.renewal_slack_hours * hour_ms);
  if (s.cancel_at <= 0) return {with_slack, false};
  if (s.cancel_at <= end_s) return {to_ms(s.cancel_at), true};
  return to_ms(s.cancel_at) <= with_slack ? AccessEnd{to_ms(s.cancel_at), true} : AccessEnd{with_slack, false};
}

AccessEnd grace(const Subscription &s, const Catalog &catalog) {
  if (s.period_start() <= 0) return {0, true};
  const TimeMs end = add_ms(to_ms(s.period_start()), catalog.grace_days * day_ms);
  return {s.cancel_at > 0 ? std::min(end, to_ms(s.cancel_at)) : end, true};
}

/// Stripe's words: keep_as_draft collects later and mark_uncollectible gives for free; void is for a service that is not given.
bool paused_access(const std::string &pause_collection, PausePolicy policy) {
  if (policy != PausePolicy::by_behavior) return policy == PausePolicy::allow;
  const json::Parsed parsed = json::parse(pause_collection);
  const std::string_view behavior = json::as_text(json::find(&parsed.root, "behavior"));
  return behavior == "keep_as_draft" || behavior == "mark_uncollectible";
}

AccessEnd denied(std::string_view why = {}) { return {0, true, why}; }

/// What the policy makes of money that went back. Where all was given back and a dispute is open, the refund is the last word.
void hold_back(Grant &grant, const GivenBack &back, const MoneyPolicy &policy) {
  if (grant.valid_until_ms <= 0) return;  // denied already, for its own reason
  const bool refunded = policy.refund_revokes && back.wholly();
  if (!refunded && !(policy.dispute_suspends && back.dispute)) return;
  grant.held_back = refunded ? "refunded" : "disputed";
  grant.valid_until_ms = 0;
  grant.exact = true;
}

}  // namespace

AccessEnd access_end(const Subscription &s, const Customer *customer, const Catalog &catalog) {
  if (terminal_status(s.status)) return denied();
  if (!s.pause_collection.empty() && !paused_access(s.pause_collection, catalog.pause_collection)) return denied("paused");
  if (s.status == "trialing") {
    const bool nothing_to_charge = !can_be_charged(s, customer) || s.trial_end_behavior == "cancel" || s.trial_end_behavior == "pause";
    return renewal(s, s.trial_end, nothing_to_charge, catalog);
  }
  if (s.status == "active") return renewal(s, s.period_end(), false, catalog);
  if (s.status == "past_due") return grace(s, catalog);
  if (s.status == "unpaid") return catalog.unpaid_allows ? renewal(s, s.period_end(), false, catalog) : denied("unpaid");
  if (s.status == "paused") return denied("paused");
  if (s.status == "incomplete") return denied("incomplete");
  return denied();  // a status that is not known here: fail closed
}

Derived derive(std::string_view id, const Subscription &subscription, bool unconfirmed, const Customer *customer, const Catalog &catalog,
               const PriceKeys &lookup_keys, const Money &money) {
  Derived derived;
  const AccessEnd end = access_end(subscription, customer, catalog);
  for (const SubscriptionItem &item : subscription.items) {
    const PriceMeaning bought = meaning(catalog, item.price, lookup_keys(item.price));
    if (!bought.tier && !bought.add_on) {
      derived.unmapped_prices.push_back(item.price);
      continue;
    }
    Grant grant;
    grant.product = bought.tier ? bought.product->key : "";
    grant.tier = bought.tier ? bought.tier->key : bought.add_on->key;
    grant.cause = bought.tier ? "subscription" : "add_on";
    grant.subscription = std::string(id);
    grant.item = item.id;
    grant.price = item.price;
    grant.customer = subscription.customer;
    grant.status = subscription.status;
    grant.quantity = std::max<std::int64_t>(1, item.quantity);
    grant.valid_until_ms = end.until_ms;
    grant.exact = end.exact;
    grant.unconfirmed = unconfirmed;
    grant.held_back = std::string(end.held_back);
    grant.period_end_ms = to_ms(item.current_period_end);
    grant.trial_end_ms = to_ms(subscription.trial_end);
    hold_back(grant, money.of_item(id, item), bought.tier ? bought.product->money : bought.add_on->money);
    derived.grants.push_back(std::move(grant));
  }
  return derived;
}

std::optional<Grant> credit(const std::string &id, const Session &session, const Catalog &catalog, const Money &money) {
  const bool paid = session.payment_status == "paid" || session.payment_status == "no_payment_required";
  if (session.mode != "payment" || session.status != "complete" || !paid) return std::nullopt;
  const auto said = [&](const char *key) {
    const auto found = session.metadata.find(key);
    return found == session.metadata.end() ? std::string() : found->second;
  };
  const std::string price = said(price_metadata), lookup_key = said(lookup_key_metadata), count = said(quantity_metadata);
  const PriceMeaning bought = meaning(catalog, price, lookup_key.empty() ? std::vector<std::string>{} : std::vector{lookup_key});
  if (!bought.one_time) return std::nullopt;
  Grant grant;
  grant.tier = bought.one_time->key;
  grant.cause = "credit";
  grant.item = id;
  grant.price = price;
  grant.customer = session.customer;
  grant.status = session.payment_status;
  const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), grant.quantity);
  if (error != std::errc{} || end != count.data() + count.size() || grant.quantity < 1) grant.quantity = 1;
  grant.valid_until_ms = forever_ms;
  grant.exact = true;
  hold_back(grant, money.of(id), bought.one_time->money);
  return grant;
}

std::vector<Grant> granted_by_stripe(const EntitlementSummary &summary, const Catalog &catalog) {
  std::vector<Grant> grants;
  for (const StripeEntitlement &entitlement : summary.entitlements) {
    const Feature *feature = catalog.feature(entitlement.lookup_key);
    if (!feature) continue;
    Grant grant;
    grant.tier = feature->key;
    grant.cause = "entitlement";
    grant.item = entitlement.feature;
    grant.customer = summary.customer;
    grant.status = "active";
    grant.valid_until_ms = forever_ms;
    grant.exact = true;
    grant.unconfirmed = summary.has_more;
    grants.push_back(std::move(grant));
  }
  return grants;
}

std::string_view reason(const Grant &grant, TimeMs at) {
  if (at >= grant.valid_until_ms) return !grant.held_back.empty() ? std::string_view(grant.held_back) : grant.exact ? "ended" : "stale";
  if (grant.status == "trialing") return "trial";
  if (grant.status == "past_due") return "grace";
  return "active";
}

}  // namespace purser::domain
