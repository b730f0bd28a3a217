#include "sandbox/event_log.hpp"

namespace purser::sandbox {

void EventLog::add(Event event) {
  const std::uint64_t number = end();
  numbers_.emplace(event.id, number);
  waiting_.insert(number);
  events_.push_back(std::move(event));
}

const Event *EventLog::find(std::string_view id) const {
  const auto found = numbers_.find(std::string(id));
  return found == numbers_.end() ? nullptr : &at(found->second);
}

bool EventLog::waits(std::string_view id) const {
  const auto found = numbers_.find(std::string(id));
  return found != numbers_.end() && waiting_.contains(found->second);
}

void EventLog::delivered(std::string_view id) {
  const auto found = numbers_.find(std::string(id));
  if (found == numbers_.end()) return;
  Event &event = events_[found->second - first_];
  event.delivered = true;
  event.text[event.pending] = '0';
  waiting_.erase(found->second);
}

void EventLog::lost(std::string_view id) {
  const auto found = numbers_.find(std::string(id));
  if (found != numbers_.end()) waiting_.erase(found->second);
}

bool EventLog::again(std::string_view id) {
  const auto found = numbers_.find(std::string(id));
  if (found != numbers_.end()) waiting_.insert(found->second);
  return found != numbers_.end();
}

void EventLog::forget_before(TimeMs moment_ms) {
  while (!events_.empty() && events_.front().at_ms < moment_ms && !waiting_.contains(first_)) {
    numbers_.erase(events_.front().id);
    events_.pop_front();
    ++first_;
  }
}

}  // namespace purser::sandbox
