#include "sandbox/transfer.hpp"

#include "sandbox/account.hpp"
#include "sandbox/call.hpp"
#include "sandbox/charge.hpp"

namespace purser::sandbox {
namespace {

constexpr const char *transfer_shape =
    R"({"id": null, "object": "transfer", "amount": 0, "amount_reversed": 0, "balance_transaction": null, "created": 0,
  "currency": null, "description": null, "destination": null, "destination_payment": null, "livemode": false, "metadata": {},
  "reversals": {"object": "list", "data": [], "has_more": false, "total_count": 0, "url": ""}, "reversed": false, "source_transaction": null,
  "source_type": "card", "transfer_group": null})";
constexpr const char *old_version = "2017-02-14";
constexpr std::int64_t amount_max = 99'999'999;

std::int64_t amount_in(const Params &params, std::int64_t otherwise) {
  const std::int64_t amount = params.integer("amount").value_or(otherwise);
  if (amount < 1) throw invalid_request("This value must be greater than or equal to 1.", "amount", "parameter_invalid_integer");
  if (amount > amount_max) throw invalid_request("Amount must be no more than $999,999.99", "amount", "amount_too_large");
  return amount;
}

Value create(Call &call) {
  World &world = call.world;
  const Params &params = call.params;
  params.only({"amount", "currency", "description", "destination", "metadata", "source_transaction", "source_type", "transfer_group"});
  const std::string currency = params.required("currency"), destination = params.required("destination");
  const Row *account = world.accounts.find(destination);
  if (!account || account->deleted) throw no_such("destination", destination, "destination");
  const std::string source = params.text("source_transaction");
  std::int64_t otherwise = 0;
  if (!source.empty()) otherwise = number(required_row(world.charges, source, "source_transaction").object, "amount");
  if (source.empty()) params.required("amount");

  Object transfer = shape(transfer_shape);
  const std::string id = world.ids.make("tr_");
  transfer["id"] = id;
  transfer["created"] = world.now_s();
  transfer["amount"] = amount_in(params, otherwise);
  transfer["currency"] = currency;
  transfer["destination"] = destination;
  transfer["destination_payment"] = world.ids.make("py_");
  for (const char *key : {"description", "transfer_group"}) transfer[key] = text_or_null(params.text(key));
  transfer["source_transaction"] = text_or_null(source);
  transfer["balance_transaction"] = make_transaction(world, "transfer", id, -number(transfer, "amount"), currency);
  inside(transfer, "reversals")["url"] = "/v1/transfers/" + id + "/reversals";
  merge_metadata(transfer, params);
  return world.insert(world.transfers, std::move(transfer), "transfer.created").object;
}

Value retrieve(Call &call) { return required_row(call.world.transfers, call.id()).object; }

Value update(Call &call) {
  call.params.only({"description", "metadata"});
  required_row(call.world.transfers, call.id());
  Object &transfer = call.world.edit(call.world.transfers, call.id());
  if (call.params.has("description")) transfer["description"] = text_or_null(call.params.text("description"));
  merge_metadata(transfer, call.params);
  return transfer;
}

Value list(Call &call) {
  call.params.only({"created", "destination", "limit", "starting_after", "ending_before", "transfer_group"});
  Listing listing;
  for (const std::string_view member : {"destination", "transfer_group"})
    if (call.params.has(member)) listing.equal.emplace_back(member, call.params.text(member));
  return list_rows(call, call.world.transfers, listing);
}

Value reverse(Call &call) {
  World &world = call.world;
  call.params.only({"amount", "description", "metadata", "refund_application_fee"});
  const Object &found = required_row(world.transfers, call.id()).object;
  const std::int64_t left = number(found, "amount") - number(found, "amount_reversed"),
                     amount = amount_in(call.params, std::max<std::int64_t>(left, 1));
  if (left == 0) throw invalid_request("Transfer " + call.id() + " has already been fully reversed.", {}, "transfer_already_reversed");
  if (amount > left)
    throw invalid_request(
        "Transfer reversal amount (" + std::to_string(amount) + ") is greater than the amount left (" + std::to_string(left) + ").",
        "amount");
  Object reversal = {{"id", world.ids.make("trr_")},
                     {"object", "transfer_reversal"},
                     {"amount", amount},
                     {"balance_transaction", nullptr},
                     {"created", world.now_s()},
                     {"currency", found.at("currency")},
                     {"destination_payment_refund", nullptr},
                     {"metadata", Object()},
                     {"source_refund", nullptr},
                     {"transfer", call.id()}};
  reversal["balance_transaction"] = make_transaction(world, "transfer_refund", text(reversal, "id"), amount, text(found, "currency"));
  merge_metadata(reversal, call.params);
  const Object shown = world.insert(world.reversals, std::move(reversal)).object;
  Object &transfer = world.edit(world.transfers, call.id());
  transfer["amount_reversed"] = number(transfer, "amount_reversed") + amount;
  transfer["reversed"] = amount == left;
  Object &kept = inside(transfer, "reversals");
  elements(kept, "data").insert(elements(kept, "data").begin(), shown);
  kept["total_count"] = elements(kept, "data").size();
  world.flush(world.transfers, call.id());
  world.emit("transfer.reversed", transfer);
  return shown;
}

Value list_reversals(Call &call) {
  required_row(call.world.transfers, call.id());
  return list_rows(call, call.world.reversals, {{{"transfer", call.id()}}, nullptr});
}

Value retrieve_reversal(Call &call) { return required_row(call.world.reversals, call.id(1)).object; }

}  // namespace

void send_old_transfer(World &world, const Object &transfer, std::string_view type) {
  Object shown = transfer;
  const bool paid = type == "transfer.paid";
  shown["status"] = paid ? "paid" : "failed";
  shown["date"] = shown.at("created");
  shown["method"] = "standard";
  shown["type"] = "stripe_account";
  shown["failure_code"] = paid ? Value() : Value("account_closed");
  shown["failure_message"] = paid ? Value() : Value("The bank account has been closed.");
  world.emit(type, shown, nullptr, old_version);
}

std::vector<Route> transfer_routes() {
  return {{"POST", "/v1/transfers", create},
          {"GET", "/v1/transfers", list},
          {"GET", "/v1/transfers/:id", retrieve},
          {"POST", "/v1/transfers/:id", update},
          {"POST", "/v1/transfers/:id/reversals", reverse},
          {"GET", "/v1/transfers/:id/reversals", list_reversals},
          {"GET", "/v1/transfers/:id/reversals/:id", retrieve_reversal}};
}

}  // namespace purser::sandbox
