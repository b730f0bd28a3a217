// One open store as JavaScript holds it: through its handle object and through the functions `check` and `tier`. When the last of them and
// the last pending call is gone, it closes by itself.
#pragma once
#include <node_api.h>
#include <purser.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "clock.hpp"
#include "log.hpp"
#include "sandbox.hpp"

namespace purser_node {

class Environment;

class Store {
 public:
  static std::shared_ptr<Store> make(Environment &environment);
  /// The store of a handle object; throws for anything else.
  static std::shared_ptr<Store> of(napi_env env, napi_value handle);
  /// A handle object with `check` and `tier`.
  static napi_value new_handle(napi_env env, const std::shared_ptr<Store> &store);
  ~Store();

  /// Any thread but an engine thread. `config` is completed with the log and the clock. Throws.
  void open_now(purser_config &config);
  void close_now() noexcept;

  // the JavaScript thread -------------------------------------------------------------------------------------------
  /// Null from the moment it was opened until it was told to be, and again from the moment it is closing.
  purser_handle *live() const { return live_; }
  /// Throws when it is closed.
  purser_handle *required() const;
  void publish();                   ///< it is open: JavaScript may use it
  void hide() { live_ = nullptr; }  ///< it is about to close: check is false from now on
  bool open();

  /// Another thread uses the handle: close waits for its end.
  class Use {
   public:
    explicit Use(std::shared_ptr<Store> store);
    ~Use() { end(); }
    Use(const Use &) = delete;
    Use &operator=(const Use &) = delete;
    purser_handle *handle() const { return handle_; }
    void end() noexcept;

   private:
    std::shared_ptr<Store> store_;
    purser_handle *handle_;
    bool ended_ = false;
  };

  const std::shared_ptr<Environment> environment;
  std::shared_ptr<ManualTime> clock;  ///< null: the system's
  std::shared_ptr<Box> sandbox;       ///< null: Stripe itself; let go when the store has closed
  std::vector<std::string> allowed_origins;
  LogTarget log;
  std::vector<napi_deferred> waiting_for_close;
  bool closing = false;

 private:
  explicit Store(Environment &of);
  purser_handle *live_ = nullptr;
  std::mutex mutex_;
  std::condition_variable unused_;
  std::size_t uses_ = 0;  ///< guarded by mutex_, as the next one
  purser_handle *handle_ = nullptr;
};

// Functions for JavaScript; see index.js.
napi_value open_store(napi_env env, napi_callback_info info);        ///< open(config, sandbox?) → Promise of a handle
napi_value open_store_sync(napi_env env, napi_callback_info info);   ///< openSync(config, sandbox?) → handle
napi_value close_store(napi_env env, napi_callback_info info);       ///< close(handle) → Promise
napi_value close_store_sync(napi_env env, napi_callback_info info);  ///< closeSync(handle)
napi_value close_all(napi_env env, napi_callback_info info);         ///< closeAll(): the process ends

// hot.cpp
napi_value new_check(napi_env env, const std::shared_ptr<Store> &store);
napi_value new_tier(napi_env env, const std::shared_ptr<Store> &store);

}  // namespace purser_node
