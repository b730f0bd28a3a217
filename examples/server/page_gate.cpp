// A page of the product, and the gate in front of it.
#include <algorithm>

#include "pages.hpp"

namespace host {
namespace {

std::string name_of(const Shop &shop, const std::string &feature) {
  const auto names = shop.feature_names();
  const auto found = names.find(feature);
  return found == names.end() ? feature : found->second;
}

bool gives(const Shop &shop, const std::string &product, const std::string &tier, const std::string &feature) {
  const auto features = shop.features(product, tier);
  return std::any_of(features.begin(), features.end(), [&](const auto &one) { return one.feature == feature; });
}

/// The cheapest offer of everything that gives the feature, in the catalog's order; one tier per product.
std::vector<purser::Offer> ways(const Shop &shop, const std::string &feature) {
  std::vector<purser::Offer> ways;
  for (const auto &one : shop.listed.features) {
    const bool first =
        std::none_of(ways.begin(), ways.end(), [&](const auto &way) { return !one.product.empty() && way.product == one.product; });
    const auto offers = shop.offers(one.product, one.tier);
    if (one.feature == feature && first && !offers.empty()) ways.push_back(offers.front());
  }
  return ways;
}

}  // namespace

std::string feature_page(const Frame &frame, const Shop &shop, const std::string &feature, const std::vector<Held> &held) {
  std::string by;
  for (const Held &one : held)
    if (gives(shop, one.grant.product, one.grant.tier, feature))
      by += "<li>" + esc(shop.title(one.grant.product, one.grant.tier)) + "</li>";
  if (by.empty()) by = "<li>a free tier</li>";
  return page(frame, "<section class=\"narrow\"><p class=\"eyebrow\">Feature</p><h1>" + esc(name_of(shop, feature)) + "</h1>" +
                         notice("good", "<p>You have access.</p>") + "<p class=\"lead\">It comes with</p><ul class=\"plain\">" + by +
                         "</ul><p>" + link_button("/dashboard", "Back to the dashboard", "quiet") + "</p></section>");
}

std::string gate_page(const Frame &frame, const Shop &shop, const std::string &feature, const Holding &holding) {
  const std::string name = esc(name_of(shop, feature));
  std::string options;
  for (const purser::Offer &offer : ways(shop, feature))
    options += "<li class=\"option\"><div><h2>" + esc(shop.title(offer.product, offer.tier)) + "</h2><p>" + price_text(offer) +
               "</p></div>" + buy_button(frame, shop, offer, holding) + "</li>";
  const std::string text =
      options.empty() ? "Nothing that is sold today includes it." : "Your account does not include it yet. Any one of these opens it:";
  return page(frame, "<section class=\"narrow\"><p class=\"eyebrow\">Locked</p><h1>" + name +
                         " is not in your tier</h1><p class=\"lead\">" + text + "</p><ul class=\"card options\">" + options + "</ul><p>" +
                         link_button("/pricing", "Compare all tiers", "quiet") + "</p></section>");
}

}  // namespace host
