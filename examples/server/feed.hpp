// The change feed's consumer: what tells the users table. The table's transaction first, then `done`: a crash between the two gives the
// same changes once more, and applying them again is harmless.
#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <purser.hpp>
#include <string>
#include <thread>

#include "users.hpp"

namespace host {

class Feed {
 public:
  Feed(const purser::Purser &purser, Users &users) : purser_(purser), users_(users) {}
  ~Feed() { stop(); }
  /// Applies what waits; returns how many changes. Any thread.
  std::size_t catch_up();
  /// Catches up twice a second, and at once when poked; `failed` gets one line.
  void start(std::function<void(const std::string &)> failed);
  void poke();
  void stop();

 private:
  void run(const std::function<void(const std::string &)> &failed);
  const purser::Purser &purser_;
  Users &users_;
  std::mutex applying_;
  std::mutex mutex_;
  std::condition_variable woken_;
  std::thread thread_;
  bool poked_ = false;
  bool stopped_ = false;
};

}  // namespace host
