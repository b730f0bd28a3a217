#include "sandbox/payout.hpp"

#include "sandbox/account.hpp"
#include "sandbox/call.hpp"
#include "sandbox/charge.hpp"

namespace purser::sandbox {
namespace {

constexpr const char *payout_shape =
    R"({"id": null, "object": "payout", "amount": 0, "application_fee": null, "application_fee_amount": null,
  "arrival_date": 0, "automatic": false, "balance_transaction": null, "created": 0, "currency": null, "description": null, "destination": null,
  "failure_balance_transaction": null, "failure_code": null, "failure_message": null, "livemode": false, "metadata": {}, "method": "standard",
  "original_payout": null, "payout_method": null, "reconciliation_status": "not_applicable", "reversed_by": null, "source_type": "card",
  "statement_descriptor": null, "status": "pending", "trace_id": {"status": "pending", "value": null}, "type": "bank_account"})";
constexpr std::int64_t arrives_after_s = 2 * 86'400;

/// The payout of the account that asks.
Object &own(Call &call) {
  Row &row = required_row(call.world.payouts, call.id());
  if (text(row.hidden, "account") != call.account) throw no_such("payout", call.id());
  return row.object;
}

Value create(Call &call) {
  World &world = call.world;
  const Params &params = call.params;
  params.only(
      {"amount", "currency", "description", "destination", "metadata", "method", "payout_method", "source_type", "statement_descriptor"});
  params.required("amount");
  const std::string currency = params.required("currency");
  const std::int64_t amount = params.integer("amount").value_or(0);
  if (amount < 1) throw invalid_request("This value must be greater than or equal to 1.", "amount", "parameter_invalid_integer");
  if (!call.account.empty() && amount > balance_of(world, call.account, currency))
    throw invalid_request("You have insufficient funds in your Stripe account for this transfer.", "amount", "balance_insufficient");

  Object payout = shape(payout_shape);
  const std::string id = world.ids.make("po_");
  payout["id"] = id;
  payout["created"] = world.now_s();
  payout["amount"] = amount;
  payout["arrival_date"] = world.now_s() + arrives_after_s;
  payout["currency"] = currency;
  payout["destination"] = world.ids.make("ba_");
  for (const char *key : {"description", "statement_descriptor"}) payout[key] = text_or_null(params.text(key));
  if (const std::string method = params.word("method", {"instant", "standard"}); !method.empty()) payout["method"] = method;
  payout["balance_transaction"] = make_transaction(world, "payout", id, -amount, currency);
  merge_metadata(payout, params);
  Row &row = world.insert(world.payouts, std::move(payout));
  row.hidden["account"] = call.account;
  world.payouts.index(id);
  world.emit("payout.created", row.object);
  world.agenda.add(to_ms(world.now_s() + arrives_after_s), DueKind::payout_arrives, id);
  return row.object;
}

Value retrieve(Call &call) { return own(call); }

Value update(Call &call) {
  call.params.only({"metadata"});
  own(call);
  Object &payout = call.world.edit(call.world.payouts, call.id());
  merge_metadata(payout, call.params);
  return payout;
}

Value cancel(Call &call) {
  if (const std::string_view status = text(own(call), "status"); status != "pending")
    throw invalid_request("Payouts can only be canceled while they are pending; this one is " + std::string(status) + ".", {},
                          "payout_not_cancelable");
  end_payout(call.world, call.id(), PayoutOutcome::canceled);
  return own(call);
}

Value list(Call &call) {
  call.params.only({"arrival_date", "created", "destination", "limit", "starting_after", "ending_before", "status"});
  Listing listing;
  if (!call.account.empty()) listing.equal.emplace_back("account", call.account);
  for (const std::string_view member : {"destination", "status"})
    if (call.params.has(member)) listing.equal.emplace_back(member, call.params.text(member));
  listing.also = [&](const Row &row) { return text(row.hidden, "account") == call.account; };
  return list_rows(call, call.world.payouts, listing);
}

}  // namespace

void end_payout(World &world, const std::string &id, PayoutOutcome outcome) {
  Object &payout = world.edit(world.payouts, id);
  const bool paid = outcome == PayoutOutcome::paid, failed = outcome == PayoutOutcome::failed;
  payout["status"] = paid ? "paid" : failed ? "failed" : "canceled";
  if (paid) payout["trace_id"] = Object{{"status", "supported"}, {"value", "ref_" + id.substr(3, 12)}};
  if (!paid)
    payout["failure_balance_transaction"] =
        make_transaction(world, failed ? "payout_failure" : "payout_cancel", id, number(payout, "amount"), text(payout, "currency"));
  if (failed) {
    payout["failure_code"] = "account_closed";
    payout["failure_message"] = "The bank account has been closed.";
  }
  world.flush(world.payouts, id);
  world.emit("payout." + std::string(text(payout, "status")), payout);
}

void payout_arrives(World &world, const std::string &id) {
  if (text(world.get(world.payouts, id), "status") == "pending") end_payout(world, id, PayoutOutcome::paid);
}

std::vector<Route> payout_routes() {
  return {{"POST", "/v1/payouts", create, true},
          {"GET", "/v1/payouts", list, true},
          {"GET", "/v1/payouts/:id", retrieve, true},
          {"POST", "/v1/payouts/:id", update, true},
          {"POST", "/v1/payouts/:id/cancel", cancel, true}};
}

}  // namespace purser::sandbox
