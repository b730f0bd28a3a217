// purser account billing, purser invoice list
#include <map>

#include "cli.hpp"
#include "json.hpp"
#include "terminal.hpp"

namespace purser::cli {
namespace {

struct Options {
  std::string account, store;
  std::optional<std::int64_t> at_s;
  std::int64_t limit = listed_default;
  bool json = false;
};

void write_subscription(Json &json, const SubscriptionHeld &held) {
  json.object().key("subscription").text(held.subscription).key("customer").text(held.customer).key("status").text(held.status);
  json.key("items").text(held.items).key("collection_method").text(held.collection_method);
  json.key("period_start_ms").number(held.period_start_ms).key("period_end_ms").number(held.period_end_ms);
  json.key("trial_end_ms").number(held.trial_end_ms).key("cancels_at_ms").number(held.cancels_at_ms).key("ended_ms").number(held.ended_ms);
  json.key("paused").boolean(held.paused).key("schedule").text_or_null(held.schedule);
  json.key("unconfirmed").boolean(held.unconfirmed).end();
}

void write_notice(Json &json, const Notice &notice) {
  json.object().key("kind").text(notice.kind).key("subscription").text_or_null(notice.subscription);
  json.key("invoice").text_or_null(notice.invoice).key("currency").text_or_null(notice.currency).key("amount").number(notice.amount);
  json.key("at_ms").number(notice.at_ms).key("url").text_or_null(notice.url).end();
}

/// schemas/account-billing.schema.json
std::string as_json(const Billing &billing) {
  Json json;
  json.object().key("account").text(billing.account).key("customer").text_or_null(billing.customer).key("subscriptions").array();
  for (const SubscriptionHeld &held : billing.subscriptions) write_subscription(json, held);
  json.end().key("notices").array();
  for (const Notice &notice : billing.notices) write_notice(json, notice);
  json.end().key("owed").array();
  for (const Owed &owed : billing.owed)
    json.object().key("currency").text(owed.currency).key("amount").number(owed.amount).key("invoices").number(owed.invoices).end();
  return json.end().end().written() + "\n";
}

Colour colour_of(const std::string &kind) {
  if (kind == "payment_failed" || kind == "payment_action_required" || kind == "disputed") return Colour::red;
  return Colour::yellow;
}

std::string when(const SubscriptionHeld &held) {
  if (held.ended_ms > 0) return "ended " + moment(held.ended_ms);
  if (held.cancels_at_ms > 0) return "ends " + moment(held.cancels_at_ms);
  if (held.trial_end_ms > 0 && held.status == "trialing") return "trial until " + moment(held.trial_end_ms);
  return held.period_end_ms > 0 ? "renews " + moment(held.period_end_ms) : "";
}

std::vector<std::string> notice_row(const Notice &notice) {
  return {coloured(colour_of(notice.kind), notice.kind), notice.currency.empty() ? "" : money(notice.amount, notice.currency),
          notice.at_ms > 0 ? moment(notice.at_ms) : "",
          printable(notice.subscription + (notice.invoice.empty() ? "" : " " + notice.invoice)), printable(notice.url)};
}

std::string for_people(const Billing &billing) {
  std::vector<std::vector<std::string>> notices, subscriptions, owed;
  for (const Notice &notice : billing.notices) notices.push_back(notice_row(notice));
  for (const SubscriptionHeld &held : billing.subscriptions)
    subscriptions.push_back({printable(held.items),
                             held.status + (held.paused ? " (paused)" : "") + (held.unconfirmed ? " (unconfirmed)" : ""), when(held),
                             printable(held.subscription)});
  for (const Owed &one : billing.owed) owed.push_back({money(one.amount, one.currency), counted(one.invoices, "open invoice")});
  std::string out = coloured(Colour::bold, printable(billing.account)) + "  ";
  out += billing.customer.empty() ? "no customer linked\n" : "customer " + printable(billing.customer) + "\n";
  if (!notices.empty()) out += heading("To tell") + table(notices);
  if (!owed.empty()) out += heading("Owed") + table(owed);
  if (!subscriptions.empty()) out += heading("Subscriptions") + table(subscriptions);
  return out;
}

int billing(const Options &options) {
  const Purser purser = open({.store = options.store, .now_s = options.at_s});
  const Billing read = purser.billing_read({.account = options.account});
  print(options.json ? as_json(read) : for_people(read));
  return exit_yes;
}

void write_invoice(Json &json, const InvoiceListed &one) {
  json.object().key("invoice").text(one.invoice).key("number").text_or_null(one.number).key("status").text(one.status);
  json.key("subscription").text_or_null(one.subscription).key("billing_reason").text_or_null(one.billing_reason);
  json.key("currency").text(one.currency).key("total").number(one.total).key("amount_due").number(one.amount_due);
  json.key("amount_paid").number(one.amount_paid).key("amount_remaining").number(one.amount_remaining);
  json.key("amount_refunded").number(one.amount_refunded).key("disputed").boolean(one.disputed);
  json.key("attempt_count").number(one.attempt_count).key("created_ms").number(one.created_ms).key("due_ms").number(one.due_ms);
  json.key("next_attempt_ms").number(one.next_attempt_ms).key("period_start_ms").number(one.period_start_ms);
  json.key("period_end_ms").number(one.period_end_ms).key("hosted_url").text_or_null(one.hosted_url);
  json.key("pdf_url").text_or_null(one.pdf_url).end();
}

/// schemas/invoice-list.schema.json
std::string as_json(const std::vector<InvoiceListed> &invoices, bool more) {
  Json json;
  json.object().key("invoices").array();
  for (const InvoiceListed &one : invoices) write_invoice(json, one);
  return json.end().key("more").boolean(more).end().written() + "\n";
}

std::string remark(const InvoiceListed &one) {
  std::string text;
  const auto add = [&](const std::string &what) { text += (text.empty() ? "" : ", ") + what; };
  if (one.amount_remaining > 0) add(money(one.amount_remaining, one.currency) + " owed");
  if (one.amount_refunded > 0) add(money(one.amount_refunded, one.currency) + " refunded");
  if (one.disputed) add(coloured(Colour::red, "disputed"));
  return text;
}

std::string for_people(const std::vector<InvoiceListed> &invoices, bool more) {
  if (invoices.empty()) return "No invoices.\n";
  std::vector<std::vector<std::string>> rows;
  for (const InvoiceListed &one : invoices)
    rows.push_back({printable(one.number.empty() ? one.invoice : one.number), moment(one.created_ms), money(one.total, one.currency),
                    coloured(one.status == "paid" ? Colour::green : Colour::yellow, printable(one.status)), remark(one)});
  return table(rows) + (more ? "\nThere are more; --limit says how many are listed.\n" : "");
}

int list(const Options &options) {
  const Purser purser = open({.store = options.store});
  std::vector<InvoiceListed> invoices;
  std::optional<std::string> next;
  do {
    const InvoiceList page =
        purser.invoice_list({.account = options.account,
                             .limit = std::min<std::int64_t>(1000, options.limit - static_cast<std::int64_t>(invoices.size())),
                             .after = next});
    invoices.insert(invoices.end(), page.invoices.begin(), page.invoices.end());
    next = page.next.empty() ? std::nullopt : std::optional(page.next);
  } while (next && static_cast<std::int64_t>(invoices.size()) < options.limit);
  print(options.json ? as_json(invoices, next.has_value()) : for_people(invoices, next.has_value()));
  return exit_yes;
}

}  // namespace

void add_account_billing(CLI::App &group, Run &run) {
  auto options = std::make_shared<Options>();
  CLI::App *command = group.add_subcommand("billing", "What the account should be told, what it owes, and its subscriptions");
  command->add_option("ACCOUNT", options->account, "The account, by the host's own id")->required();
  add_store_option(*command, options->store);
  add_seconds(*command, "--at", options->at_s, "Judge by this moment");
  add_json_option(*command, options->json, "account-billing");
  command->footer("Example:\n  purser account billing acct_42 --store purser.db");
  command->callback([options, &run] { run = [options] { return billing(*options); }; });
}

void add_invoice(CLI::App &app, Run &run) {
  auto options = std::make_shared<Options>();
  CLI::App *group = app.add_subcommand("invoice", "Invoices");
  group->require_subcommand(1);
  CLI::App *command = group->add_subcommand("list", "An account's invoices, newest first");
  command->add_option("ACCOUNT", options->account, "The account, by the host's own id")->required();
  add_store_option(*command, options->store);
  add_limit_option(*command, options->limit);
  add_json_option(*command, options->json, "invoice-list");
  command->footer("Example:\n  purser invoice list acct_42 --store purser.db --limit 12");
  command->callback([options, &run] { run = [options] { return list(*options); }; });
}

}  // namespace purser::cli
