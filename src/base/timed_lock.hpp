#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace purser {

/// A mutex that is waited for at most so long. std::timed_mutex would do, but GCC 12's thread sanitizer misreads it.
class TimedLock {
 public:
  void lock() {
    std::unique_lock guard(mutex_);
    free_.wait(guard, [this] { return !held_; });
    held_ = true;
  }
  bool try_lock() { return try_lock_for(std::chrono::milliseconds(0)); }
  bool try_lock_for(std::chrono::milliseconds patience) {
    std::unique_lock guard(mutex_);
    if (!free_.wait_for(guard, patience, [this] { return !held_; })) return false;
    return held_ = true;
  }
  void unlock() {
    {
      const std::lock_guard guard(mutex_);
      held_ = false;
    }
    free_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable free_;
  bool held_ = false;
};

}  // namespace purser
