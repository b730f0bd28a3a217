#include "base/error.hpp"
#include "sandbox/page.hpp"
#include "sandbox/page_html.hpp"

namespace purser::sandbox {
namespace {

using html::text;
using json::as_bool;
using json::as_integer;
using json::as_text;
using json::find;

// What the page shows after a try.
struct Shown {
  std::string problem;
  html::Fields typed;
};

std::string read_session(Sandbox &box, std::string_view id, json::value &session) {
  for (const char c : id)
    if (!(c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))) return {};
  const auto answer = box.ask(
      "GET", "/v1/checkout/sessions/" + std::string(id) + "?expand[]=line_items&expand[]=line_items.data.price.product&expand[]=customer");
  if (answer.status != 200) return {};
  session = json::parse_judged(answer.body).root;
  return std::string(as_text(find(&session, "id")));
}

std::string with_session_id(std::string url, std::string_view id) {
  constexpr std::string_view literal = "{CHECKOUT_SESSION_ID}";
  for (std::size_t at = url.find(literal); at != std::string::npos; at = url.find(literal, at + id.size()))
    url.replace(at, literal.size(), id);
  return url;
}

std::string success_url(const json::value &session) {
  return with_session_id(std::string(as_text(find(&session, "success_url"))), as_text(find(&session, "id")));
}

std::string known_email(const json::value &session) {
  for (const auto *holder : {&session, find(&session, "customer_details"), find(&session, "customer")})
    for (const auto *name : {"customer_email", "email"})
      if (const auto email = as_text(find(holder, name)); !email.empty()) return std::string(email);
  return {};
}

std::string line(const json::value &item, std::string_view currency) {
  const auto *price = find(&item, "price");
  const auto quantity = as_integer(find(&item, "quantity")).value_or(1);
  auto name = as_text(find(find(price, "product"), "name"));
  if (name.empty()) name = as_text(find(&item, "description"));
  std::string out = "<li><span>" + text(name);
  if (quantity != 1) out += " × " + std::to_string(quantity);
  out += "<br><span class=\"soft small\">" + text(html::price(price)) + (quantity != 1 ? " each" : "") + "</span></span><span>" +
         text(html::money(as_integer(find(&item, "amount_total")).value_or(0), currency)) + "</span></li>\n";
  return out;
}

std::string heading(const json::value &session) {
  const auto mode = as_text(find(&session, "mode"));
  if (mode == "setup") return "Save a card";
  return mode == "subscription" ? "Subscribe" : "Pay";
}

std::string summary(Sandbox &box, const json::value &session) {
  const auto currency = as_text(find(&session, "currency"));
  std::string out = "<section class=\"sheet\" aria-label=\"What is bought\">\n<h1>" + heading(session) + "</h1>\n";
  if (const auto total = as_integer(find(&session, "amount_total")))
    out += "<p class=\"amount\">" + text(html::money(*total, currency)) + "</p>\n<p class=\"soft\">due today</p>\n";
  if (const auto trial_end_s = box.trial_end_s(as_text(find(&session, "id"))); trial_end_s > 0)
    out += "<p>Free trial until " + html::date(trial_end_s) + "; nothing is charged before.</p>\n";
  out += "<ul class=\"lines\">\n";
  if (const auto *items = json::as_array(find(find(&session, "line_items"), "data")))
    for (const auto &item : *items) out += line(item, currency);
  if (const auto discount = as_integer(find(find(&session, "total_details"), "amount_discount")).value_or(0); discount != 0)
    out += "<li><span>Discount</span><span>" + text(html::money(-discount, currency)) + "</span></li>\n";
  if (const auto total = as_integer(find(&session, "amount_total")))
    out += "<li class=\"total\"><span>Due today</span><span>" + text(html::money(*total, currency)) + "</span></li>\n";
  return out + "</ul>\n</section>\n";
}

std::string input(std::string_view kind, std::string_view name, std::string_view label, std::string_view value, std::string_view more) {
  return "<div class=\"field\"><label for=\"" + std::string(name) + "\">" + text(label) + "</label><input type=\"" + std::string(kind) +
         "\" id=\"" + std::string(name) + "\" name=\"" + std::string(name) + "\" value=\"" + text(value) + "\" " + std::string(more) +
         "></div>\n";
}

std::string form(const json::value &session, const Shown &shown) {
  const auto known = known_email(session);
  const auto typed = html::field(shown.typed, "email");
  std::string out = "<section class=\"sheet\" aria-label=\"Payment\">\n<h2>Your details</h2>\n" +
                    html::notice(html::Tone::bad, shown.problem) + "<form method=\"post\">\n";
  out += input("email", "email", "E-mail", known.empty() ? typed : known,
               known.empty() ? "autocomplete=\"email\" required maxlength=\"512\"" : "readonly");
  out += input("text", "name", "Name on the card", html::field(shown.typed, "name"), "autocomplete=\"cc-name\" maxlength=\"256\"");
  if (as_bool(find(&session, "allow_promotion_codes")).value_or(false))
    out += input("text", "promotion_code", "Promotion code", html::field(shown.typed, "promotion_code"),
                 "autocomplete=\"off\" maxlength=\"255\"");
  out += "<div class=\"stack\">\n" + html::button("card", "good", "Pay with a good card", "main") +
         html::button("card", "declined", "Pay with a declined card", "danger") + "</div>\n</form>\n";
  if (const auto back = html::web_url(as_text(find(&session, "cancel_url"))); !back.empty())
    out += "<p><a class=\"button\" href=\"" + text(back) + "\">Back</a></p>\n";
  return out + "<p class=\"soft small\">Both cards are made up: the first always pays, the second is always declined.</p>\n</section>\n";
}

WebAnswer show(Sandbox &box, const json::value &session, const Shown &shown) {
  return html::document(heading(session) + " – sandbox",
                        "<div class=\"columns\">\n" + summary(box, session) + form(session, shown) + "</div>\n",
                        shown.problem.empty() ? 200 : 402);
}

WebAnswer lead_back(Sandbox &box, const json::value &session) {
  deliver_to_host(box);
  const auto url = success_url(session);
  if (html::web_url(url).empty()) return html::message("Thank you", "The payment is made.", {}, {}, 200);
  return html::see_other(url);
}

WebAnswer pay(Sandbox &box, const json::value &session, std::string_view body) {
  Shown shown{{}, html::fields_of(body)};
  Buyer buyer;
  buyer.email = html::field(shown.typed, "email");
  buyer.name = html::field(shown.typed, "name");
  if (as_bool(find(&session, "allow_promotion_codes")).value_or(false)) buyer.promotion_code = html::field(shown.typed, "promotion_code");
  buyer.card = html::field(shown.typed, "card") == "declined" ? Card::declined : Card::good;
  if (known_email(session).empty() && buyer.email.find('@') == std::string::npos) {
    shown.problem = "Please give an e-mail address.";
    return show(box, session, shown);
  }
  try {
    if (box.pay(as_text(find(&session, "id")), buyer) == Paid::paid) return lead_back(box, session);
    deliver_to_host(box);
    shown.problem = "Your card was declined. Please try another one.";
  } catch (const Failure &failure) { shown.problem = failure.error().message; }
  return show(box, session, shown);
}

}  // namespace

WebAnswer checkout_page(Sandbox &box, const WebRequest &request, std::string_view id) {
  json::value session;
  if (read_session(box, id, session).empty())
    return html::message("No such checkout", "There is no checkout session with this address.", {}, {}, 404);
  const auto status = as_text(find(&session, "status"));
  if (status == "complete") return html::message("Already paid", "This checkout is complete.", success_url(session), "Go on", 200);
  if (status == "expired")
    return html::message("Too late", "This checkout has expired; please start again.", as_text(find(&session, "cancel_url")), "Back", 410);
  return request.method == "POST" ? pay(box, session, request.body) : show(box, session, {});
}

}  // namespace purser::sandbox
