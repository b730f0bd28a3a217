#pragma once
#include "sandbox/world.hpp"

namespace purser::sandbox {

/// Charges the method for the intent's amount; tells of charge.succeeded or charge.failed.
std::string make_charge(World &world, const Object &intent, std::string_view method, bool succeeded);
void capture_charge(World &world, std::string_view charge, std::int64_t amount);
/// The charge that a ch_…, pi_…, in_…, cs_… or sub_… means: of several the newest that was paid; empty where there is none.
std::string charge_of(World &world, std::string_view id);
/// A line of the balance: txn_….
std::string make_transaction(World &world, std::string_view type, std::string_view source, std::int64_t amount, std::string_view currency);

}  // namespace purser::sandbox
