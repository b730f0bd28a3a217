// The pricing page, of any catalog: products, tiers, what they give, and what they cost on the chosen terms.
#include <algorithm>

#include "money.hpp"
#include "pages.hpp"

namespace host {
namespace {

std::string terms_url(const Terms &terms) {
  std::string url = "/pricing?currency=" + encoded(terms.currency) + "&interval=" + encoded(terms.interval);
  return terms.interval_count == 1 ? url : url + "&count=" + std::to_string(terms.interval_count);
}

std::string choice(const Terms &terms, const std::string &label, bool here) {
  return "<a href=\"" + esc(terms_url(terms)) + "\"" + (here ? " aria-current=\"true\"" : "") + ">" + esc(label) + "</a>";
}

/// One switch for all prices; nothing where there is nothing to choose.
std::string switches(const Shop &shop, const Terms &terms) {
  std::string made;
  if (const auto intervals = shop.intervals(); intervals.size() > 1) {
    made += "<nav class=\"switch\" aria-label=\"Billing interval\">";
    for (Terms one : intervals) {
      one.currency = terms.currency;
      made += choice(one, adverb(one.interval, one.interval_count), one == terms);
    }
    made += "</nav>";
  }
  if (const auto currencies = shop.currencies(); currencies.size() > 1) {
    made += "<nav class=\"switch\" aria-label=\"Currency\">";
    for (const std::string &currency : currencies) {
      std::string upper = currency;
      std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) { return static_cast<char>(c & ~0x20); });
      made += choice({currency, terms.interval, terms.interval_count}, upper, currency == terms.currency);
    }
    made += "</nav>";
  }
  return made.empty() ? "" : "<div class=\"switches\">" + made + "</div>";
}

bool holds_all(const std::vector<purser::FeatureListed> &greater, const std::vector<purser::FeatureListed> &smaller) {
  return std::all_of(smaller.begin(), smaller.end(), [&](const auto &one) {
    return std::any_of(greater.begin(), greater.end(), [&](const auto &other) { return other.feature == one.feature; });
  });
}

/// What a tier gives. A tier that has all features of the one before says so, and lists what comes on top.
std::string gives(const Shop &shop, const purser::TierListed &tier, const purser::TierListed *before) {
  auto features = shop.features(tier.product, tier.tier);
  std::string made;
  if (before) {
    const auto earlier = shop.features(before->product, before->tier);
    if (!earlier.empty() && holds_all(features, earlier)) {
      std::erase_if(features, [&](const auto &one) {
        return std::any_of(earlier.begin(), earlier.end(), [&](const auto &other) { return other.feature == one.feature; });
      });
      made += "<li class=\"plus\">All features of " + esc(before->name) + (features.empty() ? "" : ", and") + "</li>";
    }
  }
  for (const auto &feature : features) made += "<li class=\"has\">" + esc(feature.name) + "</li>";
  for (const auto &limit : shop.limits(tier.product, tier.tier)) made += "<li class=\"limit\">" + limit_text(limit) + "</li>";
  return made.empty() ? "" : "<ul class=\"gives\">" + made + "</ul>";
}

std::string price_of(const purser::TierListed &tier, const std::optional<purser::Offer> &offer, const Terms &terms) {
  if (!offer) return "<p class=\"cost\"><data class=\"price\" value=\"0\">Free</data></p>";
  const bool other = offer->kind != "one_time" && (offer->interval != terms.interval || offer->interval_count != terms.interval_count);
  std::string made = "<p class=\"cost\">" + price_text(*offer) + "</p>";
  if (other) made += "<p class=\"hint\">Not sold " + esc(per(terms.interval, terms.interval_count)) + "</p>";
  if (tier.trial_days > 0) made += "<p class=\"hint\">" + std::to_string(tier.trial_days) + " days free, then billed</p>";
  return made;
}

std::string card(const Frame &frame, const Shop &shop, const purser::TierListed &tier, const purser::TierListed *before, const Terms &terms,
                 const Holding &holding) {
  const auto offer = shop.best(tier.product, tier.tier, terms);
  const auto held = holding.find(tier.product);
  const bool mine = tier.kind == "tier" && held != holding.end() && held->second == tier.tier;
  std::string action;
  if (offer) {
    action = buy_button(frame, shop, *offer, holding, tier.kind == "tier" ? "" : "quiet");
  } else if (mine) {
    action = "<p class=\"current\">" + badge("", "Your tier") + "</p>";
  }
  return "<article class=\"card tier" + std::string(mine && offer ? " mine" : "") + "\"><h3>" + esc(tier.name) + "</h3>" +
         price_of(tier, offer, terms) + gives(shop, tier, before) + "<div class=\"action\">" + action + "</div></article>";
}

/// A free tier that gives nothing is a line, not a card.
bool empty_fallback(const Shop &shop, const purser::TierListed &tier) {
  return tier.fallback && shop.features(tier.product, tier.tier).empty() && shop.limits(tier.product, tier.tier).empty();
}

std::string cards(const Frame &frame, const Shop &shop, const std::vector<purser::TierListed> &tiers, const Terms &terms,
                  const Holding &holding) {
  std::string made = "<div class=\"cards\">";
  const purser::TierListed *before = nullptr;
  for (const auto &tier : tiers) {
    if (empty_fallback(shop, tier)) continue;
    made += card(frame, shop, tier, before, terms, holding);
    before = tier.kind == "tier" && !tier.fallback ? &tier : nullptr;
  }
  return made + "</div>";
}

std::string section(const std::string &id, const std::string &heading, const std::string &aside, const std::string &content) {
  return "<section class=\"product\" aria-labelledby=\"" + id + "\"><div class=\"heading\"><h2 id=\"" + id + "\">" + esc(heading) +
         "</h2>" + aside + "</div>" + content + "</section>\n";
}

/// What stands beside a product's name: the tier that the visitor holds, where no card says it.
std::string aside(const Shop &shop, const std::string &product, const Holding &holding) {
  for (const auto &tier : shop.of_kind("tier", product)) {
    if (!empty_fallback(shop, tier)) continue;
    const auto held = holding.find(product);
    if (held == holding.end()) return "<p class=\"hint\">" + esc(tier.name) + " until you choose</p>";
    if (held->second == tier.tier) return "<p class=\"hint\">You hold " + esc(tier.name) + "</p>";
  }
  return "";
}

}  // namespace

std::string pricing_page(const Frame &frame, const Shop &shop, const Terms &terms, const Holding &holding) {
  std::string made =
      "<div class=\"hero\"><h1>Simple, honest pricing</h1><p class=\"lead\">Choose what you need today. Change or cancel whenever you "
      "like.</p>" +
      switches(shop, terms) + "</div>\n";
  int number = 0;
  for (const std::string &product : shop.products())
    made += section("product-" + std::to_string(++number), shop.product_name(product), aside(shop, product, holding),
                    cards(frame, shop, shop.of_kind("tier", product), terms, holding));
  if (const auto add_ons = shop.of_kind("add_on"); !add_ons.empty())
    made += section("add-ons", "Add-ons", "", cards(frame, shop, add_ons, terms, holding));
  if (const auto items = shop.of_kind("one_time"); !items.empty())
    made += section("once", "Paid once", "", cards(frame, shop, items, terms, holding));
  return page(frame, made);
}

}  // namespace host
