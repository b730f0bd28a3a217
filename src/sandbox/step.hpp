// One verb as one step: what the API would refuse is a Failure of the verb, and what a refused verb had begun is taken back.
#pragma once
#include <string>
#include <string_view>
#include <type_traits>

#include "base/error.hpp"
#include "sandbox/api_failure.hpp"
#include "sandbox/subscription.hpp"
#include "sandbox/world.hpp"

namespace purser::sandbox {

inline Failure unknown(const char *reason, const std::string &what, std::string_view id, const char *parameter) {
  return {Status::not_found, reason, "expected " + what + " of this sandbox, found none with the id " + std::string(id), parameter};
}

inline Row &live_subscription(World &world, std::string_view id) {
  Row *row = world.subscriptions.find(id);
  if (!row) throw unknown("subscription_unknown", "a subscription", id, "subscription");
  if (!is_live(row->object))
    throw Failure(Status::conflict, "subscription_ended",
                  "expected a subscription that lives, found one that is " + std::string(text(row->object, "status")), "subscription");
  return *row;
}

template <class Verb>
auto step(World &world, Verb verb) {
  world.settle();
  world.cause = {};
  try {
    if constexpr (std::is_void_v<decltype(verb())>) {
      verb();
      world.finish();
    } else {
      auto result = verb();
      world.finish();
      return result;
    }
  } catch (const ApiFailure &failure) {
    world.undo();
    throw Failure(Status::invalid, "refused_by_stripe", std::string(text(failure.error, "message")),
                  std::string(text(failure.error, "param")));
  } catch (...) {
    world.undo();
    throw;
  }
}

}  // namespace purser::sandbox
