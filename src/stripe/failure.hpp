// Stripe's refusal as the one error value. The first line that fits decides:
//
//   HTTP  error.code or error.type                         status       what a host does
//   any   code idempotency_key_in_use, lock_timeout        UNAVAILABLE  calls again: another request holds the object
//   any   type idempotency_error                           CONFLICT     another request was made with this key: a new intention, a new key
//   any   code resource_missing                            NOT_FOUND    the id is deleted, of another mode or of another Stripe account
//   401   any                                              REFUSED      sets the right API key
//   403   any                                              REFUSED      gives the restricted key the permission
//   402   any (card_error)                                 CONFLICT     asks the buyer for another payment method; the same call fails
//   again 404   any                                              NOT_FOUND 409   any                                              CONFLICT
//   429   any                                              LIMIT        waits retry_after_ms
//   424   any                                              UNAVAILABLE  calls again
//   5xx   any                                              UNAVAILABLE  calls again; whether it had its effect is not known
//   4xx   any                                              INVALID      fixes the argument named by `parameter`
//   else  an answer that Stripe does not give              UNAVAILABLE  looks at what stands at the address of the API
//
// reason = error.code, else error.type, else http_<status>; 401 and 403 without a code: authentication_error, permission_error (both come
// as invalid_request_error). parameter = error.param. The message holds Stripe's own, shortened, with everything that looks like a key
// taken out.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace purser::stripe {

inline constexpr std::size_t failure_text_max_bytes = 500;   ///< of Stripe's message
inline constexpr std::int64_t rate_limit_default_ms = 1000;  ///< a 429 without Retry-After

/// An answer that is not 2xx.
struct Refusal {
  std::int32_t http_status = 0;
  std::string_view body;
  std::string_view request_id;   ///< the header Request-Id
  std::string_view retry_after;  ///< the header Retry-After
};
Error error_of(const Refusal &refusal);

/// Where there is no answer: UNAVAILABLE, or TIMEOUT for reason timeout. `lost`: it may have had its effect.
Error error_of_silence(bool lost, std::string_view reason, std::string_view message);

/// Without anything that looks like an API key or a signing secret, on one line, at most `max_bytes` and never half a character.
std::string without_keys(std::string_view text, std::size_t max_bytes);

}  // namespace purser::stripe
