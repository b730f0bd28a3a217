#include "environment.hpp"

#include <system_error>
#include <utility>

#include "failure.hpp"
#include "store.hpp"

namespace purser_node {
namespace {

using Shared = std::shared_ptr<Environment>;

struct Closing : Job {
  explicit Closing(Store *of) : store(of) { keeps_loop = false; }
  void run() noexcept override { store->close_now(); }
  void deliver(napi_env) override {}
  std::unique_ptr<Store> store;
};

}  // namespace

void Environment::install(napi_env env) {
  const auto made = std::make_shared<Environment>();
  napi_value name;
  must(env, napi_create_string_utf8(env, "purser", NAPI_AUTO_LENGTH, &name));
  const auto wake = [](napi_env target, napi_value, void *self, void *) {
    if (target) static_cast<Environment *>(self)->drain(target);
  };
  must(env, napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, made.get(), wake, &made->wake_));
  must(env, napi_unref_threadsafe_function(env, made->wake_));
  const auto forget = [](napi_env, void *data, void *) { delete static_cast<Shared *>(data); };
  must(env, napi_set_instance_data(env, new Shared(made), forget, nullptr));
  // Hooks run last in, first out: this one before the one that ends the thread-safe function.
  must(env, napi_add_env_cleanup_hook(
                env, [](void *self) { static_cast<Environment *>(self)->stop(); }, made.get()));
}

Environment &Environment::of(napi_env env) {
  void *data = nullptr;
  must(env, napi_get_instance_data(env, &data));
  return **static_cast<Shared *>(data);
}

void Environment::set_error_class(napi_env env, napi_value constructor) {
  must(env, napi_create_reference(env, constructor, 1, &error_class_));
}

napi_value Environment::error_class(napi_env env) const {
  napi_value constructor = nullptr;
  must(env, napi_get_reference_value(env, error_class_, &constructor));
  return constructor;
}

void Environment::post(std::unique_ptr<Item> item) noexcept {
  const std::lock_guard lock(mutex_);
  Item *const added = item.get();
  const bool was_empty = !first_;
  (was_empty ? first_ : last_->next) = std::move(item);
  last_ = added;
  if (was_empty && !stopped_) napi_call_threadsafe_function(wake_, nullptr, napi_tsfn_nonblocking);
}

std::unique_ptr<Item> Environment::take(bool for_ever) noexcept {
  const std::lock_guard lock(mutex_);
  stopped_ = stopped_ || for_ever;
  last_ = nullptr;
  return std::move(first_);
}

void Environment::drain(napi_env env) {
  const auto alive = shared_from_this();
  for (auto item = take(false); item;) {
    auto next = std::move(item->next);
    napi_handle_scope scope;
    if (napi_open_handle_scope(env, &scope) != napi_ok) return;
    if (auto *job = dynamic_cast<Job *>(item.get())) {
      if (job->thread.joinable()) job->thread.join();
      jobs_.erase(job);
      if (job->keeps_loop) release(env);
    }
    guarded(env, [&]() -> napi_value {
      item->deliver(env);
      return nullptr;
    });
    napi_value thrown;
    bool pending = false;
    napi_is_exception_pending(env, &pending);
    if (pending && napi_get_and_clear_last_exception(env, &thrown) == napi_ok) napi_fatal_exception(env, thrown);
    napi_close_handle_scope(env, scope);
    item = std::move(next);
  }
}

void Environment::hold(napi_env env) {
  if (holds_++ == 0) must(env, napi_ref_threadsafe_function(env, wake_));
}

void Environment::release(napi_env env) {
  if (--holds_ == 0) napi_unref_threadsafe_function(env, wake_);
}

void Environment::start(napi_env env, std::unique_ptr<Job> job) {
  if (job->keeps_loop) hold(env);
  launch(std::move(job));
}

void Environment::launch(std::unique_ptr<Job> job) noexcept {
  Job *const started = job.release();
  try {
    jobs_.insert(started);
    started->thread = std::thread([this, started] {
      started->run();
      post(std::unique_ptr<Item>(started));
    });
  } catch (const std::exception &) {  // no thread to be had: it is done here
    started->run();
    post(std::unique_ptr<Item>(started));
  }
}

void Environment::retire(Store *store) noexcept {
  bool stopped;
  {
    const std::lock_guard lock(mutex_);
    stopped = stopped_;
  }
  if (stopped || !store->open()) {
    delete store;
  } else {
    launch(std::make_unique<Closing>(store));
  }
}

void Environment::finish_jobs() noexcept {
  for (Job *job : jobs_) {
    if (job->thread.joinable()) job->thread.join();
  }
}

void Environment::close_stores() noexcept {
  for (Store *store : stores_) store->close_now();
}

void Environment::close_all(napi_env env) {
  finish_jobs();
  close_stores();
  drain(env);
}

void Environment::stop() noexcept {
  const auto alive = shared_from_this();
  finish_jobs();
  close_stores();
  jobs_.clear();
  for (auto item = take(true); item;) item = std::move(item->next);
}

}  // namespace purser_node
