#include "story_pick.hpp"

#include <vector>

namespace host::story {
namespace {

/// The price in this money, monthly before others; NULL where it is not sold so. An empty currency is any.
const Price *price_in(const Sold &sold, const std::string &currency, const std::string &interval = "month") {
  const Price *found = nullptr;
  for (const Price &price : sold.prices) {
    if (price.retired || (!currency.empty() && price.currency != currency)) continue;
    const bool wanted = price.interval == interval && price.interval_count == 1;
    if (!found || (wanted && !(found->interval == interval && found->interval_count == 1))) found = &price;
  }
  return found;
}

Choice first_sold(const std::vector<Sold> &all, const std::string &currency) {
  for (const Sold &one : all)
    if (const Price *price = price_in(one, currency)) return {&one, price};
  return {};
}

Choice other_tier(const Product &product, const Choice &tier) {
  for (const Sold &one : product.tiers)
    if (&one != tier.sold)
      if (const Price *price = price_in(one, tier.price->currency, tier.price->interval)) return {&one, price};
  return {};
}

Choice other_rhythm(const Choice &tier) {
  for (const Price &price : tier.sold->prices)
    if (!price.retired && price.currency == tier.price->currency &&
        (price.interval != tier.price->interval || price.interval_count != tier.price->interval_count))
      return {tier.sold, &price};
  return {};
}

}  // namespace

const Price *Pick::any() const {
  for (const Choice *choice : {&tier, &add_on, &one_time})
    if (*choice) return choice->price;
  return nullptr;
}

Pick pick(const Catalog &catalog) {
  Pick best;
  int best_room = -1;
  for (const Product &product : catalog.products) {
    const Choice tier = first_sold(product.tiers, "");
    if (!tier) continue;
    const Pick made{&product, tier, other_tier(product, tier), other_rhythm(tier), {}, {}, {}};
    const int room = (made.other ? 2 : 0) + (made.rhythm ? 1 : 0);
    if (room > best_room) best = made, best_room = room;
  }
  // A Stripe customer pays in one currency.
  std::string currency = best.tier ? best.tier.price->currency : "";
  for (const Product &product : catalog.products)
    if (best.tier && !best.second && &product != best.product) best.second = first_sold(product.tiers, currency);
  best.add_on = first_sold(catalog.add_ons, currency);
  if (best.add_on) currency = best.add_on.price->currency;
  best.one_time = first_sold(catalog.one_time, currency);
  return best;
}

}  // namespace host::story
