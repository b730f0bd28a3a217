// From an offer of the catalog to the price that stands at Stripe for it, which must be what the catalog says.
#include "engine/outgoing.hpp"

namespace purser::engine {
namespace {

constexpr TimeMs price_fresh_ms = 10 * 60 * second_ms;
constexpr std::size_t prices_known_max = 10'000;

std::string shown(std::string_view currency, std::int64_t amount, std::string_view interval, std::int64_t count) {
  std::string text = std::to_string(amount) + " " + std::string(currency);
  if (interval.empty()) return text + " once";
  return text + " per " + (count > 1 ? std::to_string(count) + " " : "") + std::string(interval);
}

/// Nobody is sent to pay what the catalog does not say.
void require_as_listed(const domain::Price &listed, const stripe::PriceFacts &found) {
  const bool same = found.currency == listed.currency && found.unit_amount == listed.unit_amount && found.interval == listed.interval &&
                    (listed.interval.empty() || found.interval_count == listed.interval_count);
  if (!found.active)
    throw Failure(Status::refused, "price_inactive",
                  "price " + found.id + " is not active at Stripe; activate it, or mark it retired in the catalog", "price");
  if (same) return;
  throw Failure(Status::refused, "price_differs",
                "price " + found.id + " is " + shown(found.currency, found.unit_amount.value_or(-1), found.interval, found.interval_count) +
                    " at Stripe and " + shown(listed.currency, listed.unit_amount, listed.interval, listed.interval_count) +
                    " in the catalog (minor units); make them the same",
                "price");
}

}  // namespace

stripe::PriceFacts Outgoing::price_at_stripe(const domain::Price &price, const Deadline &deadline) {
  const std::string &name = price.lookup_key.empty() ? price.id : price.lookup_key;
  {
    const std::lock_guard lock(prices_mutex_);
    const auto known = prices_.find(name);
    const TimeMs age = known == prices_.end() ? price_fresh_ms : now_ms() - known->second.seen_at_ms;
    if (age >= 0 && age < price_fresh_ms) {
      require_as_listed(price, known->second.facts);  // the catalog may be another one by now
      return known->second.facts;
    }
  }
  stripe::PriceFacts facts;
  if (!price.lookup_key.empty()) {
    const StripeApi::Reply reply = api_.get(stripe::prices_with_key(price.lookup_key), deadline);
    const stripe::Page list = stripe::read_page(reply.object);
    if (!list.elements.empty()) facts = stripe::read_price(*list.elements.front());
  }
  if (facts.id.empty() && !price.id.empty())
    facts = stripe::read_price(api_.get(stripe::get_price(price.id), deadline).object.get_object());
  if (facts.id.empty())
    throw Failure(Status::not_found, "price_not_at_stripe",
                  "expected an active price with lookup key " + price.lookup_key +
                      " at Stripe, found none; make it there, or set its id in the catalog",
                  "price");
  require_as_listed(price, facts);
  const std::lock_guard lock(prices_mutex_);
  if (prices_.size() >= prices_known_max) prices_.clear();
  prices_[name] = {facts, now_ms()};
  return facts;
}

PricedOffer Outgoing::priced(const domain::OfferWish &wish, const Deadline &deadline) {
  PricedOffer made;
  made.catalog = books_.catalog();
  const bool by_id = wish.tier.empty() && stripe::valid_id(wish.price, "price_") && !domain::offer_of_price(*made.catalog, wish.price);
  if (by_id) {
    // The catalog may know it by its lookup key only.
    const StripeApi::Reply reply = api_.send(stripe::get_price(wish.price), {}, deadline);
    if (reply.effect == StripeApi::Effect::open) throw Failure(reply.error);
    if (reply.effect == StripeApi::Effect::done) {
      const stripe::PriceFacts facts = stripe::read_price(reply.object.get_object());
      if (const auto offer = domain::offer_of_price(*made.catalog, facts.lookup_key)) {
        require_as_listed(*offer->price, facts);
        made.offer = *offer;
        made.price = facts.id;
        return made;
      }
    }
  }
  made.offer = domain::find_offer(*made.catalog, wish);
  made.price = price_at_stripe(*made.offer.price, deadline).id;
  return made;
}

std::string Outgoing::promotion_code_for(std::string_view code, const Deadline &deadline) {
  if (code.empty() || stripe::valid_id(code, "promo_")) return std::string(code);
  const StripeApi::Reply reply = api_.get(stripe::promotion_codes(code), deadline);
  const stripe::Page list = stripe::read_page(reply.object);
  if (list.elements.empty())
    throw Failure(
        Status::not_found, "promotion_code_unknown",
        "expected an active promotion code, found one that Stripe does not know or that has ended; ask the buyer to look at it again",
        "promotion_code");
  return stripe::read_made(*list.elements.front()).id;
}

}  // namespace purser::engine
