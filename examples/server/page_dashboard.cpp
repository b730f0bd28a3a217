// What the user holds, until when, and what the host's own table says.
#include <algorithm>
#include <set>

#include "money.hpp"
#include "pages.hpp"

namespace host {
namespace {

const Held *held_in(const std::vector<Held> &held, const std::string &product, const std::string &tier) {
  const auto found =
      std::find_if(held.begin(), held.end(), [&](const Held &one) { return one.grant.product == product && one.grant.tier == tier; });
  return found == held.end() ? nullptr : &*found;
}

std::string state_badge(const Held &one) {
  if (one.grant.reason == "grace") return badge("bad", "Past due");
  if (one.subscription.cancels_at_ms > 0) return badge("warn", "Ends soon");
  if (one.grant.reason == "trial") return badge("good", "Trial");
  return badge("good", "Active");
}

std::string when(const Held &one) {
  if (one.grant.reason == "grace") return "Access until " + date(one.grant.valid_until_ms) + ", unless the payment succeeds";
  if (one.subscription.cancels_at_ms > 0) return "Ends on " + date(one.subscription.cancels_at_ms);
  if (one.grant.reason == "trial" && one.subscription.trial_end_ms > 0)
    return "Trial until " + date(one.subscription.trial_end_ms) + ", then billed";
  return one.subscription.period_end_ms > 0 ? "Renews on " + date(one.subscription.period_end_ms) : "Bought once";
}

std::string tier_name(const Shop &shop, const purser::TierHeld &tier) {
  const purser::TierListed *listed = shop.tier(tier.product, tier.tier);
  return "<p class=\"eyebrow\">" + esc(shop.product_name(tier.product)) + "</p><h3 data-product=\"" + esc(tier.product) +
         "\" data-tier=\"" + esc(tier.tier) + "\">" + esc(listed ? listed->name : tier.tier) + "</h3>";
}

std::string paid_card(const Frame &frame, const Shop &shop, const purser::TierHeld &tier, const Held &paid) {
  std::string made = "<article class=\"card mine\">" + tier_name(shop, tier) + "<p>" + state_badge(paid) +
                     (paid.grant.quantity > 1 ? " " + badge("", "× " + std::to_string(paid.grant.quantity)) : "") +
                     "</p><p class=\"hint\">" + esc(when(paid)) + "</p><div class=\"action row\">" +
                     button("/portal", frame.csrf, hidden("flow", "update") + hidden("product", tier.product), "Change tier", "quiet");
  if (paid.subscription.cancels_at_ms == 0)
    made += button("/portal", frame.csrf, hidden("flow", "cancel") + hidden("product", tier.product), "Cancel", "quiet");
  return made + "</div></article>";
}

std::string free_line(const Shop &shop, const purser::TierHeld &tier) {
  const auto tiers = shop.of_kind("tier", tier.product);
  const bool sold = std::any_of(tiers.begin(), tiers.end(), [&](const auto &one) { return !shop.offers(one.product, one.tier).empty(); });
  const std::string link =
      link_button("/pricing", "See tiers<span class=\"unseen\"> of " + esc(shop.product_name(tier.product)) + "</span>", "quiet");
  return "<li class=\"option\"><div>" + tier_name(shop, tier) + "</div>" + (sold ? link : "") + "</li>";
}

/// What is paid for first, as cards; the rest is a short list.
std::string tiers(const Frame &frame, const Shop &shop, const purser::AccountView &view, const std::vector<Held> &held) {
  std::string cards, lines;
  for (const purser::TierHeld &tier : view.tiers) {
    const Held *paid = held_in(held, tier.product, tier.tier);
    (paid ? cards : lines) += paid ? paid_card(frame, shop, tier, *paid) : free_line(shop, tier);
  }
  if (!cards.empty()) cards = "<div class=\"cards wider\">" + cards + "</div>";
  if (!lines.empty()) lines = "<ul class=\"card options\">" + lines + "</ul>";
  return "<section class=\"tiers\"><h2>Tiers</h2>" + cards + lines + "</section>";
}

std::string extras(const Shop &shop, const std::vector<Held> &held) {
  std::string rows;
  for (const Held &one : held)
    if (one.grant.product.empty())
      rows += "<tr><th scope=\"row\">" + esc(shop.title("", one.grant.tier)) + "</th><td class=\"number\">" +
              grouped(std::max<std::int64_t>(1, one.grant.quantity)) + "</td><td>" + esc(when(one)) + "</td></tr>";
  if (rows.empty()) return "";
  return "<section><h2>Add-ons and credits</h2><div class=\"card table\"><table><thead><tr><th scope=\"col\">What</th><th scope=\"col\" "
         "class=\"number\">How many</th>"
         "<th scope=\"col\">Until</th></tr></thead><tbody>" +
         rows + "</tbody></table></div></section>";
}

std::string features(const Shop &shop, const purser::AccountView &view) {
  const std::set<std::string> held(view.features.begin(), view.features.end());
  std::string made;
  for (const auto &[key, name] : shop.feature_names()) {
    const bool has = held.contains(key);
    made += "<li><a class=\"chip" + std::string(has ? " on" : "") + "\" href=\"/features/" + esc(encoded(key)) + "\">" + esc(name) +
            "<span class=\"unseen\">" + (has ? ": included" : ": not included") + "</span></a></li>";
  }
  return made.empty() ? "" : "<section><h2>Features</h2><ul class=\"chips\">" + made + "</ul></section>";
}

std::string limits(const Shop &shop, const purser::AccountView &view) {
  static const std::map<std::string, std::string> windows{
      {"day", "a day"}, {"month", "a month"}, {"billing_period", "per billing period"}, {"lifetime", "in total"}};
  std::string rows;
  for (const purser::LimitHeld &one : view.limits) {
    const auto window = windows.find(one.window);
    rows += "<tr data-meter=\"" + esc(one.meter) + "\"><th scope=\"row\">" + esc(shop.meter_name(one.meter)) +
            "</th><td class=\"number\"><data value=\"" + std::to_string(one.limit) + "\">" +
            (one.limit == PURSER_UNLIMITED ? "Unlimited" : grouped(one.limit)) + "</data></td><td class=\"window\">" +
            (window == windows.end() ? esc(one.window) : window->second) + "</td></tr>";
  }
  if (rows.empty()) return "";
  return "<section><h2>Limits</h2><div class=\"card table\"><table><thead><tr><th scope=\"col\">What</th><th scope=\"col\" "
         "class=\"number\">How much</th>"
         "<th scope=\"col\">Counted</th></tr></thead><tbody>" +
         rows + "</tbody></table></div></section>";
}

std::string latest(const std::vector<purser::InvoiceListed> &invoices) {
  if (invoices.empty()) return "";
  return "<section><div class=\"heading\"><h2>Latest invoices</h2><a href=\"/invoices\">All invoices</a></div>" + invoice_table(invoices) +
         "</section>";
}

std::string own_row(const User &user) {
  const auto line = [](const std::string &name, const std::string &value) {
    return "<div><dt>" + name + "</dt><dd>" + (value.empty() ? "<span class=\"none\">none</span>" : "<code>" + esc(value) + "</code>") +
           "</dd></div>";
  };
  return "<section><h2>Your row in this host’s <code>users</code> table</h2><p class=\"hint\">Kept by the change feed alone.</p><dl "
         "class=\"card facts\">" +
         line("id", user.id) + line("email", user.email) + line("tier", user.tier) + line("stripe_customer_id", user.stripe_customer_id) +
         line("stripe_subscription_id", user.stripe_subscription_id) + "</dl></section>";
}

}  // namespace

std::string dashboard_page(const Frame &frame, const Shop &shop, const Account &account, const std::vector<purser::InvoiceListed> &invoices,
                           std::int64_t now_ms) {
  std::string made = "<div class=\"head\"><div><h1>Your account</h1><p class=\"hint\">" + esc(date(now_ms)) +
                     "</p></div><div class=\"row\">" + link_button("/settings", "Account settings", "quiet");
  if (!account.view.customer.empty()) made += button("/portal", frame.csrf, "", "Manage billing");
  made += "</div></div>" + notices(frame, shop, account) + tiers(frame, shop, account.view, account.held) + extras(shop, account.held) +
          latest(invoices) + features(shop, account.view) + limits(shop, account.view) + own_row(*frame.user);
  return page(frame, made);
}

}  // namespace host
