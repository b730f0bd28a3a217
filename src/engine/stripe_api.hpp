// Asking Stripe and waiting for the answer: headers, retries, time limits. What is asked is built in src/stripe/request.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/json.hpp"
#include "engine/engine.hpp"
#include "stripe/request.hpp"

namespace purser::engine {

/// When a verb must have ended, by the machine's own clock.
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::int64_t default_ms = 30'000;
  explicit Deadline(std::int64_t in_ms) : end_(Clock::now() + std::chrono::milliseconds(in_ms > 0 ? in_ms : default_ms)) {}
  Clock::time_point end() const { return end_; }
  std::int64_t left_ms() const { return std::chrono::duration_cast<std::chrono::milliseconds>(end_ - Clock::now()).count(); }

 private:
  Clock::time_point end_;
};

class StripeApi {
 public:
  StripeApi(const Config &config, const Ports &ports);
  ~StripeApi();
  StripeApi(const StripeApi &) = delete;

  /// What is known of the effect of a request that changes something.
  enum class Effect {
    done,     ///< answered 2xx
    refused,  ///< answered, and for good: no effect
    unknown,  ///< its key replays a failure for ever: what became of it must be looked up
    open,     ///< no answer, or one that says "later": the same key may be sent again
  };
  struct Reply {
    Effect effect = Effect::open;
    Error error;         ///< unless done
    json::value object;  ///< of a 2xx
    std::int64_t date_s = 0, lo_s = 0;
    std::string request_id;
  };
  /// One request with its retries. An idempotency key is needed for POST.
  Reply send(const stripe::Request &request, std::string_view idempotency_key, const Deadline &deadline) const;
  /// The answer's object, or its error thrown.
  Reply get(const stripe::Request &request, const Deadline &deadline) const;

  /// Throws refused: no key.
  void require_usable() const;
  bool usable() const { return !key_.empty() && http_; }

 private:
  struct Exchange;
  Exchange exchange(const stripe::Request &request, std::string_view idempotency_key, const Deadline &deadline) const;
  Reply reply(const Exchange &exchange) const;

  std::string key_, base_;
  std::shared_ptr<ports::Http> http_;
  std::shared_ptr<ports::Random> random_;
  std::shared_ptr<ports::Clock> clock_;
};

}  // namespace purser::engine
