// One thread at a time per key, e.g. per account; whoever comes later waits, at most until its deadline.
#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace purser::engine {

class KeyedLock {
 public:
  class Held {
   public:
    Held(KeyedLock &lock, std::string key) : lock_(lock), key_(std::move(key)) {}
    ~Held() { lock_.release(key_); }
    Held(const Held &) = delete;
    Held &operator=(const Held &) = delete;

   private:
    KeyedLock &lock_;
    const std::string key_;
  };
  /// False when the time is over.
  bool take(const std::string &key, std::chrono::steady_clock::time_point until) {
    std::unique_lock guard(mutex_);
    if (!freed_.wait_until(guard, until, [&] { return !held_.contains(key); })) return false;
    held_.insert(key);
    return true;
  }
  void release(const std::string &key) {
    {
      const std::lock_guard guard(mutex_);
      held_.erase(key);
    }
    freed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable freed_;
  std::set<std::string, std::less<>> held_;
};

}  // namespace purser::engine
