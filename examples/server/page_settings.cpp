// The end of an account, in the hands of who it belongs to: a copy of the data, closing, erasure.
#include "money.hpp"
#include "pages.hpp"

namespace host {
namespace {

std::string copy_of_data() {
  return "<section class=\"card stack\" aria-labelledby=\"export\"><h2 id=\"export\">Your data</h2><p>Everything that is stored about you "
         "and what you "
         "bought, as one JSON document.</p><p>" +
         link_button("/settings/export", "Download your data", "quiet") + "</p></section>";
}

/// The field that keeps a slip of the finger from ending an account.
std::string confirmation(const std::string &id, const std::string &email, bool wrong) {
  std::string made = "<label for=\"" + id + "\">Type <span class=\"typed\">" + esc(email) + "</span> to confirm</label><input id=\"" + id +
                     "\" name=\"confirm\" autocomplete=\"off\" required ";
  if (wrong) made += "aria-invalid=\"true\" aria-describedby=\"" + id + "-wrong\"";
  made += ">";
  if (wrong) made += "<p class=\"error\" id=\"" + id + "-wrong\">That is not your address. Nothing was done.</p>";
  return made;
}

std::string choice(const std::string &value, const std::string &label, bool chosen) {
  return "<label class=\"choice\"><input type=\"radio\" name=\"when\" value=\"" + value + "\"" + (chosen ? " checked" : "") + "> " + label +
         "</label>";
}

std::string closing(const Frame &frame, const SettingsView &view) {
  std::string made = "<section class=\"card stack\" aria-labelledby=\"close\"><h2 id=\"close\">Close the account</h2>";
  if (view.closed_at_ms > 0) {
    made += "<p>Closed on " + esc(date(view.closed_at_ms)) + ". Nothing can be bought for it any more.</p>";
    if (!view.lives) return made + "</section>";
    made += "<p>What you paid for goes on to its end. You can end it now instead.</p>";
  } else if (!view.bought) {
    return made + "<p class=\"hint\">Nothing was ever bought, so there is nothing to close.</p></section>";
  } else {
    made += "<p>Your subscriptions are cancelled, and nothing can be bought any more. You can still sign in and read your invoices.</p>";
  }
  return made + "<form class=\"stack\" method=\"post\" action=\"/settings/close\">" + hidden("csrf", frame.csrf) +
         (view.lives ? "<fieldset class=\"choices\"><legend>When</legend>" +
                           choice("period_end", "Each subscription at the end of what is paid for", view.closed_at_ms == 0) +
                           choice("now", "Now; nothing is paid back", view.closed_at_ms > 0) + "</fieldset>"
                     : hidden("when", "now")) +
         confirmation("close-email", frame.user->email, view.wrong == "close") +
         "<button class=\"button bad\" type=\"submit\">Close the account</button></form></section>";
}

std::string erasing(const Frame &frame, const SettingsView &view) {
  std::string made =
      "<section class=\"card stack\" aria-labelledby=\"erase\"><h2 id=\"erase\">Erase everything</h2>"
      "<p>Deletes all that is stored about you here. Nothing brings it back. What Stripe has to keep of payments stays at Stripe.</p>";
  if (view.lives)
    return made +
           "<p class=\"hint\">Possible once nothing is running any more: close the account first, or let your subscriptions "
           "end.</p></section>";
  return made + "<form class=\"stack\" method=\"post\" action=\"/settings/erase\">" + hidden("csrf", frame.csrf) +
         confirmation("erase-email", frame.user->email, view.wrong == "erase") +
         "<button class=\"button bad\" type=\"submit\">Erase everything</button></form></section>";
}

}  // namespace

std::string settings_page(const Frame &frame, const SettingsView &view) {
  std::string told;
  if (view.unconfirmed > 0)
    told = notice("warn", "<p>Stripe has not confirmed the end of " + std::to_string(view.unconfirmed) +
                              (view.unconfirmed == 1 ? " subscription" : " subscriptions") + " yet. It is asked again until it does.</p>");
  return page(frame, "<div class=\"head\"><div><h1>Account settings</h1><p class=\"hint\">" + esc(frame.user->email) + "</p></div></div>" +
                         told + "<div class=\"settings\">" + copy_of_data() + closing(frame, view) + erasing(frame, view) + "</div>");
}

std::string erased_page(const Frame &frame) {
  return page(frame,
              "<section class=\"narrow welcome\"><div class=\"mark done\" aria-hidden=\"true\"></div><h1>Erased</h1><p "
              "class=\"lead\">Nothing is stored "
              "about you here any more, and you are signed out.</p><p>" +
                  link_button("/pricing", "To the pricing page", "quiet") + "</p></section>");
}

}  // namespace host
