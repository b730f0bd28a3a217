#include "domain/grant.hpp"

#include <algorithm>
#include <charconv>

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

}  // namespace

AccessEnd access_end(const Subscription &s, const Customer *customer, const Catalog &catalog) {
  if (!s.pause_collection.empty() && !catalog.pause_collection_allows) return {0, true};
  if (s.status == "trialing") {
    const bool nothing_to_charge = !can_be_charged(s, customer) || s.trial_end_behavior == "cancel" || s.trial_end_behavior == "pause";
    return renewal(s, s.trial_end, nothing_to_charge, catalog);
  }
  if (s.status == "active") return renewal(s, s.period_end(), false, catalog);
  if (s.status == "past_due") return grace(s, catalog);
  return {0, true};  // unpaid, paused, incomplete, terminal ones, and every status that is not known here: fail closed
}

Derived derive(std::string_view id, const Subscription &subscription, bool unconfirmed, const Customer *customer, const Catalog &catalog,
               const PriceKeys &lookup_keys) {
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
    derived.grants.push_back(std::move(grant));
  }
  return derived;
}

std::optional<Grant> credit(std::string_view id, const Session &session, const Catalog &catalog) {
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
  grant.item = std::string(id);
  grant.price = price;
  grant.customer = session.customer;
  grant.status = session.payment_status;
  const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), grant.quantity);
  if (error != std::errc{} || end != count.data() + count.size() || grant.quantity < 1) grant.quantity = 1;
  grant.valid_until_ms = forever_ms;
  grant.exact = true;
  return grant;
}

std::string_view reason(const Grant &grant, TimeMs at) {
  if (at >= grant.valid_until_ms) return grant.exact ? "ended" : "stale";
  if (grant.status == "trialing") return "trial";
  if (grant.status == "past_due") return "grace";
  return "active";
}

}  // namespace purser::domain
