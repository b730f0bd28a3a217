// An error as Stripe's API answers it.
#pragma once
#include <string>
#include <string_view>

#include "sandbox/value.hpp"

namespace purser::sandbox {

struct ApiFailure {
  int status = 400;
  Object error;  ///< type, message, and what else applies
};

ApiFailure invalid_request(const std::string &message, std::string_view parameter = {}, std::string_view code = {}, int status = 400);
/// `No such customer: 'cus_1'`. 404 where it stands in the path (parameter `id`), else 400.
ApiFailure no_such(std::string_view noun, std::string_view id, std::string_view parameter = "id");
ApiFailure missing_parameter(std::string_view parameter);
ApiFailure unknown_parameter(std::string_view parameter);
ApiFailure card_declined(std::string_view charge = {}, const Object *payment_intent = nullptr);
ApiFailure unauthorized(const std::string &message);

}  // namespace purser::sandbox
