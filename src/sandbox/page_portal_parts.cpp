#include "sandbox/page_html.hpp"
#include "sandbox/page_portal.hpp"

namespace purser::sandbox::portal {
namespace {

using html::text;
using json::as_bool;
using json::as_integer;
using json::as_text;
using json::find;

const json::array &items_of(const json::value &subscription) {
  static const json::array none;
  const auto *items = json::as_array(find(find(&subscription, "items"), "data"));
  return items != nullptr ? *items : none;
}

// The product of a price whose product is only an id; null where it has no recurring price.
const json::value *product_of(const View &view, const json::value *price) {
  for (const auto &known : view.prices)
    if (json::as_id(find(&known, "product")) == json::as_id(find(price, "product"))) return find(&known, "product");
  return nullptr;
}

std::string product_name(const View &view, const json::value *price) {
  const auto name = as_text(find(product_of(view, price), "name"));
  return std::string(name.empty() ? json::as_id(find(price, "product")) : name);
}

std::string label_of(const View &view, const json::value *price) {
  const auto nickname = as_text(find(price, "nickname"));
  return product_name(view, price) + (nickname.empty() ? std::string() : ", " + std::string(nickname));
}

// One can change between the prices of one product, and between the tiers of one product of the catalog.
bool offered(const View &view, const json::value &price, const json::value *current) {
  if (!as_bool(find(&price, "active")).value_or(false) || as_text(find(&price, "currency")) != as_text(find(current, "currency")))
    return false;
  if (json::as_id(find(&price, "product")) == json::as_id(find(current, "product"))) return true;
  const auto family = as_text(find(find(product_of(view, current), "metadata"), family_metadata));
  return !family.empty() && as_text(find(find(find(&price, "product"), "metadata"), family_metadata)) == family;
}

std::int64_t period_end_s(const json::value &subscription) {
  std::int64_t latest = 0;
  for (const auto &item : items_of(subscription)) latest = std::max(latest, as_integer(find(&item, "current_period_end")).value_or(0));
  return latest;
}

// When it ends on its own; 0 = never.
std::int64_t pending_end_s(const json::value &subscription) {
  if (const auto at_s = as_integer(find(&subscription, "cancel_at"))) return *at_s;
  return as_bool(find(&subscription, "cancel_at_period_end")).value_or(false) ? period_end_s(subscription) : 0;
}

std::string sentence(const json::value &subscription) {
  const auto status = as_text(find(&subscription, "status"));
  if (!lives(subscription)) return "Ended on " + html::date(as_integer(find(&subscription, "ended_at")).value_or(0)) + ".";
  if (const auto end_s = pending_end_s(subscription); end_s > 0) return "Ends on " + html::date(end_s) + ".";
  if (status == "trialing") return "Free trial until " + html::date(as_integer(find(&subscription, "trial_end")).value_or(0)) + ".";
  if (status == "past_due" || status == "unpaid" || status == "incomplete") return "The last payment failed: please change the card.";
  return "Renews on " + html::date(period_end_s(subscription)) + ".";
}

std::string state(const json::value &subscription) {
  const auto status = as_text(find(&subscription, "status"));
  if (!lives(subscription)) return "<span class=\"state bad\">Cancelled</span>";
  if (pending_end_s(subscription) > 0) return "<span class=\"state\">Ends soon</span>";
  if (status == "active") return "<span class=\"state good\">Active</span>";
  if (status == "trialing") return "<span class=\"state good\">Trial</span>";
  return "<span class=\"state bad\">" + text(status == "past_due" ? "Past due" : status) + "</span>";
}

std::string hidden(std::string_view name, std::string_view value) {
  return "<input type=\"hidden\" name=\"" + std::string(name) + "\" value=\"" + text(value) + "\">\n";
}

std::string form(std::string_view subscription, std::string_view inside) {
  return "<form method=\"post\">\n" + hidden("subscription", subscription) + std::string(inside) + "</form>\n";
}

std::string choice(const View &view, const json::value &price, bool checked) {
  return "<label class=\"choice\"><input type=\"radio\" name=\"price\" value=\"" + text(as_text(find(&price, "id"))) + "\"" +
         (checked ? " checked" : "") + "><span>" + text(label_of(view, &price)) + " – " + text(html::price(&price)) + "</span></label>\n";
}

std::string change_form(const View &view, const json::value &subscription) {
  // As in Stripe's portal, one subscription of several products is not changed here.
  if (items_of(subscription).size() != 1) return {};
  const auto &item = items_of(subscription).front();
  const auto *current = find(&item, "price");
  std::string choices;
  for (const auto &price : view.prices) {
    const bool same = as_text(find(&price, "id")) == as_text(find(current, "id"));
    if (same || offered(view, price, current)) choices += choice(view, price, same);
  }
  const auto id = as_text(find(&subscription, "id"));
  const auto quantity = std::to_string(as_integer(find(&item, "quantity")).value_or(1));
  return form(id, "<fieldset><legend>Change to</legend>\n" + choices + "</fieldset>\n<div class=\"field\"><label for=\"quantity-" +
                      text(id) + "\">Quantity</label><input type=\"number\" id=\"quantity-" + text(id) +
                      "\" name=\"quantity\" min=\"1\" max=\"1000000\" value=\"" + quantity + "\"></div>\n" +
                      html::button("action", "change", "Change the subscription", "main"));
}

std::string cancel_form(const json::value &subscription) {
  std::string buttons;
  if (pending_end_s(subscription) == 0)
    buttons += html::button("action", "cancel_at_period_end", "Cancel at the end of the period", "danger");
  buttons += html::button("action", "cancel_now", "Cancel now", "danger");
  return form(as_text(find(&subscription, "id")), "<div class=\"actions\">\n" + buttons + "</div>\n");
}

std::string resume_form(const json::value &subscription) {
  if (pending_end_s(subscription) == 0) return {};
  return form(as_text(find(&subscription, "id")),
              "<div class=\"actions\">\n" + html::button("action", "resume", "Keep the subscription", "main") + "</div>\n");
}

std::string confirm_form(const View &view, const json::value &subscription) {
  const auto *items = json::as_array(find(find(&view.portal.flow, "subscription_update_confirm"), "items"));
  if (items == nullptr || items->size() != 1) return "<p>This link names no single change.</p>\n";
  const auto wanted = json::as_id(find(&items->front(), "price"));
  std::string name(wanted);
  for (const auto &price : view.prices)
    if (as_text(find(&price, "id")) == wanted) name = label_of(view, &price) + " – " + html::price(&price);
  std::string inside = "<p>New: " + text(name) + "</p>\n" + hidden("price", wanted);
  if (const auto quantity = as_integer(find(&items->front(), "quantity"))) inside += hidden("quantity", std::to_string(*quantity));
  return form(as_text(find(&subscription, "id")), inside + html::button("action", "change", "Confirm the change", "main"));
}

// What the next invoice is paid with: a card of the subscription itself (what checkout saves), else the customer's.
const json::value *card_of(const View &view) {
  for (const auto &subscription : view.subscriptions)
    if (const auto *card = find(find(&subscription, "default_payment_method"), "card"); card != nullptr && lives(subscription)) return card;
  return find(find(find(&view.customer, "invoice_settings"), "default_payment_method"), "card");
}

std::string folded(std::string_view title, std::string_view inside) {
  if (inside.empty()) return {};
  return "<details>\n<summary>" + text(title) + "</summary>\n" + std::string(inside) + "</details>\n";
}

std::string acts(const View &view, const json::value &subscription, Offered offered) {
  if (!lives(subscription)) return {};
  switch (offered) {
    case Offered::change: return change_form(view, subscription);
    case Offered::cancel: return cancel_form(subscription);
    case Offered::confirm: return confirm_form(view, subscription);
    case Offered::everything: break;
  }
  return resume_form(subscription) + folded("Change tier or quantity", change_form(view, subscription)) +
         folded("Cancel", cancel_form(subscription));
}

}  // namespace

bool lives(const json::value &subscription) {
  const auto status = as_text(find(&subscription, "status"));
  return status != "canceled" && status != "incomplete_expired";
}

std::string subscription_section(const View &view, const json::value &subscription, Offered offered) {
  std::string title, lines;
  for (const auto &item : items_of(subscription)) {
    const auto *price = find(&item, "price");
    const auto quantity = as_integer(find(&item, "quantity")).value_or(1);
    if (title.empty()) title = product_name(view, price);
    lines += "<li><span>" + text(label_of(view, price)) + "</span><span>" + text(html::price(price)) +
             (quantity != 1 ? " × " + std::to_string(quantity) : "") + "</span></li>\n";
  }
  return "<section class=\"sheet\" data-subscription=\"" + text(as_text(find(&subscription, "id"))) + "\">\n<div class=\"head\"><h2>" +
         text(title) + "</h2>" + state(subscription) + "</div>\n<p class=\"soft\">" + sentence(subscription) +
         "</p>\n<ul class=\"lines\">\n" + lines + "</ul>\n" + acts(view, subscription, offered) + "</section>\n";
}

std::string card_form(const View &view) {
  const auto *card = card_of(view);
  std::string out = card != nullptr
                        ? "<p>Card: " + text(as_text(find(card, "brand"))) + " ending in " + text(as_text(find(card, "last4"))) + "</p>\n"
                        : std::string("<p>No card.</p>\n");
  return out + "<form method=\"post\">\n" + hidden("action", "card") + "<div class=\"actions\">\n" +
         html::button("card", "good", "Use a good card", "main") + html::button("card", "declined", "Use a card that is declined") +
         html::button("card", "none", "Remove the card", "danger") + "</div>\n</form>\n";
}

std::string invoice_table(const View &view) {
  if (view.invoices.empty()) return "<p>There is no invoice.</p>\n";
  std::string rows;
  for (const auto &invoice : view.invoices)
    rows += "<tr><td>" + html::date(as_integer(find(&invoice, "created")).value_or(0)) + "</td><td>" +
            text(as_text(find(&invoice, "number"))) + "</td><td>" + text(as_text(find(&invoice, "status"))) + "</td><td class=\"number\">" +
            text(html::money(as_integer(find(&invoice, "total")).value_or(0), as_text(find(&invoice, "currency")))) + "</td></tr>\n";
  return "<table>\n<thead><tr><th scope=\"col\">Date</th><th scope=\"col\">Number</th><th scope=\"col\">Status</th><th scope=\"col\" "
         "class=\"number\">Amount</th>"
         "</tr></thead>\n<tbody>\n" +
         rows + "</tbody>\n</table>\n";
}

}  // namespace purser::sandbox::portal
