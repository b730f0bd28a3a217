// Payment intents, charges, refunds and setup intents.
#pragma once
#include "sandbox/api_failure.hpp"
#include "sandbox/params.hpp"
#include "sandbox/world.hpp"

namespace purser::sandbox {

struct NewPayment {
  std::int64_t amount = 0;
  std::string currency, customer, method, description, invoice;
  bool off_session = false;
};
/// Inserts and tells of it; status requires_confirmation, or requires_payment_method without a method.
std::string make_payment_intent(World &world, const NewPayment &payment);
enum class Attempt { succeeded, declined, needs_action, no_method };
/// Charges the method (a charge comes to be and is told of). `agreed` = its holder has agreed, where it asks for that.
Attempt attempt(World &world, std::string_view intent, std::string_view method, bool agreed = false);
/// The holder of the intent's card agrees: it is charged, and its invoice is paid.
Attempt agree(World &world, std::string_view intent);
void cancel_intent(World &world, std::string_view intent, std::string_view reason);
std::string make_setup_intent(World &world, std::string_view customer, std::string_view method, bool succeeded);
/// The error that a failed attempt is answered with.
ApiFailure attempt_failure(World &world, std::string_view intent, Attempt outcome);

}  // namespace purser::sandbox
