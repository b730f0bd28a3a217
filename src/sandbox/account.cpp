#include "sandbox/account.hpp"

#include <map>

#include "sandbox/call.hpp"

namespace purser::sandbox {
namespace {

constexpr const char *account_shape = R"({"id": null, "object": "account",
  "business_profile": {"annual_revenue": null, "estimated_worker_count": null, "mcc": "5734", "minority_owned_business_designation": null, "name": null,
    "product_description": null, "support_address": null, "support_email": null, "support_phone": null, "support_url": null, "url": null},
  "business_type": "individual", "capabilities": {"transfers": "active"}, "charges_enabled": true,
  "controller": {"fees": {"payer": "application_express"}, "is_controller": true, "losses": {"payments": "application"},
    "requirement_collection": "stripe", "stripe_dashboard": {"type": "express"}, "type": "application"},
  "country": "US", "created": 0, "default_currency": "usd", "details_submitted": true, "email": null,
  "external_accounts": {"object": "list", "data": [], "has_more": false, "total_count": 0, "url": ""},
  "future_requirements": {"alternatives": [], "current_deadline": null, "currently_due": [], "disabled_reason": null, "errors": [], "eventually_due": [],
    "past_due": [], "pending_verification": []},
  "metadata": {}, "payouts_enabled": true,
  "requirements": {"alternatives": [], "current_deadline": null, "currently_due": [], "disabled_reason": null, "errors": [], "eventually_due": [],
    "past_due": [], "pending_verification": []},
  "settings": {"bacs_debit_payments": {"display_name": null, "service_user_number": null},
    "branding": {"icon": null, "logo": null, "primary_color": null, "secondary_color": null}, "card_issuing": {"tos_acceptance": {"date": null, "ip": null}},
    "card_payments": {"decline_on": {"avs_failure": false, "cvc_failure": false}, "statement_descriptor_prefix": null,
      "statement_descriptor_prefix_kana": null, "statement_descriptor_prefix_kanji": null},
    "dashboard": {"display_name": null, "timezone": "Etc/UTC"}, "invoices": {"default_account_tax_ids": null, "hosted_payment_method_save": null},
    "payments": {"statement_descriptor": null, "statement_descriptor_kana": null, "statement_descriptor_kanji": null,
      "statement_descriptor_prefix_kana": null, "statement_descriptor_prefix_kanji": null},
    "payouts": {"debit_negative_balances": true, "schedule": {"delay_days": 2, "interval": "manual"}, "statement_descriptor": null},
    "sepa_debit_payments": {}},
  "tos_acceptance": {"date": null}, "type": "express"})";

Value create(Call &call) {
  const Params &params = call.params;
  NewAccount made;
  if (const std::string type = params.word("type", {"custom", "express", "standard"}); !type.empty()) made.type = type;
  if (const std::string country = params.text("country"); !country.empty()) made.country = country;
  made.email = params.text("email");
  check_email(made.email);
  merge_metadata(made.metadata, params);
  return call.world.get(call.world.accounts, make_account(call.world, made));
}

Value retrieve(Call &call) {
  const Row *row = call.world.accounts.find(call.id());
  if (!row || row->deleted) throw invalid_request("No such account: '" + call.id() + "'", "account", "resource_missing", 404);
  return row->object;
}

/// The account that asks: a connected one, or the platform's, of which only the frame is kept.
Value retrieve_own(Call &call) {
  if (!call.account.empty()) return call.world.get(call.world.accounts, call.account);
  Object own = shape(account_shape);
  own["id"] = call.world.account;
  own["type"] = "standard";
  own["controller"] = Object{{"type", "account"}};
  return own;
}

/// `charges_enabled`, `payouts_enabled` and `requirements[disabled_reason]` are not Stripe's to be set, and here so that a test can close
/// an account.
Value update(Call &call) {
  required_row(call.world.accounts, call.id(), "account");
  Object &account = call.world.edit(call.world.accounts, call.id());
  if (call.params.has("email")) account["email"] = text_or_null(call.params.text("email"));
  for (const char *key : {"charges_enabled", "payouts_enabled"})
    if (const auto enabled = call.params.flag(key)) account[key] = *enabled;
  const Params requirements = call.params.inside("requirements");
  if (requirements.has("disabled_reason"))
    inside(account, "requirements")["disabled_reason"] = text_or_null(requirements.text("disabled_reason"));
  merge_metadata(account, call.params);
  return account;
}

Value remove(Call &call) {
  required_row(call.world.accounts, call.id(), "account").deleted = true;
  return deleted_stub(call.id(), "account");
}

Value list(Call &call) { return list_rows(call, call.world.accounts, {}); }

Value balance(Call &call) {
  Array available, pending;
  std::vector<std::string> currencies{"usd"};
  for (const std::size_t place : call.world.transfers.having("destination", call.account))
    currencies.emplace_back(text(call.world.transfers.at(place).object, "currency"));
  std::ranges::sort(currencies);
  currencies.erase(std::unique(currencies.begin(), currencies.end()), currencies.end());
  for (const std::string &currency : currencies) {
    const std::int64_t amount = call.account.empty() ? 0 : balance_of(call.world, call.account, currency);
    available.emplace_back(Object{{"amount", amount}, {"currency", currency}, {"source_types", Object{{"card", amount}}}});
    pending.emplace_back(Object{{"amount", 0}, {"currency", currency}, {"source_types", Object{{"card", 0}}}});
  }
  return Object{{"object", "balance"}, {"available", std::move(available)}, {"livemode", false}, {"pending", std::move(pending)}};
}

}  // namespace

std::string make_account(World &world, const NewAccount &made) {
  Object account = shape(account_shape);
  std::string id = world.ids.make("acct_");
  id.resize(std::string_view("acct_").size() + 16);
  account["id"] = id;
  account["created"] = world.now_s();
  account["type"] = made.type;
  account["country"] = made.country;
  account["email"] = text_or_null(made.email);
  inside(account, "external_accounts")["url"] = "/v1/accounts/" + id + "/external_accounts";
  if (made.metadata.contains("metadata")) account["metadata"] = made.metadata.at("metadata");
  const Object previous = {{"details_submitted", false}, {"payouts_enabled", false}};
  const Object &shown = world.insert(world.accounts, std::move(account)).object;
  world.emit("account.updated", shown, &previous);
  return id;
}

std::int64_t balance_of(World &world, std::string_view account, std::string_view currency) {
  std::int64_t balance = 0;
  for (const std::size_t place : world.transfers.having("destination", account)) {
    const Object &transfer = world.transfers.at(place).object;
    if (text(transfer, "currency") == currency) balance += number(transfer, "amount") - number(transfer, "amount_reversed");
  }
  for (const std::size_t place : world.payouts.having("account", account)) {
    const Object &payout = world.payouts.at(place).object;
    const std::string_view status = text(payout, "status");
    if (text(payout, "currency") == currency && status != "failed" && status != "canceled") balance -= number(payout, "amount");
  }
  return balance;
}

std::string account_of(World &world, const Object &object) {
  const std::string_view kind = text(object, "object");
  if (kind == "account" && text(object, "id") != world.account) return std::string(text(object, "id"));
  if (kind != "payout") return {};
  const Row *payout = world.payouts.find(text(object, "id"));
  return payout ? std::string(text(payout->hidden, "account")) : std::string();
}

std::vector<Route> account_routes() {
  return {{"POST", "/v1/accounts", create},     {"GET", "/v1/accounts", list},          {"GET", "/v1/accounts/:id", retrieve},
          {"POST", "/v1/accounts/:id", update}, {"DELETE", "/v1/accounts/:id", remove}, {"GET", "/v1/account", retrieve_own, true},
          {"GET", "/v1/balance", balance, true}};
}

}  // namespace purser::sandbox
