// What one JavaScript environment (the main thread, a worker) has of its own: the mailbox through which other threads reach it, the
// threads that open and close stores for it, and the stores that its end must close. Nothing here is shared between environments.
#pragma once
#include <node_api.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

namespace purser_node {

class Store;

/// Something to do on the JavaScript thread. Destroyed there too, delivered or not.
struct Item {
  virtual ~Item() = default;
  virtual void deliver(napi_env env) = 0;
  std::unique_ptr<Item> next;  ///< the mailbox's: posting needs no memory
};

/// Something to do on a thread of its own first; then it is delivered like any item.
struct Job : Item {
  virtual void run() noexcept = 0;
  bool keeps_loop = true;  ///< the event loop waits for it
  std::thread thread;
};

class Environment : public std::enable_shared_from_this<Environment> {
 public:
  static void install(napi_env env);
  static Environment &of(napi_env env);

  void set_error_class(napi_env env, napi_value constructor);
  napi_value error_class(napi_env env) const;

  // any thread ------------------------------------------------------------------------------------------------------
  void post(std::unique_ptr<Item> item) noexcept;

  // the JavaScript thread -------------------------------------------------------------------------------------------
  void drain(napi_env env);
  void hold(napi_env env);  ///< the event loop stays alive until as many releases
  void release(napi_env env);
  void start(napi_env env, std::unique_ptr<Job> job);
  /// Stores that JavaScript has forgotten close on a thread of their own; at the environment's end on this one.
  void retire(Store *store) noexcept;
  void add(Store *store) { stores_.insert(store); }
  void remove(Store *store) { stores_.erase(store); }
  /// Ends everything; JavaScript can still be told.
  void close_all(napi_env env);

 private:
  void stop() noexcept;  ///< the environment ends: JavaScript can no longer be told
  void finish_jobs() noexcept;
  void close_stores() noexcept;
  void launch(std::unique_ptr<Job> job) noexcept;
  std::unique_ptr<Item> take(bool for_ever) noexcept;

  napi_threadsafe_function wake_ = nullptr;
  napi_ref error_class_ = nullptr;
  std::mutex mutex_;
  std::unique_ptr<Item> first_;  ///< guarded by mutex_, as the next two
  Item *last_ = nullptr;
  bool stopped_ = false;
  std::set<Job *> jobs_;
  std::set<Store *> stores_;
  std::size_t holds_ = 0;
};

}  // namespace purser_node
