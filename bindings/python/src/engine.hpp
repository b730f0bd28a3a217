// One open store as the extension holds it: the C handle, what its callbacks need, and who still uses it. It outlives the Python object
// where that dies inside one of its own callbacks.
#pragma once
#include <purser.h>
#include <sys/types.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "python.hpp"
#include "sandbox.hpp"

namespace purser_python {

class Engine {
 public:
  Engine();
  ~Engine();
  Engine(const Engine &) = delete;
  Engine &operator=(const Engine &) = delete;

  /// Completes `config` with log and clock. Throws Failure; lets other threads run meanwhile.
  void open(purser_config &config);
  /// Null from the moment it is closing.
  purser_handle *live() const { return live_; }
  /// Around every use of the handle: close waits for its end. Cheap enough for check, which needs it because a log function may let another
  /// thread run. The GIL makes load and store one step.
  void begin_use() { uses_.store(uses_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed); }
  void end_use() {
    uses_.store(uses_.load(std::memory_order_relaxed) - 1, std::memory_order_release);
    if (phase_.load(std::memory_order_relaxed) == closing) uses_.notify_all();
  }
  /// A second call waits for the first one and is fine. BUSY (a Failure) from a callback of this engine.
  void close();
  /// Nobody can use it any more: closes and deletes, on another thread if this one is inside a callback of it.
  static void retire(Engine *engine) noexcept;
  /// At the interpreter's end: no thread of an engine may want the GIL afterwards.
  static void close_all() noexcept;

  /// The same for verbs, which let go of the GIL. Throws Failure (CLOSED).
  class Use {
   public:
    explicit Use(Engine &engine);
    ~Use();
    Use(const Use &) = delete;
    Use &operator=(const Use &) = delete;
    purser_handle *handle() const { return handle_; }

   private:
    Engine &engine_;
    purser_handle *handle_;
  };

  /// Marks this thread as inside a callback: close would wait for itself.
  class Callback {
   public:
    explicit Callback(const Engine &engine);
    ~Callback();
    Callback(const Callback &) = delete;
    Callback &operator=(const Callback &) = delete;

   private:
    friend class Engine;
    const Engine &engine_;
    Callback *outer_;
  };

  PyObject *log = nullptr;       ///< a callable or null; owned; set to null by the garbage collector
  PyObject *clock = nullptr;     ///< a ManualClock or null; owned
  std::shared_ptr<Box> sandbox;  ///< null: Stripe itself; let go when the store has closed
  std::vector<std::string> allowed_origins;

 private:
  enum Phase : int { never_opened, opened, closing, closed };
  static void write_log(void *self, std::int32_t level, const char *message);
  bool in_callback() const;
  void close_handle() noexcept;  // without the GIL
  static void sweep() noexcept;

  purser_handle *live_ = nullptr;
  purser_handle *handle_ = nullptr;
  std::atomic<int> uses_{0};
  std::atomic<int> phase_{never_opened};
  pid_t process_;
  bool orphan_ = false;  ///< retired from a callback: deleted by a later sweep
};

}  // namespace purser_python
