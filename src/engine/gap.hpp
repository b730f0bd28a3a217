// What the events did not tell is asked for: objects whose gap is due, one by one; and Stripe's list of events, page by page.
#pragma once
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/outgoing.hpp"
#include "store/gap.hpp"

namespace purser::engine {

/// So many requests a second at most, for what nobody waits for. One bucket for all threads.
class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;
  /// Waits for its turn; false when that would be after `end`.
  bool wait(Clock::time_point end);

 private:
  std::mutex mutex_;
  Clock::time_point full_{};
};

class Gaps {
 public:
  Gaps(Books &books, const Config &config, const Ports &ports, const StripeApi &api)
      : books_(books), config_(config), ports_(ports), api_(api), livemode_(config.mode == Mode::live) {}

  GapsFetched fetch(std::int64_t limit, const Deadline &deadline);  // gap.cpp
  bool due();                                                       // gap.cpp
  Swept sweep(TimeMs since_ms, const Deadline &deadline);           // sweep.cpp

 private:
  // gap.cpp
  std::vector<store::GapRow> take(std::int64_t limit, GapsFetched &report);
  void fetch_one(store::GapRow gap, const Deadline &deadline, GapsFetched &report);
  /// Everything that closes the gap, each with the moment of its answer; the error of the first request that failed.
  struct Told {
    stripe::Observation observation;
    std::int64_t date_s = 0, lo_s = 0;
  };
  std::optional<Error> ask(const store::GapRow &gap, const Deadline &deadline, std::vector<Told> &told) const;
  std::optional<Error> ask_subscriptions(const store::GapRow &gap, const Deadline &deadline, std::vector<Told> &told) const;
  std::optional<Error> ask_entitlements(const store::GapRow &gap, const Deadline &deadline, std::vector<Told> &told) const;
  void put_off(store::GapRow gap, std::string_view reason, TimeMs wait_ms);

  // sweep.cpp
  TimeMs sweep_account(const std::string &account, TimeMs from_ms, const Deadline &deadline, Swept &swept);
  void take_in(const std::vector<const json::object *> &events, const std::string &account, Swept &swept);

  TimeMs now_ms() const { return ports_.clock->exact_ms(); }

  Books &books_;
  const Config &config_;
  const Ports &ports_;
  const StripeApi &api_;
  const bool livemode_;
  RateLimit rate_;
};

}  // namespace purser::engine
