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
  return latest_ms_ = std::max(latest_ms_, now);
}

Due Agenda::take() {
  Due due = queue_.top();
  queue_.pop();
  return due;
}

}  // namespace purser::sandbox
