// Stripe's rules for calling again (https://docs.stripe.com/error-low-level, and the official SDKs). Every POST carries an Idempotency-Key,
// so that calling again can do nothing twice.
#pragma once
#include <cstdint>
#include <string_view>

namespace purser::stripe {

inline constexpr int attempts_max = 3;  ///< the SDKs' default: two more after the first
inline constexpr std::int64_t retry_first_ms = 500;
inline constexpr std::int64_t retry_most_ms = 5000;
inline constexpr std::int64_t retry_after_most_ms = 60'000;  ///< a longer Retry-After is the caller's to wait for, not ours

/// How far a call came: ports::HttpEnd by another name, for this layer knows no ports.
enum class Reach { answered, not_sent, lost };

struct Attempt {
  int number = 1;  ///< of calls made so far, this one included
  Reach reach = Reach::answered;
  std::int32_t status = 0;        ///< HTTP, where answered
  std::string_view should_retry;  ///< the header Stripe-Should-Retry, empty where there is none
  std::string_view retry_after;   ///< the header Retry-After
  std::string_view reason;        ///< why there is no answer: tls, url, request and answer_too_large stay so
};

struct Retry {
  bool again = false;
  std::int64_t delay_ms = 0;
};

/// Stripe-Should-Retry decides; else again after a connection error, 409 and 5xx, and not after 429. `fraction` is random in [0, 1):
/// delay = min(0.5 · 2^(number−1), 5) s · [0.5, 1), and no less than a Retry-After of up to 60 s.
Retry retry(const Attempt &attempt, double fraction);

/// Whole seconds, as Stripe sends them, in milliseconds; 0 for anything else.
std::int64_t retry_after_ms(std::string_view header);

}  // namespace purser::stripe
