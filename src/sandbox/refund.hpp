// Money given back.
#pragma once
#include "sandbox/params.hpp"
#include "sandbox/world.hpp"

namespace purser::sandbox {

struct NewRefund {
  std::int64_t amount = 0;  ///< 0 = all that is left
  std::string reason;
  Object metadata;
};
/// Tells of refund.created and charge.refunded; throws what Stripe answers where nothing or too little is left.
std::string make_refund(World &world, const std::string &charge, const NewRefund &made);
/// The bank has booked it: it has a reference now.
void refund_arrives(World &world, const std::string &id);

}  // namespace purser::sandbox
