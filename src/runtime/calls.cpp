#include "runtime/calls.hpp"

#include <algorithm>

namespace purser::runtime {

void Calls::add(Call call, std::uint64_t *id) {
  const Lock lock(mutex_);
  if (closing_) throw Failure(Status::closed, "handle_closing", "purser_close was called on this handle; open a new one");
  if (index_.size() >= calls_max || call.bytes > call_bytes_max - bytes_)
    throw Failure(Status::limit, "calls_waiting",
                  "expected at most 100,000 waiting calls with 256 MiB of input, found more; wait for some `done` before submitting more");
  const std::uint64_t own = last_id_ + 1;
  const bool timed = call.deadline_ms > 0;
  // Bounded, so that now + deadline cannot overflow: a hundred years is no deadline.
  const auto wait = std::chrono::milliseconds(std::min<std::int64_t>(call.deadline_ms, 100LL * 365 * 86'400'000));
  List made;
  made.push_back(Entry{own, std::move(call), timed ? Clock::now() + wait : Clock::time_point::max()});
  index_.emplace(own, made.begin());
  try {
    if (timed) deadlines_.emplace(made.front().deadline, own);
  } catch (...) {
    index_.erase(own);
    throw;
  }
  last_id_ = own;
  bytes_ += made.front().call.bytes;
  if (id) *id = own;
  if (made.front().call.asks && has_threads()) {
    asking_.splice(asking_.end(), made);
    ensure_asker();
    ask_.notify_one();
  } else {
    waiting_.splice(waiting_.end(), made);
    due_.notify_one();
  }
  if (timed) alarm_.notify_one();
}

Status Calls::cancel(std::uint64_t id) {
  const Lock lock(mutex_);
  const auto found = index_.find(id);
  if (found == index_.end()) return Status::not_found;
  const List::iterator entry = found->second;
  if (entry->state == State::waiting) {
    end(home(entry), entry, End::canceled);
    return Status::ok;
  }
  return entry->state == State::ended && entry->end == End::canceled ? Status::ok : Status::busy;
}

bool Calls::came_back(std::uint64_t id, const std::function<void()> &keep_result) {
  const Lock lock(mutex_);
  const auto found = index_.find(id);
  if (found == index_.end() || found->second->state == State::ended) return false;
  keep_result();
  if (found->second->state == State::running)
    found->second->back = true;
  else
    end(running_, found->second, End::ran);
  return true;
}

/// The list that an entry stands in. The lock is held.
Calls::List &Calls::home(List::iterator entry) {
  if (entry->state != State::waiting) return running_;
  return entry->call.asks && has_threads() ? asking_ : waiting_;
}

/// Moves an entry to those that are told their end. The lock is held.
void Calls::end(List &from, List::iterator entry, End how) noexcept {
  deadlines_.erase({entry->deadline, entry->id});
  entry->state = State::ended;
  entry->end = how;
  ended_.splice(ended_.end(), from, entry);
  due_.notify_one();
}

void Calls::expire() {
  const Clock::time_point now = Clock::now();
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    const List::iterator entry = index_.at(deadlines_.begin()->second);
    end(home(entry), entry, End::timed_out);
  }
}

/// One thing that is due: an end to tell, a commit, a call to start. False when there is none. The lock is given up meanwhile.
bool Calls::step(Lock &lock) {
  if (!ended_.empty())
    finish(lock);
  else if (begun_ > 0 && (waiting_.empty() || begun_ >= begun_max))
    commit(lock);
  else if (!waiting_.empty())
    start(lock, waiting_);
  else
    return false;
  return true;
}

void Calls::start(Lock &lock, List &from) {
  const List::iterator entry = from.begin();
  running_.splice(running_.end(), from, entry);
  entry->state = State::running;
  auto deadline = deadlines_.extract({entry->deadline, entry->id});  // what runs is not timed out
  lock.unlock();
  const Started started = entry->call.start(entry->id);
  lock.lock();
  if (started == Started::ended || entry->back) {
    end(running_, entry, End::ran);
  } else {
    entry->state = State::begun;
    if (deadline) deadlines_.insert(std::move(deadline));
  }
  if (started == Started::begun) begun_++;
}

void Calls::finish(Lock &lock) {
  List own;
  own.splice(own.end(), ended_, ended_.begin());
  Entry &entry = own.front();
  const std::size_t bytes = entry.call.bytes;
  lock.unlock();
  entry.call.finish(entry.end);
  entry.call = Call();  // frees the copied input before the call counts as ended
  lock.lock();
  index_.erase(entry.id);
  bytes_ -= bytes;
  ended_count_++;
  if (index_.empty()) empty_.notify_all();
}

void Calls::commit(Lock &lock) {
  begun_ = 0;
  lock.unlock();
  chores_.commit();
  lock.lock();
}

void Calls::refresh(Lock &lock) {
  next_refresh_ = Clock::now() + tick_every;
  lock.unlock();
  chores_.refresh();
  lock.lock();
}

std::int64_t Calls::run_due(std::int64_t budget_ms) {
  Lock lock(mutex_);
  if (has_threads())
    throw Failure(Status::busy, "handle_has_threads",
                  "purser_run_due is for handles opened with threads = 0; this one runs its calls on its own threads");
  if (driven_)
    throw Failure(Status::busy, "already_driven",
                  "another thread is in purser_run_due, or this is one of its callbacks; let one thread drive a handle");
  driven_ = true;
  const std::int64_t before = ended_count_;
  const Clock::time_point stop = budget_ms > 0 ? Clock::now() + std::chrono::milliseconds(budget_ms) : Clock::time_point::max();
  if (next_refresh_ <= Clock::now()) refresh(lock);
  do { expire(); } while (!closing_ && step(lock) && Clock::now() < stop);
  driven_ = false;
  return ended_count_ - before;
}

}  // namespace purser::runtime
