#include "sandbox/clock.hpp"

#include <algorithm>
#include <chrono>

namespace purser::sandbox {

TimeMs Clock::now_ms() const {
  TimeMs now = moved_ms_;
  if (!fixed_) {
    using namespace std::chrono;
    now += duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  }
  TimeMs latest = latest_ms_;
  while (latest < now && !latest_ms_.compare_exchange_weak(latest, now)) {}
  return std::max(latest, now);
}

Due Agenda::take() {
  Due due = queue_.top();
  queue_.pop();
  return due;
}

}  // namespace purser::sandbox
