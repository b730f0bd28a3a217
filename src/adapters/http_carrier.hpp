// What the two built-in clients share: a request that is answered exactly once, and the queue between callers and the client's thread.
#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>

#include "adapters/http.hpp"
#include "adapters/http_url.hpp"

namespace purser::adapters {

inline constexpr std::int64_t http_timeout_most_ms = 3'600'000;
using HttpTime = std::chrono::steady_clock;

/// One request on its way. Whoever drops it without an answer has answered: `closed`.
class HttpJob {
 public:
  HttpJob(ports::HttpRequest asked, HttpUrl read, ports::Http::Done done);
  HttpJob(HttpJob &&other) noexcept;
  HttpJob &operator=(HttpJob &&other) = delete;
  ~HttpJob();

  void end(ports::HttpAnswer answer) noexcept;
  /// not_sent or lost, by `may_have_arrived`.
  void end_unanswered(const char *reason, std::string message) noexcept;

  ports::HttpRequest request;
  HttpUrl url;
  HttpTime::time_point deadline;
  bool may_have_arrived = false;  ///< a byte of the request has been handed to the system

 private:
  ports::Http::Done done_;  ///< empty once it was called
};

/// A client's inside, used by its one thread except where said.
class HttpCarrier {
 public:
  explicit HttpCarrier(HttpOptions options) : options_(std::move(options)) {}
  virtual ~HttpCarrier() = default;
  /// The whole life of the thread: until `stop`, then every job is ended.
  virtual void run() = 0;

  void give(HttpJob job);  ///< any thread
  void stop() noexcept;    ///< any thread

 protected:
  virtual void wake() noexcept = 0;  ///< any thread: run looks at `taken`
  /// Moves what was given to those that wait; false once stopped.
  bool take();
  void expire_waiting();
  bool anyone_waits() const { return !waiting_.empty(); }
  HttpJob next_waiting();  ///< the oldest
  std::optional<HttpTime::time_point> first_deadline() const;
  void end_waiting() { waiting_.clear(); }

  const HttpOptions options_;

 private:
  std::list<HttpJob> waiting_;  ///< the thread's alone
  std::atomic<std::size_t> queued_{0};
  std::mutex mutex_;
  std::list<HttpJob> given_;
  bool stopped_ = false;
};

/// The port over a carrier. It is made, and its thread started, by the first request.
std::shared_ptr<ports::Http> threaded_http(std::function<std::shared_ptr<HttpCarrier>()> make);

}  // namespace purser::adapters
