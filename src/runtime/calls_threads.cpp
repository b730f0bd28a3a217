// The threads of Calls: workers that run what is due, and one that watches deadlines and other processes.
#include <algorithm>
#include <system_error>

#include "adapters/signals.hpp"
#include "runtime/calls.hpp"

namespace purser::runtime {

Calls::Calls(int threads, Chores chores) : chores_(std::move(chores)), next_refresh_(Clock::now() + tick_every) {
  if (threads <= 0) return;
  try {
    start_threads(threads);
  } catch (const std::system_error &) {
    Lock lock(mutex_);
    stop_threads(lock);
    throw Failure(Status::unavailable, "thread_start", "the system gave no thread; raise the process's limit, or open with fewer `threads`",
                  "threads");
  }
}

Calls::~Calls() = default;

void Calls::start_threads(int threads) {
  const adapters::SignalsBlocked blocked;
  workers_.reserve(static_cast<std::size_t>(threads));
  for (int i = 0; i < threads; i++) workers_.emplace_back([this] { work(); });
  ticker_ = std::thread([this] { tick(); });
  for (const std::thread &worker : workers_) engine_threads_.push_back(worker.get_id());
  engine_threads_.push_back(ticker_.get_id());
}

/// One more thread for calls that wait for Stripe, while all there are wait. Without one the call waits for the next that is free;
/// without any, the workers take it. The lock is held.
void Calls::ensure_asker() noexcept {
  if (idle_askers_ >= asking_.size() || askers_.size() >= askers_max) return;
  try {
    engine_threads_.reserve(engine_threads_.size() + 1);
    const adapters::SignalsBlocked blocked;
    askers_.emplace_back([this] { ask(); });
    engine_threads_.push_back(askers_.back().get_id());
  } catch (const std::exception &) {
    if (!askers_.empty()) return;
    for (auto entry = asking_.begin(); entry != asking_.end(); ++entry) entry->call.asks = false;
    waiting_.splice(waiting_.end(), asking_);
    due_.notify_all();
  }
}

void Calls::ask() {
  Lock lock(mutex_);
  while (!stop_) {
    if (!asking_.empty()) {
      start(lock, asking_);
      continue;
    }
    idle_askers_++;
    ask_.wait(lock);
    idle_askers_--;
  }
}

bool Calls::on_engine_thread() const {
  const Lock lock(mutex_);
  return std::find(engine_threads_.begin(), engine_threads_.end(), std::this_thread::get_id()) != engine_threads_.end();
}

void Calls::work() {
  Lock lock(mutex_);
  while (!stop_) {
    if (step(lock)) continue;
    idle_++;
    due_.wait(lock);
    idle_--;
  }
}

Calls::Clock::time_point Calls::next_alarm() const {
  return deadlines_.empty() ? next_refresh_ : std::min(next_refresh_, deadlines_.begin()->first);
}

void Calls::tick() {
  Lock lock(mutex_);
  while (!stop_) {
    alarm_.wait_until(lock, next_alarm());
    if (stop_) break;
    expire();
    // Workers may all be busy for long; what ended is told nevertheless.
    while (idle_ == 0 && !ended_.empty()) finish(lock);
    if (next_refresh_ > Clock::now()) continue;
    commit(lock);
    refresh(lock);
  }
}

void Calls::close() {
  Lock lock(mutex_);
  closing_ = true;
  for (List *list : {&waiting_, &asking_})
    while (!list->empty()) end(*list, list->begin(), End::canceled);
  if (!has_threads()) return drive_to_the_end(lock);
  due_.notify_all();
  empty_.wait(lock, [this] { return index_.empty(); });
  stop_threads(lock);
}

void Calls::drive_to_the_end(Lock &lock) {
  while (driven_) empty_.wait_for(lock, std::chrono::milliseconds(1));  // another thread's run_due returns first
  driven_ = true;
  while (!index_.empty()) {
    expire();
    if (step(lock)) continue;
    // What was begun is being committed by a host's thread, in its own webhook_receive.
    commit(lock);
    if (ended_.empty() && !index_.empty()) due_.wait_for(lock, std::chrono::milliseconds(1));
  }
}

void Calls::stop_threads(Lock &lock) {
  stop_ = true;
  due_.notify_all();
  ask_.notify_all();
  alarm_.notify_all();
  lock.unlock();
  for (std::thread &worker : workers_) worker.join();
  for (std::thread &asker : askers_) asker.join();
  if (ticker_.joinable()) ticker_.join();
}

}  // namespace purser::runtime
