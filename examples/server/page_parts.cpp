// What several pages show alike.
#include "money.hpp"
#include "pages.hpp"

namespace host {

std::string price_text(const purser::Offer &offer) {
  return "<data class=\"price\" value=\"" + esc(offer.currency) + " " + std::to_string(offer.unit_amount) + "\">" +
         esc(money(offer.unit_amount, offer.currency)) + "</data> <span class=\"per\">" + esc(per(offer.interval, offer.interval_count)) +
         "</span>";
}

std::string limit_text(const purser::LimitListed &limit) {
  static const std::map<std::string, std::string> windows{
      {"day", " a day"}, {"month", " a month"}, {"billing_period", " per billing period"}, {"lifetime", ""}};
  const auto window = windows.find(limit.window);
  return "<b>" + (limit.limit == PURSER_UNLIMITED ? std::string("Unlimited") : grouped(limit.limit)) + "</b> <span>" + esc(limit.name) +
         (window == windows.end() || limit.limit == PURSER_UNLIMITED ? "" : window->second) + "</span>";
}

Holding holding_of(const purser::AccountView &view) {
  Holding holding;
  for (const purser::TierHeld &held : view.tiers) holding[held.product] = held.tier;
  return holding;
}

std::string buy_button(const Frame &frame, const Shop &shop, const purser::Offer &offer, const Holding &holding, const std::string &look) {
  const std::string name = esc(shop.title(offer.product, offer.tier));
  const auto unseen = [&](const std::string &seen) { return seen + "<span class=\"unseen\"> " + name + "</span>"; };
  if (!frame.user) return link_button("/sign-in?next=%2Fpricing", unseen("Choose"), look);
  const auto held = holding.find(offer.product);
  const purser::TierListed *now = held == holding.end() ? nullptr : shop.tier(offer.product, held->second);
  if (offer.kind == "tier" && now && !now->fallback) {
    if (held->second == offer.tier) return "<p class=\"current\">" + badge("good", "Your tier") + "</p>";
    // A subscription is changed where it is: in the portal. A second one would be paid twice.
    return button("/portal", frame.csrf, hidden("product", offer.product) + hidden("tier", offer.product + "/" + offer.tier),
                  unseen("Change to"), look);
  }
  return button("/checkout", frame.csrf, hidden("price", price_key(offer)), unseen(offer.kind == "tier" ? "Choose" : "Buy"), look);
}

}  // namespace host
