// The sandbox's clock and what is due: in the order of time, and of asking where the time is the same.
#pragma once
#include <atomic>
#include <cstdint>
#include <queue>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace purser::sandbox {

class Clock {
 public:
  /// 0 = the system's clock, plus what was advanced; otherwise it stands still but for `advance`.
  explicit Clock(TimeMs start_ms) : fixed_(start_ms > 0), moved_ms_(fixed_ ? start_ms : 0) {}
  /// Never before an answer it gave. From any thread, without a lock: the engine's hot path asks it.
  TimeMs now_ms() const;
  void advance(TimeMs duration_ms) { moved_ms_ += duration_ms; }

 private:
  bool fixed_;
  std::atomic<TimeMs> moved_ms_;
  mutable std::atomic<TimeMs> latest_ms_ = 0;
};

/// What happens by itself. A handler looks at its object again: it may have changed since it asked.
enum class DueKind {
  session_expires,
  trial_will_end,
  period_ends,
  cancels,
  finalizes,
  retries,
  upcoming,
  resumes,
  incomplete_expires,
  refund_arrives,
  pending_update_expires,
  schedule_starts,
  schedule_moves,
  schedule_expiring,
  payout_arrives
};

struct Due {
  TimeMs at_ms;
  std::uint64_t number;
  DueKind kind;
  std::string id;
};

class Agenda {
 public:
  void add(TimeMs at_ms, DueKind kind, std::string_view id) { queue_.push({at_ms, ++number_, kind, std::string(id)}); }
  bool any_until(TimeMs moment_ms) const { return !queue_.empty() && queue_.top().at_ms <= moment_ms; }
  Due take();

 private:
  struct Later {
    bool operator()(const Due &a, const Due &b) const { return a.at_ms != b.at_ms ? a.at_ms > b.at_ms : a.number > b.number; }
  };
  std::priority_queue<Due, std::vector<Due>, Later> queue_;
  std::uint64_t number_ = 0;
};

}  // namespace purser::sandbox
