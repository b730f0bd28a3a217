#include "sandbox/page_portal.hpp"
#include "base/error.hpp"
#include "sandbox/page.hpp"
#include "sandbox/page_html.hpp"

namespace purser::sandbox {
namespace {

using html::Tone;
using json::as_text;
using json::find;

struct Notice {
  Tone tone = Tone::plain;
  std::string text;
};

std::string section(std::string_view title, std::string_view body) {
  return "<section class=\"sheet\">\n<h2>" + html::text(title) + "</h2>\n" + std::string(body) + "</section>\n";
}

// The overview: everything that this customer has.
std::string overview(const portal::View &view) {
  std::string living, ended;
  for (const auto &subscription : view.subscriptions)
    (portal::lives(subscription) ? living : ended) += portal::subscription_section(view, subscription, portal::Offered::everything);
  if (living.empty()) living = "<p class=\"sheet\">There is no subscription.</p>\n";
  std::string out = living + section("Payment method", portal::card_form(view)) + section("Invoices", portal::invoice_table(view));
  if (!ended.empty()) out += "<h2>Ended</h2>\n" + ended;
  return out;
}

// A flow leads to one act and nothing else.
std::string flow_body(const portal::View &view) {
  const auto kind = as_text(find(&view.portal.flow, "type"));
  if (kind == "payment_method_update") return section("Payment method", portal::card_form(view));
  const auto offered = kind == "subscription_cancel"           ? portal::Offered::cancel
                       : kind == "subscription_update_confirm" ? portal::Offered::confirm
                                                               : portal::Offered::change;
  const auto wanted = as_text(find(find(&view.portal.flow, kind), "subscription"));
  for (const auto &subscription : view.subscriptions)
    if (as_text(find(&subscription, "id")) == wanted) return portal::subscription_section(view, subscription, offered);
  return "<p class=\"sheet\">The subscription of this link is not there any more.</p>\n";
}

WebAnswer show(const portal::View &view, const Notice &notice, std::int32_t status = 200) {
  std::string body = "<div class=\"head\">\n<h1>Your subscriptions</h1>\n";
  if (const auto back = html::web_url(view.portal.return_url); !back.empty())
    body += "<a class=\"button\" href=\"" + html::text(back) + "\">Return to the site</a>\n";
  body +=
      "</div>\n<p class=\"soft\">" + html::text(as_text(find(&view.customer, "email"))) + "</p>\n" + html::notice(notice.tone, notice.text);
  body += view.portal.flow.is_object() ? flow_body(view) : overview(view);
  return html::document("Your subscriptions – sandbox", body, status);
}

// One act; the text that is shown afterwards.
std::string act(Sandbox &box, const portal::View &view, const html::Fields &fields) {
  const auto action = html::field(fields, "action");
  if (action == "card") {
    const auto card = html::field(fields, "card");
    box.card(view.portal.customer, card == "good" ? Card::good : card == "declined" ? Card::declined : Card::none);
    return card == "none" ? "The card is removed." : "The card is changed.";
  }
  const auto id = html::field(fields, "subscription");
  // The form names the subscription; it must be one of this customer's.
  if (portal::by_id(view, id) == nullptr)
    throw Failure(Status::not_found, "no_such_subscription", "This customer has no such subscription.", "subscription");
  if (action == "cancel_at_period_end") return box.cancel(id, true), "The subscription ends with the period.";
  if (action == "cancel_now") return box.cancel(id, false), "The subscription is cancelled.";
  if (action == "resume") return box.resume(id), "The subscription goes on.";
  if (action != "change") throw Failure(Status::invalid, "no_such_action", "There is no such button.", "action");
  box.swap(id, html::field(fields, "price"), portal::quantity_of(html::field(fields, "quantity")));
  return "The subscription is changed.";
}

// Where a flow leads when it is done: docs.stripe.com/api/customer_portal/sessions/create#flow_data-after_completion.
WebAnswer done(const Portal &portal, std::string_view here, std::string_view said) {
  const auto *after = find(&portal.flow, "after_completion");
  const auto kind = as_text(find(after, "type"));
  if (kind == "redirect") {
    const auto url = html::web_url(as_text(find(find(after, "redirect"), "return_url")));
    if (!url.empty()) return html::see_other(url);
  }
  if (kind == "hosted_confirmation") {
    const auto custom = as_text(find(find(after, "hosted_confirmation"), "custom_message"));
    return html::message("Done", custom.empty() ? said : custom, portal.return_url, "Return to the site", 200);
  }
  if (portal.flow.is_object()) return html::message("Done", said, portal.return_url, "Return to the site", 200);
  return html::see_other(std::string(here) + "?done=" + portal::code_of(said));
}

}  // namespace

WebAnswer portal_page(Sandbox &box, const WebRequest &request, std::string_view session) {
  const auto portal = box.portal(session);
  if (!portal) return html::message("No such page", "There is no portal session with this address; ask for a new one.", {}, {}, 404);
  const auto view = portal::read(box, *portal);
  const auto here = std::string_view(request.target).substr(0, request.target.find('?'));
  if (request.method == "GET") {
    const auto query = request.target.size() > here.size() ? std::string_view(request.target).substr(here.size() + 1) : std::string_view();
    return show(view, {Tone::good, portal::said_by(html::field(html::fields_of(query), "done"))});
  }
  std::string said;
  try {
    said = act(box, view, html::fields_of(request.body));
  } catch (const Failure &failure) { return show(view, {Tone::bad, failure.error().message}, 409); }
  deliver_to_host(box);
  return done(*portal, here, said);
}

}  // namespace purser::sandbox
