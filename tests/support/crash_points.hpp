// A process that ends at its N-th point: no destructor, no flush, as if it had been killed there.
#pragma once
#include <unistd.h>

#include <atomic>
#include <cstdint>

namespace purser::test {

class CrashPoints {
 public:
  static constexpr int exit_code = 77;
  static constexpr std::int64_t never = -1;
  /// Point 0 is the first one.
  explicit CrashPoints(std::int64_t at) : at_(at) {}
  void reach() {
    if (passed_++ == at_) ::_exit(exit_code);
  }
  std::int64_t passed() const { return passed_; }

 private:
  const std::int64_t at_;
  std::atomic<std::int64_t> passed_ = 0;
};

}  // namespace purser::test
