#include "sandbox/api_failure.hpp"

#include <algorithm>

namespace purser::sandbox {
namespace {

Object coded(std::string_view code) {
  Object error;
  if (code.empty()) return error;
  std::string page(code);
  std::ranges::replace(page, '_', '-');
  error["code"] = code;
  error["doc_url"] = "https://stripe.com/docs/error-codes/" + page;
  return error;
}

}  // namespace

ApiFailure invalid_request(const std::string &message, std::string_view parameter, std::string_view code, int status) {
  Object error = coded(code);
  error["message"] = message;
  if (!parameter.empty()) error["param"] = parameter;
  error["type"] = "invalid_request_error";
  return {status, std::move(error)};
}

ApiFailure no_such(std::string_view noun, std::string_view id, std::string_view parameter) {
  const std::string message = "No such " + std::string(noun) + ": '" + std::string(id) + "'";
  const bool in_path = parameter == "id" || (parameter == "payment_method" && noun == "PaymentMethod");
  return invalid_request(message, parameter, "resource_missing", in_path ? 404 : 400);
}

ApiFailure missing_parameter(std::string_view parameter) {
  return invalid_request("Missing required param: " + std::string(parameter) + ".", parameter, "parameter_missing");
}

ApiFailure unknown_parameter(std::string_view parameter) {
  return invalid_request("Received unknown parameter: " + std::string(parameter), parameter, "parameter_unknown");
}

ApiFailure card_declined(std::string_view charge, const Object *payment_intent) {
  Object error;
  error["advice_code"] = "try_again_later";
  if (!charge.empty()) error["charge"] = charge;
  error["code"] = "card_declined";
  error["decline_code"] = "generic_decline";
  error["doc_url"] = "https://stripe.com/docs/error-codes/card-declined";
  error["message"] = "Your card was declined.";
  error["network_decline_code"] = "01";
  if (charge.empty()) error["param"] = "";
  if (payment_intent) error["payment_intent"] = *payment_intent;
  error["type"] = "card_error";
  return {402, std::move(error)};
}

ApiFailure unauthorized(const std::string &message) { return invalid_request(message, {}, {}, 401); }

}  // namespace purser::sandbox
