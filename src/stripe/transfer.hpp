// Before 2017-04-06 a transfer was also what a payout is today; its events were transfer.paid and transfer.failed.
#pragma once
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace purser::stripe {

/// To a bank account or a card, and not to a connected account: it has a status, and folds as a payout under its own id.
bool bank_transfer(const json::object &raw);
/// The object's status; where it has none, the one that the type of its event says.
std::string bank_transfer_status(const json::object &raw, std::string_view event_type);

}  // namespace purser::stripe
