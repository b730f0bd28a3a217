// The first answer to each Idempotency-Key, kept for 24 hours of sandbox time.
#pragma once
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/time.hpp"

namespace purser::sandbox {

inline constexpr TimeMs idempotency_kept_ms = day_ms;

struct Remembered {
  std::string path;
  std::string parameters;  ///< of the first request, in an order of their own
  std::string request_id;
  int status = 0;
  std::string body;
};

class Idempotency {
 public:
  /// nullptr where the key is new or has been forgotten.
  const Remembered *find(const std::string &key, TimeMs now_ms);
  void remember(const std::string &key, Remembered answer, TimeMs now_ms);

 private:
  std::unordered_map<std::string, Remembered> answers_;
  std::deque<std::pair<TimeMs, std::string>> order_;
};

}  // namespace purser::sandbox
