#include "stripe/transfer.hpp"
#include "stripe/field.hpp"
#include "stripe/reader.hpp"

namespace purser::stripe {

domain::Transfer read_transfer(const json::object &raw) {
  domain::Transfer t;
  t.destination = id(raw, "destination");
  t.amount = integer(raw, "amount");
  t.amount_reversed = integer(raw, "amount_reversed");
  t.reversed = flag(raw, "reversed");
  t.currency = text(raw, "currency");
  t.created_s = integer(raw, "created");
  return t;
}

bool bank_transfer(const json::object &raw) {
  const std::string destination = id(raw, "destination");
  if (destination.starts_with("acct_") || text(raw, "type") == "stripe_account") return false;
  if (destination.starts_with("ba_") || destination.starts_with("card_")) return true;
  return child(raw, "bank_account") || child(raw, "card") || !text(raw, "status").empty();
}

std::string bank_transfer_status(const json::object &raw, std::string_view event_type) {
  std::string status = text(raw, "status");
  if (status.empty() && event_type == "transfer.paid") status = "paid";
  if (status.empty() && event_type == "transfer.failed") status = "failed";
  return status;
}

}  // namespace purser::stripe
