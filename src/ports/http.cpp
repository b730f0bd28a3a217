#include "ports/http.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

namespace purser::ports {
namespace {

/// Lives until both sides have let go: an answer that comes too late finds it, and is nobody's.
struct Waiting {
  std::mutex mutex;
  std::condition_variable answered;
  std::optional<HttpAnswer> answer;
};

}  // namespace

HttpAnswer Http::ask(HttpRequest request) noexcept {
  try {
    const auto waiting = std::make_shared<Waiting>();
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(request.timeout_ms);
    send(std::move(request), [waiting](HttpAnswer answer) {
      const std::lock_guard lock(waiting->mutex);
      waiting->answer = std::move(answer);
      waiting->answered.notify_one();
    });
    std::unique_lock lock(waiting->mutex);
    if (waiting->answered.wait_until(lock, until, [&] { return waiting->answer.has_value(); })) return std::move(*waiting->answer);
    return {HttpEnd::lost, 0, {}, {}, "timeout", "no answer came in time"};
  } catch (...) { return {HttpEnd::lost, 0, {}, {}, "no_memory", "out of memory during the exchange"}; }
}

}  // namespace purser::ports
