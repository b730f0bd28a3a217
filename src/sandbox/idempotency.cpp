#include "sandbox/idempotency.hpp"

namespace purser::sandbox {

const Remembered *Idempotency::find(const std::string &key, TimeMs now_ms) {
  while (!order_.empty() && order_.front().first + idempotency_kept_ms < now_ms) {
    answers_.erase(order_.front().second);
    order_.pop_front();
  }
  const auto found = answers_.find(key);
  return found == answers_.end() ? nullptr : &found->second;
}

void Idempotency::remember(const std::string &key, Remembered answer, TimeMs now_ms) {
  if (answers_.emplace(key, std::move(answer)).second) order_.emplace_back(now_ms, key);
}

}  // namespace purser::sandbox
