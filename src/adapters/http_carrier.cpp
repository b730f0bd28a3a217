#include "adapters/http_carrier.hpp"

#include <algorithm>
#include <new>
#include <system_error>
#include <thread>
#include <utility>

#include "adapters/process.hpp"
#include "adapters/signals.hpp"

namespace purser::adapters {
namespace {

using ports::HttpAnswer;
using ports::HttpEnd;

HttpAnswer not_sent(const char *reason, std::string message) { return {HttpEnd::not_sent, 0, {}, {}, reason, std::move(message)}; }

class ThreadedHttp final : public ports::Http {
 public:
  explicit ThreadedHttp(std::function<std::shared_ptr<HttpCarrier>()> make) : make_(std::move(make)) {}
  ThreadedHttp(const ThreadedHttp &) = delete;
  ThreadedHttp &operator=(const ThreadedHttp &) = delete;
  ~ThreadedHttp() override;

  void send(ports::HttpRequest request, Done done) noexcept override;

 private:
  void start();

  Process process_;
  std::function<std::shared_ptr<HttpCarrier>()> make_;
  std::shared_ptr<HttpCarrier> carrier_;
  std::mutex starting_;
  std::unique_ptr<std::thread> thread_;
};

ThreadedHttp::~ThreadedHttp() {
  if (!process_.same()) {
    // The thread and its locks are the parent's: nothing here can be waited for, or given back.
    static_cast<void>(thread_.release());
    static_cast<void>(new std::shared_ptr<HttpCarrier>(std::move(carrier_)));
    return;
  }
  if (!thread_) return;
  carrier_->stop();
  // The last owner may be a `done`, which runs on that very thread: it ends by itself.
  if (thread_->get_id() == std::this_thread::get_id())
    thread_->detach();
  else
    thread_->join();
}

void ThreadedHttp::start() {
  const std::lock_guard lock(starting_);
  if (thread_) return;
  const SignalsBlocked blocked;
  if (!carrier_) carrier_ = make_();
  thread_ = std::make_unique<std::thread>([carrier = carrier_] { carrier->run(); });
}

void ThreadedHttp::send(ports::HttpRequest request, Done done) noexcept {
  if (!process_.same())
    return done(not_sent("forked", "this process was forked from the one that opened the client; open it in the child"));
  try {
    std::optional<HttpUrl> url = read_url(request.url);
    if (!url) return done(not_sent("url", "expected https://host/…, or http:// to loopback, without user name and fragment"));
    if (std::string fault = fault_of(request); !fault.empty()) return done(not_sent("request", std::move(fault)));
    start();
    HttpJob job(std::move(request), std::move(*url), std::exchange(done, nullptr));
    carrier_->give(std::move(job));
  } catch (const std::system_error &) {
    if (done) done(not_sent("thread_start", "the system gave no thread; raise the process's limit"));
  } catch (...) {
    if (done) done(not_sent("no_memory", "out of memory before anything was sent"));
  }
}

}  // namespace

HttpJob::HttpJob(ports::HttpRequest asked, HttpUrl read, ports::Http::Done done)
    : request(std::move(asked)), url(std::move(read)), done_(std::move(done)) {
  const std::int64_t most_ms = std::clamp<std::int64_t>(request.timeout_ms, 0, http_timeout_most_ms);
  deadline = HttpTime::now() + std::chrono::milliseconds(most_ms);
}

HttpJob::HttpJob(HttpJob &&other) noexcept
    : request(std::move(other.request)),
      url(std::move(other.url)),
      deadline(other.deadline),
      may_have_arrived(other.may_have_arrived),
      done_(std::exchange(other.done_, nullptr)) {}

HttpJob::~HttpJob() { end_unanswered("closed", "the client was closed"); }

void HttpJob::end(HttpAnswer answer) noexcept {
  if (!done_) return;
  const ports::Http::Done done = std::exchange(done_, nullptr);
  done(std::move(answer));
}

void HttpJob::end_unanswered(const char *reason, std::string message) noexcept {
  if (!done_) return;
  end({may_have_arrived ? HttpEnd::lost : HttpEnd::not_sent, 0, {}, {}, reason, std::move(message)});
}

void HttpCarrier::give(HttpJob job) {
  const char *refused = nullptr;
  bool first = false;
  try {
    const std::lock_guard lock(mutex_);
    first = given_.empty();
    if (stopped_)
      refused = "closed";
    else if (queued_ >= options_.waiting_max)
      refused = "busy";
    else
      given_.push_back(std::move(job));
  } catch (const std::bad_alloc &) { refused = "no_memory"; }
  if (refused) return job.end_unanswered(refused, "the client is closed, or holds all the requests it can; send fewer at once");
  ++queued_;
  if (first) wake();
}

void HttpCarrier::stop() noexcept {
  // Woken under the lock: until it is released the thread cannot see the end, and take down what wakes it.
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  wake();
}

bool HttpCarrier::take() {
  const std::lock_guard lock(mutex_);
  waiting_.splice(waiting_.end(), given_);
  return !stopped_;
}

void HttpCarrier::expire_waiting() {
  const auto now = HttpTime::now();
  std::list<HttpJob> late;
  for (auto job = waiting_.begin(); job != waiting_.end();) {
    const auto next = std::next(job);
    if (job->deadline <= now) late.splice(late.end(), waiting_, job);
    job = next;
  }
  queued_ -= late.size();
  for (HttpJob &job : late) job.end_unanswered("timeout", "no connection became free in time");
}

HttpJob HttpCarrier::next_waiting() {
  HttpJob job = std::move(waiting_.front());
  waiting_.pop_front();
  --queued_;
  return job;
}

std::optional<HttpTime::time_point> HttpCarrier::first_deadline() const {
  std::optional<HttpTime::time_point> first;
  for (const HttpJob &job : waiting_)
    if (!first || job.deadline < *first) first = job.deadline;
  return first;
}

std::shared_ptr<ports::Http> threaded_http(std::function<std::shared_ptr<HttpCarrier>()> make) {
  return std::make_shared<ThreadedHttp>(std::move(make));
}

}  // namespace purser::adapters
