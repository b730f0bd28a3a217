#include "sandbox/refund.hpp"

#include "sandbox/call.hpp"
#include "sandbox/charge.hpp"

namespace purser::sandbox {
namespace {

constexpr const char *refund_shape =
    R"({"id": null, "object": "refund", "amount": 0, "balance_transaction": null, "charge": null, "created": 0, "currency": null,
  "destination_details": {"card": {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"}, "type": "card"},
  "metadata": {}, "payment_intent": null, "reason": null, "receipt_number": null, "source_transfer_reversal": null, "status": "succeeded",
  "transfer_reversal": null})";

constexpr std::int64_t arrives_after_s = 5 * 86'400;

Value create(Call &call) {
  World &world = call.world;
  const Params &params = call.params;
  params.only({"amount", "charge", "currency", "customer", "instructions_email", "metadata", "origin", "payment_intent", "reason",
               "refund_application_fee", "reverse_transfer"});
  std::string charge = params.text("charge");
  if (charge.empty()) {
    const std::string intent = params.text("payment_intent");
    if (intent.empty()) throw invalid_request("One of the following params should be provided for this request: payment_intent or charge.");
    charge = text(required_row(world.payment_intents, intent, "payment_intent").object, "latest_charge");
    if (charge.empty())
      throw invalid_request("This PaymentIntent (" + intent + ") does not have a successful charge to refund.", "payment_intent",
                            "payment_intent_unexpected_state");
  }
  required_row(world.charges, charge, "charge");
  NewRefund made;
  if (const auto amount = params.integer("amount")) {
    if (*amount < 1) throw invalid_request("Invalid positive integer", "amount", "parameter_invalid_integer");
    made.amount = *amount;
  }
  made.reason = params.word("reason", {"duplicate", "fraudulent", "requested_by_customer"});
  merge_metadata(made.metadata, params);
  return world.get(world.refunds, make_refund(world, charge, made));
}

Value retrieve(Call &call) { return required_row(call.world.refunds, call.id()).object; }

Value update(Call &call) {
  call.params.only({"metadata"});
  required_row(call.world.refunds, call.id());
  Object &refund = call.world.edit(call.world.refunds, call.id());
  merge_metadata(refund, call.params);
  return refund;
}

Value list(Call &call) {
  call.params.only({"charge", "created", "limit", "starting_after", "ending_before", "payment_intent"});
  Listing listing;
  for (const std::string_view member : {"charge", "payment_intent"})
    if (call.params.has(member)) listing.equal.emplace_back(member, call.params.text(member));
  return list_rows(call, call.world.refunds, listing);
}

/// What can be given back of it; throws where that is nothing.
std::int64_t left_of(const Object &charge) {
  const std::string id(text(charge, "id"));
  if (!flag(charge, "paid")) throw invalid_request("Charge " + id + " failed and cannot be refunded.", {}, "charge_not_refundable");
  if (flag(charge, "disputed"))
    throw invalid_request("Charge " + id + " has been charged back; cannot issue a refund.", {}, "charge_disputed");
  const std::int64_t left = number(charge, "amount_captured") - number(charge, "amount_refunded");
  if (left == 0) throw invalid_request("Charge " + id + " has already been refunded.", {}, "charge_already_refunded");
  return left;
}

}  // namespace

std::string make_refund(World &world, const std::string &id, const NewRefund &asked) {
  Object &charge = world.edit(world.charges, id);
  const std::int64_t left = left_of(charge), amount = asked.amount == 0 ? left : asked.amount;
  if (amount > left)
    throw invalid_request(
        "Refund amount (" + std::to_string(amount) + ") is greater than unrefunded amount on charge (" + std::to_string(left) + ")",
        "amount");
  Object refund = shape(refund_shape);
  std::string made = world.ids.make("re_");
  refund["id"] = made;
  refund["created"] = world.now_s();
  refund["amount"] = amount;
  refund["charge"] = id;
  refund["currency"] = charge.at("currency");
  refund["payment_intent"] = charge.at("payment_intent");
  refund["reason"] = text_or_null(asked.reason);
  refund["balance_transaction"] = make_transaction(world, "refund", made, -amount, text(charge, "currency"));
  if (asked.metadata.contains("metadata")) refund["metadata"] = asked.metadata.at("metadata");
  const Object before = charge;
  charge["amount_refunded"] = number(charge, "amount_refunded") + amount;
  charge["refunded"] = amount == left;
  const Object previous = difference(before, charge);
  world.insert(world.refunds, std::move(refund), "refund.created");
  world.emit("charge.refunded", charge, &previous);
  world.forget(world.charges, id);
  world.agenda.add(to_ms(world.now_s() + arrives_after_s), DueKind::refund_arrives, made);
  return made;
}

void refund_arrives(World &world, const std::string &id) {
  Object &refund = world.edit(world.refunds, id);
  Object &card = inside(inside(refund, "destination_details"), "card");
  card["reference"] = id.substr(4, 20);
  card["reference_status"] = "available";
  world.flush(world.refunds, id);
  const Object none;
  world.emit("charge.refund.updated", refund, &none);
}

std::vector<Route> refund_routes() {
  return {{"POST", "/v1/refunds", create},
          {"GET", "/v1/refunds", list},
          {"GET", "/v1/refunds/:id", retrieve},
          {"POST", "/v1/refunds/:id", update},
          {"GET", "/v1/charges/:id/refunds", [](Call &call) -> Value {
             required_row(call.world.charges, call.id());
             return list_rows(call, call.world.refunds, {{{"charge", call.id()}}, nullptr});
           }}};
}

}  // namespace purser::sandbox
