// Submitted calls: a bounded queue, the engine's threads, deadlines. Each call is told its end exactly once, never under a lock.
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <set>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace purser::runtime {

inline constexpr std::size_t calls_max = 100'000;
inline constexpr std::size_t call_bytes_max = 256 * 1024 * 1024;
inline constexpr std::size_t begun_max = 64;  ///< deliveries handed to the engine before it must commit them
inline constexpr std::size_t askers_max = 8;  ///< threads for calls that wait for Stripe, each made when it is first needed
inline constexpr std::chrono::milliseconds tick_every{50};

class Calls {
 public:
  using Clock = std::chrono::steady_clock;
  enum class End { ran, canceled, timed_out };
  enum class Started { ended, begun };  ///< begun: `came_back` will end it
  struct Call {
    std::function<Started(std::uint64_t id)> start;  ///< must not throw
    std::function<void(End)> finish;                 ///< tells the host; must not throw
    std::size_t bytes = 0;                           ///< of its copied input
    std::int64_t deadline_ms = 0;                    ///< from now; 0 = none
    bool asks = false;                               ///< waits for Stripe: kept apart, so that deliveries need not wait behind it
  };
  /// What the threads do besides calls; none of it may throw.
  struct Chores {
    std::function<void()> commit;   ///< commits all that was begun
    std::function<void()> refresh;  ///< takes over what other processes committed
  };

  /// `threads` = 0: the host drives run_due.
  Calls(int threads, Chores chores);
  ~Calls();
  Calls(const Calls &) = delete;
  Calls &operator=(const Calls &) = delete;

  /// Throws limit, closed. `*id` is written before anything can end the call.
  void add(Call call, std::uint64_t *id);
  /// ok: it will end as canceled. busy: it runs. not_found: unknown or ended.
  Status cancel(std::uint64_t id);
  /// A begun call has its result. False when its deadline ended it first: the result is dropped.
  bool came_back(std::uint64_t id, const std::function<void()> &keep_result);
  /// threads = 0 only. Returns how many calls ended. Throws busy while another thread drives.
  std::int64_t run_due(std::int64_t budget_ms);
  /// Cancels what waits, lets the rest end, joins the threads. Call once.
  void close();

  bool has_threads() const { return !workers_.empty(); }
  bool on_engine_thread() const;

 private:
  enum class State { waiting, running, begun, ended };  ///< running: on some thread, in `start`
  struct Entry {
    std::uint64_t id;
    Call call;
    Clock::time_point deadline;
    State state = State::waiting;
    End end = End::ran;
    bool back = false;  ///< came back before `start` returned
  };
  using List = std::list<Entry>;
  using Lock = std::unique_lock<std::mutex>;

  void start_threads(int threads);
  void work();
  void ask();
  void tick();
  void ensure_asker() noexcept;
  List &home(List::iterator entry);
  bool step(Lock &lock);
  void start(Lock &lock, List &from);
  void finish(Lock &lock);
  void end(List &from, List::iterator entry, End how) noexcept;
  void expire();
  void commit(Lock &lock);
  void refresh(Lock &lock);
  void drive_to_the_end(Lock &lock);
  void stop_threads(Lock &lock);
  Clock::time_point next_alarm() const;

  const Chores chores_;
  mutable std::mutex mutex_;
  std::condition_variable due_;              ///< something to start, to finish or to commit
  std::condition_variable ask_;              ///< a call that waits for Stripe, or stop
  std::condition_variable alarm_;            ///< the ticker: an earlier deadline, or stop
  std::condition_variable empty_;            ///< the last call has ended
  List waiting_, asking_, running_, ended_;  ///< an entry only ever moves between them: ending a call needs no memory
  std::unordered_map<std::uint64_t, List::iterator> index_;
  std::set<std::pair<Clock::time_point, std::uint64_t>> deadlines_;
  std::uint64_t last_id_ = 0;
  std::size_t bytes_ = 0;
  std::size_t begun_ = 0;  ///< since the last commit
  std::int64_t ended_count_ = 0;
  std::size_t idle_ = 0;         ///< workers that wait for something to do
  std::size_t idle_askers_ = 0;  ///< the same of askers
  bool driven_ = false;          ///< a thread is in run_due or drives the end
  bool closing_ = false;
  bool stop_ = false;
  Clock::time_point next_refresh_;
  std::vector<std::thread> workers_, askers_;
  std::thread ticker_;
  std::vector<std::thread::id> engine_threads_;
};

}  // namespace purser::runtime
