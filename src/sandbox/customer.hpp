#pragma once
#include "sandbox/world.hpp"

namespace purser::sandbox {

/// With an id and Stripe's defaults; not yet kept.
Object new_customer(World &world, std::string_view email, std::string_view name);
/// Throws `No such customer` where there is none or it is deleted.
Row &required_customer(World &world, std::string_view id, std::string_view parameter = "customer");
/// Cancels its subscriptions, takes its payment methods off and tells of it.
void delete_customer(World &world, const std::string &id);
/// Throws what Stripe says where it already pays in another currency.
void check_currency(World &world, std::string_view customer, std::string_view currency);
/// The currency of the first payment; delinquent after a failed one.
void note_payment(World &world, std::string_view customer, std::string_view currency, bool paid);

}  // namespace purser::sandbox
