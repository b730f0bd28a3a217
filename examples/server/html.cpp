#include "html.hpp"

namespace host {
namespace {

std::string menu_entry(const Frame &frame, const std::string &path, const std::string &label) {
  return "<li><a href=\"" + path + "\"" + (frame.here == path ? " aria-current=\"page\"" : "") + ">" + label + "</a></li>";
}

std::string menu(const Frame &frame) {
  std::string entries = menu_entry(frame, "/pricing", "Pricing");
  if (frame.user) entries += menu_entry(frame, "/dashboard", "Dashboard") + menu_entry(frame, "/invoices", "Invoices");
  if (frame.runs) entries += menu_entry(frame, "/operator", "Operator");
  if (frame.sandbox) entries += menu_entry(frame, "/demo", "Demo");
  return "<nav aria-label=\"Main\"><ul>" + entries + "</ul></nav>";
}

std::string visitor(const Frame &frame) {
  if (!frame.user) return "<div class=\"who\"><a class=\"button quiet\" href=\"/sign-in\">Sign in</a></div>";
  return "<div class=\"who\"><span class=\"email\" title=\"" + esc(frame.user->email) + "\">" + esc(frame.user->email) + "</span>" +
         button("/sign-out", frame.csrf, "", "Sign out", "quiet") + "</div>";
}

}  // namespace

std::string esc(std::string_view text) {
  std::string made;
  made.reserve(text.size());
  for (const char c : text) switch (c) {
      case '&': made += "&amp;"; break;
      case '<': made += "&lt;"; break;
      case '>': made += "&gt;"; break;
      case '"': made += "&quot;"; break;
      case '\'': made += "&#39;"; break;
      default: made += c;
    }
  return made;
}

std::string page(const Frame &frame, const std::string &content) {
  std::string made = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>" + esc(frame.title) +
                     " · Harbour</title>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<meta name=\"color-scheme\" content=\"light dark\">\n";
  if (frame.refresh_s > 0) made += "<meta http-equiv=\"refresh\" content=\"" + std::to_string(frame.refresh_s) + "\">\n";
  made +=
      "<link rel=\"icon\" href=\"/icon.svg\" type=\"image/svg+xml\">\n<link rel=\"stylesheet\" href=\"/style.css\">\n</head>\n<body>\n"
      "<a class=\"skip\" href=\"#content\">Skip to content</a>\n<header class=\"top\"><div class=\"bar\"><a class=\"brand\" "
      "href=\"/pricing\">"
      "<img src=\"/icon.svg\" alt=\"\" width=\"28\" height=\"28\">Harbour</a>" +
      menu(frame) + visitor(frame) + "</div></header>\n<main id=\"content\" tabindex=\"-1\">\n" + content +
      "\n</main>\n<footer><p>Purser’s reference host. " +
      (frame.sandbox ? "It runs against the sandbox: no card is charged, and time is yours." : "Payments are handled by Stripe.") +
      "</p></footer>\n</body>\n</html>\n";
  return made;
}

std::string hidden(const std::string &name, const std::string &value) {
  return "<input type=\"hidden\" name=\"" + name + "\" value=\"" + esc(value) + "\">";
}

std::string button(const std::string &action, const std::string &csrf, const std::string &fields, const std::string &label,
                   const std::string &look) {
  return "<form class=\"one\" method=\"post\" action=\"" + esc(action) + "\">" + hidden("csrf", csrf) + fields + "<button class=\"button " +
         look + "\" type=\"submit\">" + label + "</button></form>";
}

std::string link_button(const std::string &url, const std::string &label, const std::string &look) {
  return "<a class=\"button " + look + "\" href=\"" + esc(url) + "\">" + label + "</a>";
}

std::string notice(const std::string &tone, const std::string &content) {
  return "<div class=\"notice " + tone + "\" role=\"" + (tone == "bad" ? "alert" : "status") + "\">" + content + "</div>";
}

std::string badge(const std::string &tone, const std::string &label) {
  return "<span class=\"badge " + tone + "\">" + esc(label) + "</span>";
}

}  // namespace host
