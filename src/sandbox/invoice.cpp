#include "sandbox/invoice.hpp"

#include <algorithm>

#include "sandbox/call.hpp"
#include "sandbox/coupon.hpp"
#include "sandbox/customer.hpp"
#include "sandbox/invoice_item.hpp"
#include "sandbox/payment_method.hpp"
#include "sandbox/price.hpp"
#include "sandbox/subscription.hpp"

namespace purser::sandbox {
namespace {

constexpr const char *invoice_shape =
    R"({"id": null, "object": "invoice", "account_country": "US", "account_name": "Purser sandbox", "account_tax_ids": null,
  "amount_due": 0, "amount_overpaid": 0, "amount_paid": 0, "amount_remaining": 0, "amount_shipping": 0, "application": null, "attempt_count": 0,
  "attempted": false, "auto_advance": true,
  "automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null, "provider": null, "status": null}, "automatically_finalizes_at": null,
  "billing_reason": "manual", "collection_method": "charge_automatically", "created": 0, "currency": null, "custom_fields": null, "customer": null,
  "customer_account": null, "customer_address": null, "customer_email": null, "customer_name": null, "customer_phone": null, "customer_shipping": null,
  "customer_tax_exempt": "none", "customer_tax_ids": [], "default_payment_method": null, "default_source": null, "default_tax_rates": [], "description": null,
  "discounts": [], "due_date": null, "effective_at": null, "ending_balance": null, "footer": null, "from_invoice": null, "hosted_invoice_url": null,
  "invoice_pdf": null, "issuer": {"type": "self"}, "last_finalization_error": null, "latest_revision": null,
  "lines": {"object": "list", "data": [], "has_more": false, "total_count": 0, "url": ""}, "livemode": false, "metadata": {}, "next_payment_attempt": null,
  "number": null, "on_behalf_of": null, "parent": null,
  "payment_settings": {"default_mandate": null, "payment_method_options": null, "payment_method_types": null}, "period_end": 0, "period_start": 0,
  "post_payment_credit_notes_amount": 0, "pre_payment_credit_notes_amount": 0, "receipt_number": null, "rendering": null, "shipping_cost": null,
  "shipping_details": null, "starting_balance": 0, "statement_descriptor": null, "status": "draft",
  "status_transitions": {"finalized_at": null, "marked_uncollectible_at": null, "paid_at": null, "voided_at": null}, "subtotal": 0,
  "subtotal_excluding_tax": 0, "test_clock": null, "total": 0, "total_discount_amounts": [], "total_excluding_tax": 0, "total_pretax_credit_amounts": [],
  "total_taxes": [], "webhooks_delivered_at": null})";
constexpr std::int64_t due_max_days = 3650;
constexpr int retries = 4;  // after the first attempt; spread over the days of dunning

Object line_object(World &world, const NewLine &line, std::string_view invoice, std::string_view subscription, std::string_view currency) {
  const Value from = text_or_null(line.invoice_item);
  const Object proration = {{"credited_items", nullptr}};
  Value parent;
  if (!line.item.empty()) {
    parent = Object{{"invoice_item_details", nullptr},
                    {"subscription_item_details", Object{{"invoice_item", from},
                                                         {"proration", line.proration},
                                                         {"proration_details", proration},
                                                         {"subscription", text_or_null(subscription)},
                                                         {"subscription_item", line.item}}},
                    {"type", "subscription_item_details"}};
  } else {
    parent = Object{{"invoice_item_details", Object{{"invoice_item", from},
                                                    {"proration", line.proration},
                                                    {"proration_details", proration},
                                                    {"subscription", text_or_null(subscription)}}},
                    {"subscription_item_details", nullptr},
                    {"type", "invoice_item_details"}};
  }
  Value pricing;
  if (const Row *price = world.prices.find(line.price))
    pricing = Object{{"price_details", Object{{"price", line.price}, {"product", price->object.at("product")}}},
                     {"type", "price_details"},
                     {"unit_amount_decimal", price->object.at("unit_amount_decimal")}};
  return {{"id", world.ids.make("il_")},
          {"object", "line_item"},
          {"amount", line.amount},
          {"currency", currency},
          {"description", text_or_null(line.description)},
          {"discount_amounts", Array()},
          {"discountable", !line.proration},
          {"discounts", Array()},
          {"invoice", text_or_null(invoice)},
          {"livemode", false},
          {"metadata", Object()},
          {"parent", std::move(parent)},
          {"period", Object{{"end", line.end_s}, {"start", line.start_s}}},
          {"pretax_credit_amounts", Array()},
          {"pricing", std::move(pricing)},
          {"quantity", line.quantity},
          {"quantity_decimal", std::to_string(line.quantity)},
          {"subscription", text_or_null(subscription)},
          {"subtotal", line.amount},
          {"taxes", Array()}};
}

/// A negative total goes to the customer's balance, a balance is used for what is due.
void take_balance(Object &invoice, std::int64_t balance) {
  const std::int64_t total = number(invoice, "total");
  const std::int64_t due = std::max<std::int64_t>(0, total + balance);
  invoice["starting_balance"] = balance;
  invoice["amount_due"] = due;
  invoice["amount_remaining"] = due;
}

void copy_customer(Object &invoice, const Object &customer) {
  for (const std::string_view key : {"address", "email", "name", "phone", "shipping", "tax_exempt"})
    invoice["customer_" + std::string(key)] = customer.at(key);
}

void close_payment(World &world, std::string_view invoice, bool paid) {
  for (const std::size_t place : world.invoice_payments.having("invoice", invoice)) {
    Object &payment = world.invoice_payments.at(place).object;
    if (text(payment, "status") != "open") continue;
    payment["status"] = paid ? "paid" : "canceled";
    if (paid) payment["amount_paid"] = payment.at("amount_requested");
    inside(payment, "status_transitions")[paid ? "paid_at" : "canceled_at"] = world.now_s();
    if (paid) world.emit("invoice_payment.paid", payment);
  }
}

void open_payment(World &world, Object &invoice) {
  const std::string id(text(invoice, "id"));
  NewPayment payment;
  payment.amount = number(invoice, "amount_due");
  payment.currency = text(invoice, "currency");
  payment.customer = text(invoice, "customer");
  payment.invoice = id;
  const std::string_view reason = text(invoice, "billing_reason");
  payment.description = reason == "subscription_create" ? "Subscription creation"
                        : reason == "manual"            ? "Payment for Invoice"
                                                        : "Subscription update";
  const std::string intent = make_payment_intent(world, payment);
  Object made = {{"id", world.ids.make("inpay_")},
                 {"object", "invoice_payment"},
                 {"amount_paid", nullptr},
                 {"amount_requested", payment.amount},
                 {"created", world.now_s()},
                 {"currency", payment.currency},
                 {"invoice", id},
                 {"is_default", true},
                 {"livemode", false},
                 {"payment", Object{{"payment_intent", intent}, {"type", "payment_intent"}}},
                 {"status", "open"},
                 {"status_transitions", Object{{"canceled_at", nullptr}, {"paid_at", nullptr}}}};
  const std::string payment_id(text(made, "id"));
  world.insert(world.invoice_payments, std::move(made)).hidden["payment_intent"] = intent;
  world.invoice_payments.index(payment_id);
}

void mark_paid(World &world, std::string_view id) {
  Object &invoice = world.edit(world.invoices, id);
  invoice["status"] = "paid";
  invoice["attempted"] = true;
  invoice["auto_advance"] = false;
  invoice["amount_paid"] = invoice.at("amount_due");
  invoice["amount_remaining"] = 0;
  invoice["next_payment_attempt"] = nullptr;
  invoice["webhooks_delivered_at"] = world.now_s();
  inside(invoice, "status_transitions")["paid_at"] = world.now_s();
  close_payment(world, id, true);
  world.flush(world.invoices, id);
  world.emit("invoice.paid", invoice);
  world.emit("invoice.payment_succeeded", invoice);
  note_payment(world, text(invoice, "customer"), text(invoice, "currency"), true);
  if (const std::string subscription = invoice_subscription(invoice); !subscription.empty())
    subscription_invoice_paid(world, subscription, id);
}

/// When the attempt after this failure is; 0 = there is none.
std::int64_t next_attempt_s(World &world, const Row &row) {
  const std::int64_t first = number(row.hidden, "first_failed_s"), count = number(row.object, "attempt_count");
  if (count > retries) return 0;
  static constexpr std::int64_t fourteenths[retries] = {3, 6, 10, 14};
  return first + world.dunning_s * fourteenths[count - 1] / 14;
}

void note_failure(World &world, std::string_view id, bool automatic) {
  Row &row = world.row(world.invoices, id);
  Object &invoice = world.edit(world.invoices, id);
  invoice["attempted"] = true;
  std::int64_t next_s = 0;
  const bool renewal = text(invoice, "billing_reason") != "subscription_create" && text(invoice, "billing_reason") != "manual";
  if (automatic) {
    invoice["attempt_count"] = number(invoice, "attempt_count") + 1;
    if (!row.hidden.contains("first_failed_s")) row.hidden["first_failed_s"] = world.now_s();
    if (renewal) next_s = next_attempt_s(world, row);
    invoice["next_payment_attempt"] = number_or_null(next_s);
    if (next_s > 0) world.agenda.add(to_ms(next_s), DueKind::retries, id);
    if (renewal && next_s == 0) invoice["auto_advance"] = false;
  }
  world.flush(world.invoices, id);
  world.emit("invoice.payment_failed", invoice);
  note_payment(world, text(invoice, "customer"), text(invoice, "currency"), false);
  const std::string subscription = invoice_subscription(invoice);
  if (!subscription.empty()) subscription_invoice_failed(world, subscription, id, automatic && renewal && next_s == 0);
}

}  // namespace

std::string intent_of(World &world, std::string_view invoice) {
  for (const std::size_t place : world.invoice_payments.having("invoice", invoice)) {
    const Object &payment = world.invoice_payments.at(place).object;
    if (text(payment, "status") != "canceled") return std::string(text(inside(payment, "payment"), "payment_intent"));
  }
  return {};
}

std::string invoice_subscription(const Object &invoice) {
  if (!is_set(invoice, "parent")) return {};
  const Object &parent = inside(invoice, "parent");
  return is_set(parent, "subscription_details") ? std::string(text(inside(parent, "subscription_details"), "subscription")) : std::string();
}

std::int64_t days_until_due(const Params &params) {
  const std::int64_t days = params.integer("days_until_due").value_or(30);
  if (days < 0 || days > due_max_days)
    throw invalid_request("This value must be between 0 and 3650.", "days_until_due", "parameter_invalid_integer");
  return days;
}

Object draft_invoice(World &world, const NewInvoice &made, bool settle) {
  Object invoice = shape(invoice_shape);
  const std::string id = settle ? world.ids.make("in_") : std::string();
  invoice["id"] = text_or_null(id);
  invoice["created"] = world.now_s();
  invoice["billing_reason"] = made.reason;
  invoice["collection_method"] = made.collection_method;
  invoice["currency"] = made.currency;
  invoice["customer"] = made.customer;
  invoice["auto_advance"] = made.auto_advance;
  invoice["period_start"] = made.period_start_s;
  invoice["period_end"] = made.period_end_s;
  copy_customer(invoice, world.get(world.customers, made.customer));
  std::vector<std::string> discounts = customer_discounts(world, made.customer);
  if (!made.subscription.empty()) {
    const Object &subscription = world.get(world.subscriptions, made.subscription);
    invoice["parent"] =
        Object{{"quote_details", nullptr},
               {"subscription_details", Object{{"metadata", subscription.at("metadata")}, {"subscription", made.subscription}}},
               {"type", "subscription_details"}};
    if (const Array &own = elements(subscription, "discounts"); !own.empty()) {
      discounts.clear();
      for (const Value &discount : own) discounts.emplace_back(discount.get_string());
    }
  }
  std::vector<NewLine> lines;
  if (made.takes_pending_items) lines = take_pending_items(world, made.customer, made.subscription, made.currency, id, settle);
  lines.insert(lines.end(), made.lines.begin(), made.lines.end());
  Array shown;
  std::int64_t subtotal = 0;
  for (const NewLine &line : lines) {
    subtotal += line.amount;
    shown.push_back(line_object(world, line, id, made.subscription, made.currency));
  }
  Object &list = inside(invoice, "lines");
  list["total_count"] = shown.size();
  list["data"] = std::move(shown);
  list["url"] = "/v1/invoices/" + id + "/lines";
  invoice["subtotal"] = invoice["subtotal_excluding_tax"] = subtotal;
  const std::int64_t off = apply_discounts(world, invoice, discounts, made.subscription, settle);
  invoice["total"] = invoice["total_excluding_tax"] = subtotal - off;
  take_balance(invoice, number(world.get(world.customers, made.customer), "balance"));
  if (made.collection_method == "send_invoice") invoice["due_date"] = world.now_s() + made.days_until_due * 86'400;
  return invoice;
}

std::string make_invoice(World &world, const NewInvoice &made) {
  Object invoice = draft_invoice(world, made, true);
  std::string id(text(invoice, "id"));
  if (made.auto_advance && made.reason == "subscription_cycle") {
    const std::int64_t at = world.now_s() + world.draft_s;
    invoice["automatically_finalizes_at"] = at;
    if (made.collection_method == "charge_automatically") invoice["next_payment_attempt"] = at;
    if (world.draft_s > 0) world.agenda.add(to_ms(at), DueKind::finalizes, id);
  }
  Row &row = world.insert(world.invoices, std::move(invoice), "invoice.created");
  row.hidden["subscription"] = made.subscription;
  world.invoices.index(id);
  return id;
}

void finalize_invoice(World &world, std::string_view id) {
  Object &invoice = world.edit(world.invoices, id);
  const std::string customer_id(text(invoice, "customer"));
  Object &customer = world.edit(world.customers, customer_id);
  const std::int64_t sequence = number(customer, "next_invoice_sequence", 1);
  char digits[24];
  std::snprintf(digits, sizeof digits, "%04lld", static_cast<long long>(sequence));
  customer["next_invoice_sequence"] = sequence + 1;
  take_balance(invoice, number(customer, "balance"));
  const std::int64_t used = number(invoice, "starting_balance") + number(invoice, "total");
  customer["balance"] = std::min<std::int64_t>(0, used);
  invoice["ending_balance"] = std::min<std::int64_t>(0, used);
  invoice["number"] = std::string(text(customer, "invoice_prefix")) + "-" + digits;
  invoice["status"] = "open";
  invoice["automatically_finalizes_at"] = nullptr;
  invoice["effective_at"] = world.now_s();
  inside(invoice, "status_transitions")["finalized_at"] = world.now_s();
  const std::string token = "test_" + world.ids.letters(24);
  invoice["hosted_invoice_url"] = "https://invoice.stripe.com/i/" + world.account + "/" + token + "?s=ap";
  invoice["invoice_pdf"] = "https://pay.stripe.com/invoice/" + world.account + "/" + token + "/pdf?s=ap";
  const std::int64_t due = number(invoice, "amount_due");
  if (due > 0) open_payment(world, invoice);
  world.flush(world.invoices, id);
  world.emit("invoice.finalized", invoice);
  if (due == 0) mark_paid(world, id);
}

Attempt pay_invoice(World &world, std::string_view id, std::string_view method) {
  const std::string intent = intent_of(world, id);
  const Attempt outcome = intent.empty() ? Attempt::succeeded : attempt(world, intent, method);
  if (outcome == Attempt::succeeded) {
    Object &invoice = world.edit(world.invoices, id);
    if (!intent.empty()) invoice["attempt_count"] = number(invoice, "attempt_count") + 1;
    mark_paid(world, id);
  } else {
    note_failure(world, id, false);
  }
  return outcome;
}

Attempt collect_invoice(World &world, std::string_view id) {
  if (text(world.get(world.invoices, id), "status") == "draft") finalize_invoice(world, id);
  const Object &invoice = world.get(world.invoices, id);
  if (text(invoice, "status") == "paid") return Attempt::succeeded;
  if (text(invoice, "collection_method") == "send_invoice") {
    world.emit("invoice.sent", invoice);
    return Attempt::no_method;
  }
  const std::string subscription = invoice_subscription(invoice);
  const Object *owner = subscription.empty() ? nullptr : &world.get(world.subscriptions, subscription);
  const std::string method = paying_method(world, text(invoice, "customer"), owner);
  const std::string intent = intent_of(world, id);
  const Attempt outcome = attempt(world, intent, method);
  if (outcome == Attempt::succeeded) {
    Object &changed = world.edit(world.invoices, id);
    changed["attempt_count"] = number(changed, "attempt_count") + 1;
    mark_paid(world, id);
  } else {
    if (outcome == Attempt::needs_action) world.emit("invoice.payment_action_required", world.get(world.invoices, id));
    note_failure(world, id, true);
  }
  return outcome;
}

void invoice_intent_ended(World &world, std::string_view intent, Attempt outcome) {
  for (const std::size_t place : world.invoice_payments.having("payment_intent", intent)) {
    const std::string id(text(world.invoice_payments.at(place).object, "invoice"));
    if (text(world.get(world.invoices, id), "status") != "open") continue;
    if (outcome == Attempt::succeeded) mark_paid(world, id);
    if (outcome == Attempt::declined) note_failure(world, id, false);
  }
}

void void_invoice(World &world, std::string_view id) {
  Object &invoice = world.edit(world.invoices, id);
  invoice["status"] = "void";
  invoice["auto_advance"] = false;
  invoice["next_payment_attempt"] = nullptr;
  inside(invoice, "status_transitions")["voided_at"] = world.now_s();
  if (const std::string intent = intent_of(world, id); !intent.empty()) cancel_intent(world, intent, "void_invoice");
  close_payment(world, id, false);
  world.flush(world.invoices, id);
  world.emit("invoice.voided", invoice);
  if (const std::string subscription = invoice_subscription(invoice); !subscription.empty())
    end_pending_update(world, subscription, id, false);
}

void mark_uncollectible(World &world, std::string_view id) {
  Object &invoice = world.edit(world.invoices, id);
  invoice["status"] = "uncollectible";
  invoice["auto_advance"] = false;
  invoice["next_payment_attempt"] = nullptr;
  inside(invoice, "status_transitions")["marked_uncollectible_at"] = world.now_s();
  world.flush(world.invoices, id);
  world.emit("invoice.marked_uncollectible", invoice);
}

void pay_due_invoices(World &world, std::string_view customer) {
  for (const std::size_t place : world.invoices.having("customer", customer)) {
    const Object &invoice = world.invoices.at(place).object;
    if (text(invoice, "status") != "open" || !flag(invoice, "attempted")) continue;
    const std::string id(text(invoice, "id")), subscription = invoice_subscription(invoice);
    if (!subscription.empty() && !is_live(world.get(world.subscriptions, subscription))) continue;
    pay_invoice(world, id, paying_method(world, customer, subscription.empty() ? nullptr : &world.get(world.subscriptions, subscription)));
  }
}

Value confirmation_secret(World &world, std::string_view id) {
  const std::string intent = intent_of(world, id);
  if (intent.empty()) return nullptr;
  return Object{{"client_secret", world.get(world.payment_intents, intent).at("client_secret")}, {"type", "payment_intent"}};
}

void invoice_finalizes(World &world, std::string_view id) {
  const Object &invoice = world.get(world.invoices, id);
  if (text(invoice, "status") != "draft" || !flag(invoice, "auto_advance")) return;
  if (world.row(world.customers, text(invoice, "customer")).deleted) return;
  collect_invoice(world, id);
}

void invoice_retries(World &world, std::string_view id) {
  const Object &invoice = world.get(world.invoices, id);
  if (text(invoice, "status") != "open" || number(invoice, "next_payment_attempt") != world.now_s()) return;
  const std::string subscription = invoice_subscription(invoice);
  if (!subscription.empty() && !is_live(world.get(world.subscriptions, subscription))) return;
  collect_invoice(world, id);
}

}  // namespace purser::sandbox
