#include "engine.hpp"

#include <unistd.h>

#include <set>
#include <system_error>
#include <thread>
#include <vector>

#include "clock.hpp"
#include "failure.hpp"

namespace purser_python {
namespace {

thread_local Engine::Callback *innermost = nullptr;
std::set<Engine *> engines;  // guarded by the GIL

}  // namespace

Engine::Engine() : process_(getpid()) { engines.insert(this); }

Engine::~Engine() {
  engines.erase(this);
  Py_XDECREF(log);
  Py_XDECREF(clock);
}

void Engine::open(purser_config &config) {
  sweep();
  if (log) {
    config.log = write_log;
    config.log_context = this;
  }
  purser_clock vtable{};
  if (clock) {
    vtable = vtable_of(clock);
    config.clock = &vtable;
  }
  purser_error *error = nullptr;
  purser_handle *made = nullptr;
  purser_status status = PURSER_OK;
  {
    const WithoutGil released;
    if (sandbox) status = purser_sandbox_configure(sandbox->box, &config, &error);
    if (status == PURSER_OK) status = purser_open(&config, &made, &error);
  }
  const Error owned(error);
  if (status != PURSER_OK) throw Failure::from(status, error);
  allowed_origins.assign(config.allowed_origins, config.allowed_origins + config.allowed_origins_count);
  live_ = handle_ = made;
  phase_ = opened;
}

void Engine::close() {
  if (phase_ == never_opened || phase_ == closed) return;
  if (in_callback()) {
    throw Failure{
        PURSER_BUSY, "in_callback", "close from a callback of the store would wait for itself: close after it has returned", "", "", 0};
  }
  live_ = nullptr;
  int expected = opened;
  const bool mine = phase_.compare_exchange_strong(expected, closing);
  const WithoutGil released;
  if (mine) {
    close_handle();
  } else if (getpid() == process_) {
    phase_.wait(closing);
  }
}

/// Calls that run on other threads end first: they hold the handle. In a forked child those threads do not exist, and the library refuses.
void Engine::close_handle() noexcept {
  if (getpid() == process_) {
    for (int running = uses_; running > 0; running = uses_) uses_.wait(running);
  }
  purser_close(handle_);
  sandbox.reset();
  phase_ = closed;
  phase_.notify_all();
}

void Engine::retire(Engine *engine) noexcept {
  const SavedError saved;
  if (!engine->in_callback()) {
    engine->close();
    delete engine;
    return;
  }
  engine->live_ = nullptr;
  engine->orphan_ = true;
  engine->phase_ = closing;
  try {
    std::thread([engine] { engine->close_handle(); }).detach();
  } catch (const std::system_error &) {}  // no thread to be had: it stays open until the process ends
}

void Engine::sweep() noexcept {
  for (auto at = engines.begin(); at != engines.end();) {
    Engine *engine = *at++;
    if (engine->orphan_ && engine->phase_ == closed) delete engine;
  }
}

void Engine::close_all() noexcept {
  const std::vector<Engine *> open(engines.begin(), engines.end());
  for (Engine *engine : open) {
    if (engines.count(engine) && !engine->in_callback()) engine->close();
  }
}

Engine::Use::Use(Engine &engine) : engine_(engine), handle_(engine.live_) {
  if (!handle_) throw Failure{PURSER_CLOSED, "closed", "the store is closed: open it again with Purser.open", "", "", 0};
  engine_.begin_use();
}

Engine::Use::~Use() { engine_.end_use(); }

Engine::Callback::Callback(const Engine &engine) : engine_(engine), outer_(innermost) { innermost = this; }
Engine::Callback::~Callback() { innermost = outer_; }

bool Engine::in_callback() const {
  for (const Callback *at = innermost; at; at = at->outer_) {
    if (&at->engine_ == this) return true;
  }
  return false;
}

/// Any thread, never under a lock of the library. What the host's function raises is dropped: there is nobody to tell.
void Engine::write_log(void *self, std::int32_t level, const char *message) {
  const PyGILState_STATE gil = PyGILState_Ensure();
  {
    auto &engine = *static_cast<Engine *>(self);
    const Callback inside(engine);
    const SavedError saved;
    const Ref function = Ref::share(engine.log);
    if (function) {
      Py_XDECREF(PyObject_CallFunction(function.get(), "is", static_cast<int>(level), message));
      PyErr_Clear();
    }
  }
  PyGILState_Release(gil);
}

}  // namespace purser_python
