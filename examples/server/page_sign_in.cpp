#include "pages.hpp"

namespace host {

std::string sign_in_page(const Frame &frame, const std::string &next, const std::string &wrong) {
  std::string field =
      "<label for=\"email\">E-mail address</label><input id=\"email\" name=\"email\" type=\"email\" autocomplete=\"email\" required "
      "maxlength=\"254\" ";
  if (!wrong.empty()) field += "aria-invalid=\"true\" aria-describedby=\"wrong\" value=\"" + esc(wrong) + "\" ";
  field += "placeholder=\"ann@example.com\">";
  if (!wrong.empty()) field += "<p class=\"error\" id=\"wrong\">That is no e-mail address. One looks like ann@example.com.</p>";
  return page(
      frame,
      "<section class=\"narrow\"><h1>Sign in</h1><p class=\"lead\">This is a stand-in: any address signs you in, and no mail is sent.</p>"
      "<form class=\"card stack\" method=\"post\" action=\"/sign-in\">" +
          hidden("next", next) + field + "<button class=\"button\" type=\"submit\">Continue</button></form></section>");
}

}  // namespace host
