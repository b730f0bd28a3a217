// An invoice of any API version. What moved: subscription and proration into `parent`, price into `pricing`, payments into `payments`
// (basil); tax into `total_taxes`; `status` (2018-11-08) was `paid`, `closed` and `forgiven` before.
#include <algorithm>
#include <tuple>

#include "stripe/field.hpp"
#include "stripe/reader.hpp"

namespace purser::stripe {
namespace {

using domain::Invoice;
using domain::InvoiceLine;

/// What made a line: `parent.subscription_item_details` or `parent.invoice_item_details`; before basil the line itself.
const json::object &origin(const json::object &line) {
  const json::object *parent = child(line, "parent");
  if (!parent) return line;
  for (const std::string_view key : {"subscription_item_details", "invoice_item_details"})
    if (const json::object *details = child(*parent, key)) return *details;
  return line;
}

std::string line_price(const json::object &line) {
  const json::object *pricing = child(line, "pricing");
  const json::object *details = pricing ? child(*pricing, "price_details") : nullptr;
  std::string price = details ? id(*details, "price") : std::string();
  return price.empty() ? price_id(line) : price;
}

InvoiceLine read_line(const json::object &raw) {
  const json::object &made_by = origin(raw);
  InvoiceLine line;
  line.id = text(raw, "unique_id");  // until 2019-12-03 `id` was that of the subscription or the item, and not unique
  if (line.id.empty()) line.id = text(raw, "id");
  line.price = line_price(raw);
  line.subscription_item = id(made_by, "subscription_item");
  line.quantity = integer(raw, "quantity");
  line.amount = integer(raw, "amount");
  if (const json::object *period = child(raw, "period")) {
    line.period_start_s = integer(*period, "start");
    line.period_end_s = integer(*period, "end");
  }
  line.proration = flag(made_by, "proration");
  return line;
}

template <class F>
void each_line(const json::object &raw, F f) {
  const json::array *lines = list(raw, "lines");
  if (!lines) return;
  for (const json::value &element : *lines)
    if (const json::object *line = json::as_object(&element)) f(*line);
}

std::string read_subscription_id(const json::object &raw) {
  if (std::string found = id(raw, "subscription"); !found.empty()) return found;
  const json::object *parent = child(raw, "parent");
  const json::object *details = parent ? child(*parent, "subscription_details") : nullptr;
  std::string found = details ? id(*details, "subscription") : std::string();
  each_line(raw, [&](const json::object &line) {
    if (found.empty()) found = id(origin(line), "subscription");
  });
  return found;
}

std::vector<std::string> read_payment_intents(const json::object &raw) {
  std::vector<std::string> found{id(raw, "payment_intent")};
  if (const json::array *payments = list(raw, "payments"))
    for (const json::value &payment : *payments)
      found.emplace_back(json::as_id(json::find(json::find(&payment, "payment"), "payment_intent")));
  domain::make_set(found);
  return found;
}

/// Amounts of Stripe's have 12 digits at most; a sum that has more than fits is none.
std::int64_t added(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? 0 : sum;
}
std::int64_t subtracted(std::int64_t a, std::int64_t b) {
  std::int64_t rest = 0;
  return __builtin_sub_overflow(a, b, &rest) ? 0 : rest;
}

std::int64_t read_tax(const json::object &raw) {
  if (const auto tax = json::as_integer(field(raw, "tax"))) return *tax;
  for (const std::string_view key : {"total_taxes", "total_tax_amounts"}) {
    const json::array *taxes = list(raw, key);
    if (!taxes) continue;
    std::int64_t sum = 0;
    for (const json::value &tax : *taxes) sum = added(sum, json::as_integer(json::find(&tax, "amount")).value_or(0));
    return sum;
  }
  return 0;
}

std::string read_status(const json::object &raw) {
  if (flag(raw, "deleted")) return "deleted";
  std::string status = text(raw, "status");
  if (!status.empty()) return status;
  if (flag(raw, "paid")) return "paid";
  if (flag(raw, "forgiven")) return "uncollectible";
  if (flag(raw, "closed")) return "void";
  if (field(raw, "paid")) return flag(raw, "attempted") ? "open" : "draft";
  return {};
}

void read_amounts(Invoice &i, const json::object &raw) {
  i.amount_due = integer(raw, "amount_due");
  i.subtotal = integer(raw, "subtotal");
  i.total = integer(raw, "total");
  i.tax = read_tax(raw);
  // Two that came in 2018; before, an invoice was paid wholly or not at all.
  i.amount_paid = json::as_integer(field(raw, "amount_paid")).value_or(i.paid ? i.amount_due : 0);
  i.amount_remaining = json::as_integer(field(raw, "amount_remaining")).value_or(subtracted(i.amount_due, i.amount_paid));
}

}  // namespace

Invoice read_invoice(const json::object &raw) {
  Invoice i;
  i.customer = id(raw, "customer");
  i.subscription = read_subscription_id(raw);
  i.status = read_status(raw);
  i.paid = i.status == "paid";
  i.number = text(raw, "number");
  i.billing_reason = text(raw, "billing_reason");
  i.collection_method = text(raw, "collection_method");
  if (i.collection_method.empty()) i.collection_method = text(raw, "billing");  // its name before 2019-10-17
  i.currency = text(raw, "currency");
  read_amounts(i, raw);
  i.created_s = integer(raw, "created");
  if (i.created_s == 0) i.created_s = integer(raw, "date");  // its name before 2019-03-14
  i.period_start_s = integer(raw, "period_start");
  i.period_end_s = integer(raw, "period_end");
  i.due_date_s = integer(raw, "due_date");
  i.next_payment_attempt_s = integer(raw, "next_payment_attempt");
  i.attempt_count = integer(raw, "attempt_count");
  i.attempted = flag(raw, "attempted");
  i.payment_intents = read_payment_intents(raw);
  i.charge = id(raw, "charge");
  i.hosted_invoice_url = text(raw, "hosted_invoice_url");
  i.invoice_pdf = text(raw, "invoice_pdf");
  each_line(raw, [&](const json::object &line) { i.lines.push_back(read_line(line)); });
  std::ranges::sort(i.lines, {}, [](const InvoiceLine &l) {
    return std::tie(l.id, l.price, l.subscription_item, l.amount, l.period_start_s, l.period_end_s, l.quantity, l.proration);
  });
  return i;
}

}  // namespace purser::stripe
