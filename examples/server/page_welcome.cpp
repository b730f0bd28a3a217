// Where the buyer comes back to: it has asked Stripe itself, and waits for no webhook.
#include <algorithm>

#include "pages.hpp"

namespace host {
namespace {

std::string bought(const Shop &shop, const std::vector<Held> &held, const std::string &subscription) {
  const auto found = std::find_if(held.begin(), held.end(),
                                  [&](const Held &one) { return !subscription.empty() && one.grant.subscription == subscription; });
  return found == held.end() ? "" : shop.title(found->grant.product, found->grant.tier);
}

std::string centred(const std::string &mark, const std::string &heading, const std::string &text, const std::string &actions) {
  return "<section class=\"narrow welcome\"><div class=\"mark " + mark + "\" aria-hidden=\"true\"></div><h1>" + esc(heading) +
         "</h1><p class=\"lead\">" + text + "</p><p class=\"row centre\">" + actions + "</p></section>";
}

}  // namespace

std::string welcome_page(const Frame &frame, const Shop &shop, const purser::Confirmation &confirmed, const std::vector<Held> &held) {
  const std::string dashboard = link_button("/dashboard", "To your dashboard");
  if (confirmed.status == "open")
    return page(frame, centred("wait", "Not paid yet", "Nothing was charged. You can finish whenever you like.",
                               link_button("/pricing", "Back to pricing")));
  if (confirmed.status == "expired")
    return page(frame, centred("wait", "This checkout has expired", "Nothing was charged. Start again from the pricing page.",
                               link_button("/pricing", "Back to pricing")));
  if (!confirmed.granted) {
    Frame again = frame;
    again.refresh_s = 3;
    return page(again,
                centred("wait", "Thank you. One moment …", "Your payment is being confirmed. This page looks again by itself.", dashboard));
  }
  const std::string name = bought(shop, held, confirmed.subscription);
  return page(frame,
              centred("done", name.empty() ? "Thank you" : "Welcome to " + name,
                      name.empty() ? "What you bought is in your account." : "Everything is ready. Your access is open from this moment.",
                      dashboard));
}

}  // namespace host
