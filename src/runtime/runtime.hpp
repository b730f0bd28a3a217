// One open handle: the engine with its adapters, the threads, and who is inside.
#pragma once
#include <atomic>
#include <boost/describe/class.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.hpp"
#include "runtime/calls.hpp"
#include "runtime/gate.hpp"
#include "runtime/options.hpp"

namespace purser::adapters {
class Process;
}

namespace purser::runtime {

struct SecretsHeld {
  std::int64_t secrets = 0;
};
BOOST_DESCRIBE_STRUCT(SecretsHeld, (), (secrets))

class Runtime {
 public:
  /// Opens the store, applies the catalog of the options, starts the threads. Throws.
  explicit Runtime(Options options);
  ~Runtime();
  Runtime(const Runtime &) = delete;
  Runtime &operator=(const Runtime &) = delete;

  engine::Engine &engine() { return *engine_; }
  const engine::Engine &engine() const { return *engine_; }
  Calls &calls() { return *calls_; }
  Gate &gate() { return gate_; }
  /// False in a forked child: there the handle is dead.
  bool same_process() const noexcept;

  engine::PolicyApplied catalog_apply_file(const std::string &path, const std::string &source_name);
  engine::PolicyApplied catalog_apply(std::string_view text, const std::string &source_name);

  /// busy from a callback, or when another thread closes. ok: nothing runs any more; destroy it.
  Status close();

 private:
  void commit() noexcept;
  void refresh() noexcept;
  void settle_outbox();
  void fetch_gaps();
  void sweep_events();
  void tidy_store();
  /// On a thread that may wait for Stripe; `what` for the log.
  void ask_later(const char *what, std::function<void()> work);

  std::unique_ptr<adapters::Process> process_;
  Gate gate_;
  ports::Log log_;
  bool refresh_fails_ = false;  ///< said once, not every 50 ms; one thread refreshes at a time
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<Calls> calls_;
  std::atomic<bool> ready_{false};          ///< calls_ is there: its threads start before
  Calls::Clock::time_point next_settle_{};  ///< one thread refreshes at a time, as for the following
  Calls::Clock::time_point next_gap_look_{};
  Calls::Clock::time_point next_sweep_{};
  Calls::Clock::time_point tidied_at_{};
  std::atomic<bool> more_to_tidy_{false};
  std::atomic<bool> fetching_{false};  ///< a gap fetch of the background runs
};

}  // namespace purser::runtime
