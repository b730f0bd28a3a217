// The invoices of an account: from Purser's store, nothing is asked of Stripe.
#include "money.hpp"
#include "pages.hpp"

namespace host {
namespace {

std::string tone_of(const purser::InvoiceListed &one) {
  if (one.disputed) return "bad";
  if (one.status == "paid") return "good";
  return one.status == "open" ? "warn" : "";
}

std::string status_of(const purser::InvoiceListed &one) {
  if (one.disputed) return "Disputed";
  if (one.amount_refunded > 0) return one.amount_refunded >= one.amount_paid ? "Refunded" : "Partly refunded";
  if (one.status == "open") return one.attempt_count > 0 ? "Payment failed" : "Open";
  static const std::map<std::string, std::string> words{
      {"draft", "Draft"}, {"paid", "Paid"}, {"void", "Void"}, {"uncollectible", "Uncollectible"}};
  const auto word = words.find(one.status);
  return word == words.end() ? one.status : word->second;
}

std::string amounts(const purser::InvoiceListed &one) {
  std::string made =
      "<data value=\"" + esc(one.currency) + " " + std::to_string(one.total) + "\">" + esc(money(one.total, one.currency)) + "</data>";
  if (one.amount_remaining > 0 && one.amount_remaining != one.total)
    made += "<span class=\"under\">" + esc(money(one.amount_remaining, one.currency)) + " due</span>";
  if (one.amount_refunded > 0) made += "<span class=\"under\">" + esc(money(one.amount_refunded, one.currency)) + " back</span>";
  return made;
}

// On a narrow screen a row becomes a small grid (style.css): the roles keep it a table for who does not see it.
std::string row(const purser::InvoiceListed &one) {
  const std::string number = esc(one.number.empty() ? "Draft" : one.number);
  const bool due = one.amount_remaining > 0;
  const std::string link = one.hosted_url.empty() ? ""
                                                  : "<a href=\"" + esc(one.hosted_url) + "\">" + (due ? "Pay" : "View") +
                                                        "<span class=\"unseen\"> invoice " + number + "</span></a>";
  return "<tr role=\"row\" data-invoice=\"" + esc(one.invoice) + "\" data-status=\"" + esc(one.status) +
         "\"><th role=\"rowheader\" scope=\"row\">" + number + "<span class=\"under\">" + esc(date(one.created_ms)) +
         "</span></th><td role=\"cell\">" + badge(tone_of(one), status_of(one)) + "</td><td role=\"cell\" class=\"number\">" +
         amounts(one) + "</td><td role=\"cell\" class=\"link\">" + link + "</td></tr>";
}

}  // namespace

std::string invoice_table(const std::vector<purser::InvoiceListed> &invoices) {
  std::string rows;
  for (const purser::InvoiceListed &one : invoices) rows += row(one);
  const auto head = [](const std::string &look, const std::string &name) {
    return "<th role=\"columnheader\" scope=\"col\"" + look + ">" + name + "</th>";
  };
  return "<div class=\"card table\"><table class=\"invoices\" role=\"table\"><thead role=\"rowgroup\"><tr role=\"row\">" +
         head("", "Invoice") + head("", "Status") + head(" class=\"number\"", "Amount") + head("", "<span class=\"unseen\">Link</span>") +
         "</tr></thead><tbody role=\"rowgroup\">" + rows + "</tbody></table></div>";
}

std::string invoices_page(const Frame &frame, const purser::Billing &billing, const purser::InvoiceList &list) {
  std::string owed;
  for (const purser::Owed &one : billing.owed)
    owed += notice("bad", "<p><b>" + esc(money(one.amount, one.currency)) + "</b> is due on " +
                              (one.invoices == 1 ? std::string("one invoice") : std::to_string(one.invoices) + " invoices") + ".</p>");
  std::string made = "<div class=\"head\"><h1>Invoices</h1>";
  if (!billing.customer.empty()) made += button("/portal", frame.csrf, "", "Manage billing", "quiet");
  made += "</div>";
  if (!owed.empty()) made += "<section class=\"notices\" aria-label=\"What is due\">" + owed + "</section>";
  made += list.invoices.empty() ? "<p class=\"lead\">There are none. They appear here as soon as something was billed.</p>"
                                : "<section>" + invoice_table(list.invoices) + "</section>";
  if (!list.next.empty()) made += "<p>" + link_button("/invoices?after=" + encoded(list.next), "Older invoices", "quiet") + "</p>";
  return page(frame, made);
}

}  // namespace host
