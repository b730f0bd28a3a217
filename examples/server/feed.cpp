#include "feed.hpp"

#include <chrono>

namespace host {
namespace {
constexpr const char *consumer = "users-table";
constexpr std::chrono::milliseconds pause{500};
}  // namespace

std::size_t Feed::catch_up() {
  const std::lock_guard lock(applying_);
  std::size_t count = 0;
  for (;;) {
    const purser::Changes next = purser_.change_next({.consumer = consumer});
    if (next.changes.empty()) return count;
    users_.apply(next.changes);
    static_cast<void>(purser_.change_done({.consumer = consumer, .seq = next.changes.back().seq}));
    count += next.changes.size();
  }
}

void Feed::start(std::function<void(const std::string &)> failed) {
  thread_ = std::thread([this, failed = std::move(failed)] { run(failed); });
}

void Feed::run(const std::function<void(const std::string &)> &failed) {
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    poked_ = false;
    lock.unlock();
    try {
      catch_up();
    } catch (const std::exception &error) { failed(error.what()); }
    lock.lock();
    woken_.wait_for(lock, pause, [this] { return poked_ || stopped_; });
  }
}

void Feed::poke() {
  {
    const std::lock_guard lock(mutex_);
    poked_ = true;
  }
  woken_.notify_one();
}

void Feed::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  woken_.notify_one();
  if (thread_.joinable()) thread_.join();
}

}  // namespace host
