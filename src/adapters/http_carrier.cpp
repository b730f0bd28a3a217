#include "adapters/http_carrier.hpp"

#include <new>

namespace purser::adapters {
namespace {

using ports::HttpAnswer;
using ports::HttpEnd;

constexpr std::chrono::seconds longest_sleep{60};

HttpAnswer refused(const char *reason) {
  return {HttpEnd::not_sent, 0, {}, {}, reason, "the client is closed, or holds all the requests it can; send fewer at once"};
}

}  // namespace

/// A caller of `ask`, on its stack.
struct HttpCarrier::Asker {
  std::condition_variable turn;  ///< answered, or nobody drives
  HttpAnswer answer;
  bool answered = false;
};

bool HttpCarrier::on_own_thread() const {
  const Lock lock(mutex_);
  return own_thread_ == std::this_thread::get_id();
}

const char *HttpCarrier::refusal() const {
  if (stopped_) return "closed";
  return queued_ >= wires_->options().waiting_max ? "busy" : nullptr;
}

void HttpCarrier::accept(std::list<HttpJob> &one) {
  given_.splice(given_.end(), one);
  ++queued_;
  if (driven_) wires_->wake();
}

void HttpCarrier::send(ports::HttpRequest request, HttpUrl url, ports::Http::Done done) {
  const auto kept = std::make_shared<ports::Http::Done>(std::move(done));
  const char *reason = nullptr;
  try {
    std::list<HttpJob> one;  // made before the lock: what ends under it would wait for it
    one.emplace_back(std::move(request), std::move(url), [this, kept](HttpAnswer answer) { answered(*kept, std::move(answer)); });
    const Lock lock(mutex_);
    reason = refusal();
    if (!reason) {
      ++sent_;
      accept(one);
      if (!driven_) work_.notify_one();
      return;
    }
    one.front().forget();
  } catch (const std::bad_alloc &) { reason = "no_memory"; }
  (*kept)(refused(reason));
}

/// On whichever thread drives: a `done` of `send` runs on the client's own.
void HttpCarrier::answered(const ports::Http::Done &done, HttpAnswer answer) noexcept {
  {
    const Lock lock(mutex_);
    --sent_;
    if (own_thread_ != std::this_thread::get_id()) try {
        told_.emplace_back(done, answer);
        return work_.notify_one();
      } catch (const std::bad_alloc &) {}  // then here: better on a wrong thread than never
  }
  done(std::move(answer));
}

HttpAnswer HttpCarrier::ask(ports::HttpRequest request, HttpUrl url) {
  Asker me;
  std::list<Asker *> mine{&me};
  const auto here = mine.begin();
  std::list<HttpJob> one;
  one.emplace_back(std::move(request), std::move(url), [this, &me](HttpAnswer answer) {
    const Lock lock(mutex_);
    me.answer = std::move(answer);
    me.answered = true;
    me.turn.notify_one();
  });
  Lock lock(mutex_);
  if (const char *reason = refusal()) {
    one.front().forget();
    return refused(reason);
  }
  accept(one);
  while (!me.answered) {
    if (!driven_ && !stopped_) {
      drive(lock, [&] { return me.answered; });
      continue;
    }
    askers_.splice(askers_.end(), mine);
    me.turn.wait(lock);
    mine.splice(mine.end(), askers_, here);
  }
  // Woken to drive, and answered as well: the next one drives.
  if (!driven_) pass_on();
  return std::move(me.answer);
}

void HttpCarrier::drive(Lock &lock, const std::function<bool()> &over) {
  driven_ = true;
  while (!stopped_ && !over()) {
    waiting_.splice(waiting_.end(), given_);
    lock.unlock();
    start_waiting();
    wires_->carry(next_deadline());
    lock.lock();
  }
  driven_ = false;
  pass_on();
}

void HttpCarrier::start_waiting() {
  if (waiting_.empty()) return;
  const auto now = HttpTime::now();
  for (auto job = waiting_.begin(); job != waiting_.end();) {
    const auto next = std::next(job);
    std::list<HttpJob> one;
    if (job->deadline <= now) {
      one.splice(one.end(), waiting_, job);
      --queued_;
      one.front().end_unanswered("timeout", "no connection became free in time");
    }
    job = next;
  }
  while (!waiting_.empty() && wires_->busy() < static_cast<std::size_t>(wires_->options().connections_max)) {
    HttpJob job = std::move(waiting_.front());
    waiting_.pop_front();
    --queued_;
    wires_->start(std::move(job));
  }
}

HttpTime::time_point HttpCarrier::next_deadline() const {
  HttpTime::time_point first = HttpTime::now() + longest_sleep;
  for (const HttpJob &job : waiting_) first = std::min(first, job.deadline);
  return first;
}

/// Nobody drives: a caller who waits is asked first, for nothing else of its would be done meanwhile.
void HttpCarrier::pass_on() {
  if (!askers_.empty())
    askers_.front()->turn.notify_one();
  else
    work_.notify_one();
}

void HttpCarrier::tell(Lock &lock) {
  while (!told_.empty()) {
    auto [done, answer] = std::move(told_.front());
    told_.pop_front();
    lock.unlock();
    done(std::move(answer));
    lock.lock();
  }
}

void HttpCarrier::run() {
  Lock lock(mutex_);
  own_thread_ = std::this_thread::get_id();
  for (;;) {
    tell(lock);
    if (stopped_) break;
    if (sent_ > 0 && !driven_)
      drive(lock, [this] { return sent_ == 0 || !told_.empty(); });
    else
      work_.wait(lock);
  }
  work_.wait(lock, [this] { return !driven_; });
  lock.unlock();
  end_all();
  lock.lock();
  tell(lock);
}

void HttpCarrier::stop() noexcept {
  // Woken under the lock: until it is released the thread cannot see the end, and take down what wakes it.
  const Lock lock(mutex_);
  stopped_ = true;
  wires_->wake();
  work_.notify_all();
}

void HttpCarrier::end_all() {
  {
    const Lock lock(mutex_);
    waiting_.splice(waiting_.end(), given_);
  }
  wires_->end_all();
  waiting_.clear();
}

}  // namespace purser::adapters
