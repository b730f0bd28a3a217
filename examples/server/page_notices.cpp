// What an account's people should be told: one notice per matter, the most urgent first, with the button that mends it.
#include "money.hpp"
#include "pages.hpp"

namespace host {
namespace {

/// "LeadSite.AI Pro and Managed e-mail pool", from the catalog keys that a subscription buys.
std::string title_of_items(const Shop &shop, const std::string &items) {
  std::vector<std::string> titles;
  for (std::size_t from = 0; from < items.size();) {
    const std::size_t comma = std::min(items.find(',', from), items.size());
    const std::string key = items.substr(from, comma - from);
    const std::size_t slash = key.find('/');
    titles.push_back(slash == std::string::npos ? shop.title("", key) : shop.title(key.substr(0, slash), key.substr(slash + 1)));
    from = items.find_first_not_of(", ", comma);
  }
  std::string made;
  for (std::size_t i = 0; i < titles.size(); i++) made += (i == 0 ? "" : i + 1 == titles.size() ? " and " : ", ") + titles[i];
  return made;
}

struct Matter {
  const Frame &frame;
  const Shop &shop;
  const Account &account;
  const purser::Notice &notice;

  /// What it is about, in bold: a subscription by what it buys.
  std::string name() const {
    for (const purser::SubscriptionHeld &held : account.billing.subscriptions)
      if (held.subscription == notice.subscription && !held.items.empty()) return "<b>" + esc(title_of_items(shop, held.items)) + "</b>";
    return "your purchase";
  }
  std::string amount() const { return esc(money(notice.amount, notice.currency)); }
  /// Until when the subscription gives access; 0 = it gives none.
  std::int64_t access_ends_ms() const {
    for (const Held &one : account.held)
      if (one.grant.subscription == notice.subscription) return one.grant.valid_until_ms;
    return 0;
  }
  std::string portal(const std::string &label, const std::string &flow = "", const std::string &look = "quiet") const {
    return button("/portal", frame.csrf, flow.empty() ? "" : hidden("flow", flow), label, look);
  }
  std::string pay(const std::string &label) const { return notice.url.empty() ? "" : link_button(notice.url, label); }
};

std::string buttons(const std::string &made) { return "<div class=\"row\">" + made + "</div>"; }

std::string payment_failed(const Matter &matter) {
  const std::int64_t ends_ms = matter.access_ends_ms();
  std::string text = "The last payment for " + matter.name() + " failed: " + matter.amount() + " is due. ";
  text += ends_ms > 0 ? "You keep access until " + esc(date(ends_ms)) + "." : "Access has ended until it is paid.";
  return notice("bad", "<p>" + text + "</p>" + buttons(matter.pay("Pay now") + matter.portal("Update your card", "payment_method")));
}

std::string action_required(const Matter &matter) {
  const std::int64_t ends_ms = matter.access_ends_ms();
  std::string text = "Your bank wants you to confirm the payment of " + matter.amount() + " for " + matter.name() + ".";
  if (ends_ms > 0) text += " You keep access until " + esc(date(ends_ms)) + ".";
  return notice("bad", "<p>" + text + "</p>" + buttons(matter.pay("Confirm the payment") + matter.portal("Manage billing")));
}

std::string trial_ending(const Matter &matter) {
  return notice("warn", "<p>The trial of " + matter.name() + " ends on " + esc(date(matter.notice.at_ms)) +
                            ". Then it is billed, unless you cancel before.</p>" +
                            buttons(matter.portal("Check your card", "payment_method") + matter.portal("Manage billing")));
}

std::string cancels(const Matter &matter) {
  return notice("warn", "<p>" + matter.name() + " is cancelled and ends on " + esc(date(matter.notice.at_ms)) +
                            ". Until then nothing changes.</p>" + buttons(matter.portal("Keep it")));
}

std::string paused(const Matter &matter) {
  return notice("warn", "<p>" + matter.name() + " is paused: nothing is charged.</p>" + buttons(matter.portal("Manage billing")));
}

std::string disputed(const Matter &matter) {
  return notice("bad", "<p>A payment of " + matter.amount() + " for " + matter.name() +
                           " is disputed at your bank. Talk to us if this is a mistake.</p>" +
                           buttons(link_button("/invoices", "See your invoices", "quiet")));
}

std::string refunded(const Matter &matter) {
  return notice("", "<p>" + matter.amount() + " of what you paid for " + matter.name() + " was refunded.</p>" +
                        buttons(link_button("/invoices", "See your invoices", "quiet")));
}

}  // namespace

std::string notices(const Frame &frame, const Shop &shop, const Account &account) {
  static const std::map<std::string, std::string (*)(const Matter &)> kinds{{"payment_failed", payment_failed},
                                                                            {"payment_action_required", action_required},
                                                                            {"trial_ending", trial_ending},
                                                                            {"cancels", cancels},
                                                                            {"paused", paused},
                                                                            {"disputed", disputed},
                                                                            {"refunded", refunded}};
  std::string made;
  for (const purser::Notice &one : account.billing.notices)
    if (const auto kind = kinds.find(one.kind); kind != kinds.end())
      made += "<div data-notice=\"" + esc(one.kind) + "\">" + kind->second({frame, shop, account, one}) + "</div>";
  return made.empty() ? "" : "<section class=\"notices\" aria-label=\"What needs your attention\">" + made + "</section>";
}

}  // namespace host
