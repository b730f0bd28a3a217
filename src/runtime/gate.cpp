#include "runtime/gate.hpp"

#include <algorithm>

namespace purser::runtime {

void Gate::enter() {
  const std::lock_guard lock(mutex_);
  if (closing_) throw closed_failure();
  visitors_.push_back(std::this_thread::get_id());
}

void Gate::leave() noexcept {
  const std::lock_guard lock(mutex_);
  auto own = std::find(visitors_.rbegin(), visitors_.rend(), std::this_thread::get_id());
  *own = visitors_.back();
  visitors_.pop_back();
  if (visitors_.empty()) left_.notify_all();
}

bool Gate::inside() const {
  const std::lock_guard lock(mutex_);
  return std::find(visitors_.begin(), visitors_.end(), std::this_thread::get_id()) != visitors_.end();
}

Status Gate::close() {
  const std::lock_guard lock(mutex_);
  if (closing_) return Status::busy;
  closing_ = true;
  return Status::ok;
}

void Gate::wait_until_empty() {
  std::unique_lock lock(mutex_);
  left_.wait(lock, [this] { return visitors_.empty(); });
}

Failure closed_failure() { return Failure(Status::closed, "handle_closing", "purser_close was called on this handle; open a new one"); }

Failure forked_failure() {
  return Failure(Status::forked, "handle_of_parent",
                 "the handle was opened in the parent process and is dead in this forked child; call purser_open here");
}

}  // namespace purser::runtime
