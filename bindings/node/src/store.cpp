#include "store.hpp"

#include <utility>

#include "arguments.hpp"
#include "environment.hpp"
#include "failure.hpp"
#include "input.hpp"
#include "tables.hpp"

namespace purser_node {
namespace {

constexpr napi_type_tag handle_tag = {0x7075727365722d68, 0x616e646c652d3031};

using Shared = std::shared_ptr<Store>;

void forget(napi_env, void *data, void *) { delete static_cast<Shared *>(data); }

napi_value undefined(napi_env env) {
  napi_value value;
  must(env, napi_get_undefined(env, &value));
  return value;
}

/// The configuration, its clock and its log, before anything is opened.
struct Opening {
  Opening(napi_env env, napi_value object) : store(Store::make(Environment::of(env))), config(env, object, config_shape(), Bytes::copy) {
    store->clock = ManualTime::from_config(env, object);
    store->log.set(env, object);
  }
  void run() { store->open_now(*static_cast<purser_config *>(config.get())); }
  Shared store;
  Input config;
};

struct OpenJob : Job {
  OpenJob(napi_env env, napi_value object) : opening(env, object) {}
  void run() noexcept override {
    try {
      opening.run();
    } catch (const Failure &thrown) { failure = std::make_unique<Failure>(thrown); }
  }
  void deliver(napi_env env) override {
    if (failure) {
      must(env, napi_reject_deferred(env, deferred, new_error(env, *failure)));
      return;
    }
    opening.store->publish();
    must(env, napi_resolve_deferred(env, deferred, Store::new_handle(env, opening.store)));
  }
  Opening opening;
  std::unique_ptr<Failure> failure;
  napi_deferred deferred = nullptr;
};

struct CloseJob : Job {
  explicit CloseJob(Shared of) : store(std::move(of)) {}
  void run() noexcept override { store->close_now(); }
  void deliver(napi_env env) override {
    for (napi_deferred waiting : std::exchange(store->waiting_for_close, {})) {
      must(env, napi_resolve_deferred(env, waiting, undefined(env)));
    }
  }
  Shared store;
};

}  // namespace

Store::Store(Environment &of) : environment(of.shared_from_this()), log(environment) { environment->add(this); }

Store::~Store() {
  close_now();
  environment->remove(this);
}

Shared Store::make(Environment &environment) {
  return Shared(new Store(environment), [](Store *store) { store->environment->retire(store); });
}

Shared Store::of(napi_env env, napi_value handle) {
  void *data = nullptr;
  bool tagged = false;
  if (napi_check_object_type_tag(env, handle, &handle_tag, &tagged) != napi_ok || !tagged || napi_unwrap(env, handle, &data) != napi_ok) {
    throw Failure{PURSER_INVALID, "argument_type", "handle: expected an open Purser", "handle", "", 0};
  }
  return *static_cast<Shared *>(data);
}

napi_value Store::new_handle(napi_env env, const Shared &store) {
  napi_value handle;
  must(env, napi_create_object(env, &handle));
  must(env, napi_type_tag_object(env, handle, &handle_tag));
  must(env, napi_wrap(env, handle, new Shared(store), forget, nullptr, nullptr));
  must(env, napi_set_named_property(env, handle, "check", new_check(env, store)));
  must(env, napi_set_named_property(env, handle, "tier", new_tier(env, store)));
  return handle;
}

void Store::open_now(purser_config &config) {
  if (log.wanted()) {
    config.log = LogTarget::write;
    config.log_context = &log;
  }
  purser_clock vtable{};
  if (clock) {
    vtable = {sizeof vtable, ManualTime::read, clock.get()};
    config.clock = &vtable;
  }
  purser_error *error = nullptr;
  const std::lock_guard lock(mutex_);
  const purser_status status = purser_open(&config, &handle_, &error);
  const Error owned(error);
  if (status != PURSER_OK) throw Failure::from(status, error);
}

void Store::close_now() noexcept {
  const std::lock_guard lock(mutex_);
  purser_close(std::exchange(handle_, nullptr));
}

void Store::publish() {
  const std::lock_guard lock(mutex_);
  live_ = handle_;
}

bool Store::open() {
  const std::lock_guard lock(mutex_);
  return handle_ != nullptr;
}

purser_handle *Store::required() const {
  if (live_) return live_;
  throw Failure{PURSER_CLOSED, "closed", "the store is closed: open it again with Purser.open", "", "", 0};
}

napi_value open_store(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Arguments<1> arguments(env, info);
    napi_value promise;
    napi_deferred deferred;
    must(env, napi_create_promise(env, &deferred, &promise));
    try {
      auto job = std::make_unique<OpenJob>(env, arguments[0]);
      job->deferred = deferred;
      Environment::of(env).start(env, std::move(job));
    } catch (const Failure &failure) { must(env, napi_reject_deferred(env, deferred, new_error(env, failure))); }
    return promise;
  });
}

napi_value open_store_sync(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Arguments<1> arguments(env, info);
    Opening opening(env, arguments[0]);
    opening.run();
    opening.store->publish();
    return Store::new_handle(env, opening.store);
  });
}

napi_value close_store(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Arguments<1> arguments(env, info);
    const Shared store = Store::of(env, arguments[0]);
    napi_value promise;
    napi_deferred deferred;
    must(env, napi_create_promise(env, &deferred, &promise));
    store->hide();
    store->waiting_for_close.push_back(deferred);
    if (store->waiting_for_close.size() == 1) Environment::of(env).start(env, std::make_unique<CloseJob>(store));
    return promise;
  });
}

napi_value close_store_sync(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Arguments<1> arguments(env, info);
    const Shared store = Store::of(env, arguments[0]);
    store->hide();
    store->close_now();
    Environment::of(env).drain(env);  // the calls that it ended are told now
    return undefined(env);
  });
}

napi_value close_all(napi_env env, napi_callback_info) {
  return guarded(env, [&] {
    Environment::of(env).close_all(env);
    return undefined(env);
  });
}

}  // namespace purser_node
