// What the two built-in clients share. A request is a job that is answered exactly once. The connections are driven by one thread at a
// time: by a caller of `ask` while it waits, so that nothing passes from thread to thread; by a thread of the client's own while only
// requests of `send` are under way. Nobody's `done` runs on the thread of an `ask`: that caller may hold locks.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

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
  void forget() noexcept { done_ = nullptr; }  ///< somebody else answers

  ports::HttpRequest request;
  HttpUrl url;
  HttpTime::time_point deadline;
  bool may_have_arrived = false;  ///< a byte of the request has been handed to the system

 private:
  ports::Http::Done done_;  ///< empty once it was called
};

/// The connections: what libcurl and Asio do differently. Used by one thread at a time, except `wake`.
class HttpWires {
 public:
  explicit HttpWires(HttpOptions options) : options_(std::move(options)) {}
  HttpWires(const HttpWires &) = delete;
  HttpWires &operator=(const HttpWires &) = delete;
  virtual ~HttpWires() = default;
  virtual std::size_t busy() const = 0;  ///< jobs under way
  virtual void start(HttpJob job) = 0;
  /// Moves bytes; ends jobs; returns when one has ended, after `wake`, or at `until`. May return earlier.
  virtual void carry(HttpTime::time_point until) = 0;
  virtual void wake() noexcept = 0;  ///< any thread: carry returns, also the next one
  virtual void end_all() = 0;        ///< every job, every connection
  const HttpOptions &options() const { return options_; }

 protected:
  const HttpOptions options_;
};

/// Requests from any thread, and whose turn it is to drive.
class HttpCarrier {
 public:
  explicit HttpCarrier(std::unique_ptr<HttpWires> wires) : wires_(std::move(wires)) {}
  void send(ports::HttpRequest request, HttpUrl url, ports::Http::Done done);
  ports::HttpAnswer ask(ports::HttpRequest request, HttpUrl url);
  /// The whole life of the client's own thread: until `stop`; then everything is answered.
  void run();
  void stop() noexcept;
  /// Where there is no thread: takes down what stands.
  void end_all();
  bool on_own_thread() const;

 private:
  struct Asker;
  using Lock = std::unique_lock<std::mutex>;
  const char *refusal() const;
  void accept(std::list<HttpJob> &one);
  void drive(Lock &lock, const std::function<bool()> &over);
  void start_waiting();
  HttpTime::time_point next_deadline() const;
  void pass_on();
  void tell(Lock &lock);
  void answered(const ports::Http::Done &done, ports::HttpAnswer answer) noexcept;

  std::unique_ptr<HttpWires> wires_;
  std::list<HttpJob> waiting_;  ///< for a connection; the driver's alone
  std::atomic<std::size_t> queued_{0};
  mutable std::mutex mutex_;
  std::condition_variable work_;  ///< for the client's own thread
  std::list<HttpJob> given_;
  std::list<std::pair<ports::Http::Done, ports::HttpAnswer>> told_;  ///< for the client's own thread to hand out
  std::list<Asker *> askers_;                                        ///< who wait and could drive
  std::size_t sent_ = 0;                                             ///< of `send`, not yet answered
  std::thread::id own_thread_;
  bool driven_ = false, stopped_ = false;
};

/// The port over connections; they are made by the first request.
std::shared_ptr<ports::Http> wired_http(std::function<std::unique_ptr<HttpWires>()> make);

}  // namespace purser::adapters
