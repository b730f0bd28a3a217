// Events as they were made: the text is kept, not the tree. Listed for 30 days; those that still wait to be delivered, for as long as they
// wait.
#pragma once
#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.hpp"

namespace purser::sandbox {

inline constexpr TimeMs events_kept_ms = 30 * day_ms;

struct Event {
  std::string id, type;
  TimeMs at_ms = 0;
  std::string account;      ///< the connected account; empty = the own one
  std::string text;         ///< the JSON, with "pending_webhooks":1
  std::string beside;       ///< a JSON object: what older versions show of the object and today's does not
  std::size_t pending = 0;  ///< where that 1 stands
  bool delivered = false;
};

class EventLog {
 public:
  void add(Event event);
  const Event *find(std::string_view id) const;
  /// Numbers run from first() to end(); what is older is forgotten.
  std::uint64_t first() const { return first_; }
  std::uint64_t end() const { return first_ + events_.size(); }
  const Event &at(std::uint64_t number) const { return events_[number - first_]; }
  std::uint64_t number_of(std::string_view id) const { return numbers_.at(std::string(id)); }

  const std::set<std::uint64_t> &waiting() const { return waiting_; }
  bool waits(std::string_view id) const;
  void delivered(std::string_view id);
  /// Waits no longer and never arrived.
  void lost(std::string_view id);
  /// Waits again, whatever became of it; false where it is forgotten.
  bool again(std::string_view id);
  void forget_before(TimeMs moment_ms);

 private:
  std::deque<Event> events_;
  std::uint64_t first_ = 0;
  std::unordered_map<std::string, std::uint64_t> numbers_;
  std::set<std::uint64_t> waiting_;
};

}  // namespace purser::sandbox
