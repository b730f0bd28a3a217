// Checkout sessions.
#pragma once
#include "sandbox/params.hpp"
#include "sandbox/world.hpp"

namespace purser::sandbox {

/// {object: list, data: [item …]}: the line items of a session.
Value session_line_items(World &world, std::string_view session);
/// Amounts of the session from its lines and discounts.
void total_session(World &world, Row &row);
/// Makes one from parameters as the API takes them; `payment_link` empty = by the API.
std::string make_session(World &world, const Params &params, std::string_view payment_link);
/// The buyer pays; throws Failure where it is not open.
Paid pay_session(World &world, std::string_view session, const Buyer &buyer);
/// Ends an open session; tells of checkout.session.expired.
void expire_session(World &world, std::string_view session);
/// Where a trial that begins now ends; 0 = there is none.
std::int64_t session_trial_end(const World &world, const Row &row);
void session_expires(World &world, std::string_view session);

}  // namespace purser::sandbox
