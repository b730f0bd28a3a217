#include "sandbox/dispute.hpp"

#include "sandbox/call.hpp"
#include "sandbox/charge.hpp"

namespace purser::sandbox {
namespace {

constexpr const char *dispute_shape =
    R"({"id": null, "object": "dispute", "amount": 0, "balance_transactions": [], "charge": null, "created": 0, "currency": null,
  "enhanced_eligibility_types": [], "evidence": {"access_activity_log": null, "billing_address": null, "cancellation_policy": null,
  "cancellation_policy_disclosure": null, "cancellation_rebuttal": null, "customer_communication": null,
  "customer_email_address": null, "customer_name": null, "customer_purchase_ip": null, "customer_signature": null,
  "duplicate_charge_documentation": null, "duplicate_charge_explanation": null, "duplicate_charge_id": null,
  "product_description": null, "receipt": null, "refund_policy": null, "refund_policy_disclosure": null,
  "refund_refusal_explanation": null, "service_date": null, "service_documentation": null, "shipping_address": null,
  "shipping_carrier": null, "shipping_date": null, "shipping_documentation": null, "shipping_tracking_number": null,
  "uncategorized_file": null, "uncategorized_text": null, "enhanced_evidence": {}}, "evidence_details": {"due_by": 0,
  "enhanced_eligibility": {}, "has_evidence": false, "past_due": false, "submission_count": 0}, "is_charge_refundable": false,
  "livemode": false, "metadata": {}, "payment_intent": null, "payment_method_details": {"card": {"brand": "visa",
  "case_type": "chargeback", "network_reason_code": "10.4"}, "type": "card"}, "reason": "fraudulent", "status": "needs_response"})";

constexpr std::int64_t answer_within_s = 9 * 86'400;
constexpr std::int64_t dispute_fee = 1500;  // what Stripe keeps of it

Object transaction(World &world, const Object &dispute, bool withdrawn) {
  const std::int64_t amount = number(dispute, "amount") * (withdrawn ? -1 : 1), fee = withdrawn ? dispute_fee : 0;
  const std::string id = make_transaction(world, "adjustment", text(dispute, "id"), amount, text(dispute, "currency"));
  Object &made = world.row(world.transactions, id).object;
  made["description"] = (withdrawn ? "Chargeback withdrawal for " : "Chargeback reversal for ") + std::string(text(dispute, "charge"));
  made["fee"] = fee;
  made["net"] = amount - fee;
  made["reporting_category"] = withdrawn ? "dispute" : "dispute_reversal";
  return made;
}

Value retrieve(Call &call) { return required_row(call.world.disputes, call.id()).object; }

Value update(Call &call) {
  World &world = call.world;
  call.params.only({"evidence", "metadata", "submit"});
  required_row(world.disputes, call.id());
  Object &dispute = world.edit(world.disputes, call.id());
  const Params evidence = call.params.inside("evidence");
  for (auto &member : inside(dispute, "evidence"))
    if (member.value().is_null() && evidence.has(member.key())) member.value() = text_or_null(evidence.text(member.key()));
  if (call.params.has("evidence") && call.params.flag("submit").value_or(true)) {
    Object &details = inside(dispute, "evidence_details");
    details["has_evidence"] = true;
    details["submission_count"] = number(details, "submission_count") + 1;
    if (!dispute_ended(dispute)) dispute["status"] = "under_review";
  }
  merge_metadata(dispute, call.params);
  return dispute;
}

Value close(Call &call) {
  if (dispute_ended(required_row(call.world.disputes, call.id()).object))
    throw invalid_request("This dispute is already closed.", {}, "dispute_already_closed");
  close_dispute(call.world, call.id(), false);
  return call.world.get(call.world.disputes, call.id());
}

Value list(Call &call) {
  call.params.only({"charge", "created", "limit", "starting_after", "ending_before", "payment_intent"});
  Listing listing;
  for (const std::string_view member : {"charge", "payment_intent"})
    if (call.params.has(member)) listing.equal.emplace_back(member, call.params.text(member));
  return list_rows(call, call.world.disputes, listing);
}

}  // namespace

bool dispute_ended(const Object &dispute) {
  const std::string_view status = text(dispute, "status");
  return status == "won" || status == "lost";
}

std::string dispute_of(World &world, std::string_view charge) {
  const std::vector<std::size_t> places = world.disputes.having("charge", charge);
  return places.empty() ? std::string() : std::string(text(world.disputes.at(places.back()).object, "id"));
}

std::string open_dispute(World &world, const std::string &charge_id) {
  Object &charge = world.edit(world.charges, charge_id);
  if (!flag(charge, "paid") || flag(charge, "disputed") || flag(charge, "refunded"))
    throw invalid_request("Charge " + charge_id + " cannot be disputed: it was not paid, was given back, or is disputed.", "charge");
  std::string id = world.ids.make("dp_");
  charge["disputed"] = true;
  charge["dispute"] = id;
  Object dispute = shape(dispute_shape);
  dispute["id"] = id;
  dispute["created"] = world.now_s();
  dispute["amount"] = number(charge, "amount_captured") - number(charge, "amount_refunded");
  dispute["charge"] = charge_id;
  dispute["currency"] = charge.at("currency");
  dispute["payment_intent"] = charge.at("payment_intent");
  inside(dispute, "evidence_details")["due_by"] = world.now_s() + answer_within_s;
  elements(dispute, "balance_transactions").push_back(transaction(world, dispute, true));
  world.flush(world.charges, charge_id);
  const Object shown = world.insert(world.disputes, std::move(dispute), "charge.dispute.created").object;
  world.emit("charge.dispute.funds_withdrawn", shown);
  return id;
}

void close_dispute(World &world, const std::string &id, bool won) {
  Object &dispute = world.edit(world.disputes, id);
  dispute["status"] = won ? "won" : "lost";
  if (won) elements(dispute, "balance_transactions").push_back(transaction(world, dispute, false));
  const Object shown = dispute;
  world.forget(world.disputes, id);
  world.emit("charge.dispute.closed", shown);
  if (won) world.emit("charge.dispute.funds_reinstated", shown);
}

std::vector<Route> dispute_routes() {
  return {{"GET", "/v1/disputes", list},
          {"GET", "/v1/disputes/:id", retrieve},
          {"POST", "/v1/disputes/:id", update},
          {"POST", "/v1/disputes/:id/close", close}};
}

}  // namespace purser::sandbox
