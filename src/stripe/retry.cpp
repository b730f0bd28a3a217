#include "stripe/retry.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace purser::stripe {
namespace {

/// The next call would end the same way.
bool stays(std::string_view reason) {
  static constexpr std::array<std::string_view, 6> reasons{"tls", "url", "request", "answer_too_large", "closed", "forked"};
  return std::ranges::find(reasons, reason) != reasons.end();
}

bool may_help(const Attempt &attempt) {
  if (attempt.reach != Reach::answered) return !stays(attempt.reason);
  if (attempt.should_retry == "true") return true;
  if (attempt.should_retry == "false") return false;
  return attempt.status == 409 || attempt.status >= 500;
}

std::int64_t backoff_ms(int number, double fraction) {
  std::int64_t full = retry_first_ms;
  for (int i = 1; i < number && full < retry_most_ms; ++i) full *= 2;
  return static_cast<std::int64_t>(static_cast<double>(std::min(full, retry_most_ms)) * (0.5 + 0.5 * fraction));
}

}  // namespace

Retry retry(const Attempt &attempt, double fraction) {
  if (attempt.number >= attempts_max || !may_help(attempt)) return {};
  const std::int64_t wished = retry_after_ms(attempt.retry_after);
  const std::int64_t delay = backoff_ms(attempt.number, fraction);
  return {true, wished <= retry_after_most_ms ? std::max(delay, wished) : delay};
}

std::int64_t retry_after_ms(std::string_view header) {
  constexpr std::int64_t most_s = 86'400;
  std::int64_t seconds = 0;
  const auto [end, fault] = std::from_chars(header.data(), header.data() + header.size(), seconds);
  const bool whole = fault == std::errc() && end == header.data() + header.size();
  return whole && seconds > 0 ? std::min(seconds, most_s) * 1000 : 0;
}

}  // namespace purser::stripe
