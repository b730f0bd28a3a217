#include "domain/offer.hpp"

#include <algorithm>

namespace purser::domain {

const char *name(Interval interval) {
  switch (interval) {
    case Interval::any: return "any";
    case Interval::day: return "day";
    case Interval::week: return "week";
    case Interval::month: return "month";
    case Interval::year: return "year";
    case Interval::once: return "once";
  }
  return "any";
}

const char *name(PortalFlow flow) {
  switch (flow) {
    case PortalFlow::home: return "home";
    case PortalFlow::payment_method: return "payment_method";
    case PortalFlow::cancel: return "cancel";
    case PortalFlow::update: return "update";
    case PortalFlow::update_confirm: return "update_confirm";
  }
  return "home";
}

std::string Offer::claim() const {
  if (tier) return product->key;
  return add_on ? "add_on/" + add_on->key : "one_time/" + one_time->key;
}

namespace {

/// Everything sold under one name, retired prices left out.
std::vector<Offer> sold_as(const Catalog &catalog, std::string_view name) {
  std::vector<Offer> offers;
  const auto add = [&](const Offer &what, const std::vector<Price> &prices) {
    for (const Price &price : prices) {
      if (price.retired) continue;
      Offer offer = what;
      offer.price = &price;
      offers.push_back(offer);
    }
  };
  const std::size_t slash = name.find('/');
  if (slash != name.npos) {
    const Product *product = catalog.product(name.substr(0, slash));
    const Tier *tier = product ? catalog.tier(product->key, name.substr(slash + 1)) : nullptr;
    if (tier) add({.product = product, .tier = tier}, tier->prices);
  } else if (const Product *product = catalog.product(name)) {
    for (const Tier &tier : product->tiers) add({.product = product, .tier = &tier}, tier.prices);
  } else if (const AddOn *add_on = catalog.add_on(name)) {
    add({.add_on = add_on}, add_on->prices);
  } else if (const OneTime *item = catalog.one_time_item(name)) {
    add({.one_time = item}, item->prices);
  }
  return offers;
}

std::string interval_of(const Price &price) { return price.interval.empty() ? name(Interval::once) : price.interval; }

std::string shown(const Offer &offer) {
  const std::string what = offer.tier ? offer.product->key + "/" + offer.tier->key : offer.add_on ? offer.add_on->key : offer.one_time->key;
  return what + " per " + interval_of(*offer.price) + " in " + offer.price->currency;
}

constexpr std::size_t shown_max = 12;

std::string all_of(const std::vector<Offer> &offers) {
  std::string text;
  for (std::size_t i = 0; i < offers.size() && i < shown_max; ++i) text += (i > 0 ? ", " : "") + shown(offers[i]);
  return text + (offers.size() > shown_max ? " …" : "");
}

std::string names_sold(const Catalog &catalog) {
  std::string text;
  std::size_t count = 0;
  const auto add = [&](const std::string &name) {
    if (++count <= shown_max) text += (text.empty() ? "" : ", ") + name;
  };
  for (const Product &product : catalog.products)
    for (const Tier &tier : product.tiers)
      if (!sold_as(catalog, product.key + "/" + tier.key).empty()) add(product.key + "/" + tier.key);
  for (const AddOn &add_on : catalog.add_ons) add(add_on.key);
  for (const OneTime &item : catalog.one_time) add(item.key);
  return text.empty() ? "nothing" : text + (count > shown_max ? " …" : "");
}

bool same_currency(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

bool fits(const Offer &offer, const OfferWish &wish) {
  if (wish.interval != Interval::any && interval_of(*offer.price) != name(wish.interval)) return false;
  return wish.currency.empty() || same_currency(offer.price->currency, wish.currency);
}

/// What was found, quoted: whole characters only, and never a key that was pasted into the wrong place.
std::string cut(std::string_view text) {
  for (const std::string_view key : {"sk_", "rk_", "whsec_"})
    if (text.starts_with(key)) return "a secret key";
  std::size_t end = std::min<std::size_t>(text.size(), 64);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return "\"" + std::string(text.substr(0, end)) + "\"";
}

}  // namespace

std::optional<Offer> offer_of_price(const Catalog &catalog, std::string_view key) {
  const auto among = [&](const Offer &what, const std::vector<Price> &prices) -> std::optional<Offer> {
    for (const Price &price : prices)
      if (!price.retired && (price.lookup_key == key || price.id == key)) {
        Offer offer = what;
        offer.price = &price;
        return offer;
      }
    return std::nullopt;
  };
  if (key.empty()) return std::nullopt;
  const PriceMeaning bought = meaning(catalog, key, {std::string(key)});
  if (bought.tier) return among({.product = bought.product, .tier = bought.tier}, bought.tier->prices);
  if (bought.add_on) return among({.add_on = bought.add_on}, bought.add_on->prices);
  if (bought.one_time) return among({.one_time = bought.one_time}, bought.one_time->prices);
  return std::nullopt;
}

Offer find_offer(const Catalog &catalog, const OfferWish &wish) {
  if (wish.tier.empty() == wish.price.empty())
    throw Failure(Status::invalid, "argument_missing", "expected exactly one of tier and price, found none or both; pass one",
                  wish.tier.empty() ? "tier" : "price");
  if (!wish.price.empty()) {
    const auto offer = offer_of_price(catalog, wish.price);
    if (!offer)
      throw Failure(Status::not_found, "price_not_in_catalog",
                    "expected a price that the catalog sells, found " + cut(wish.price) + "; add it to the catalog and apply it", "price");
    if (!fits(*offer, wish))
      throw Failure(Status::invalid, "price_differs",
                    "price " + cut(wish.price) + " is " + shown(*offer) + "; leave interval and currency out", "interval");
    return *offer;
  }
  const std::vector<Offer> offers = sold_as(catalog, wish.tier);
  if (offers.empty())
    throw Failure(Status::not_found, "tier_not_sold",
                  "expected a tier, add-on or one-time item that is sold, found " + cut(wish.tier) + "; sold are " + names_sold(catalog),
                  "tier");
  std::vector<Offer> fitting;
  for (const Offer &offer : offers)
    if (fits(offer, wish)) fitting.push_back(offer);
  if (fitting.empty())
    throw Failure(Status::not_found, "price_not_sold",
                  cut(wish.tier) + " is not sold in this interval or currency; it is as " + all_of(offers),
                  wish.currency.empty() ? "interval" : "currency");
  if (fitting.size() > 1)
    throw Failure(Status::invalid, "several_prices",
                  cut(wish.tier) + " is sold as " + all_of(fitting) + "; say which by product/tier, interval and currency", "tier");
  return fitting.front();
}

}  // namespace purser::domain
