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

napi_value texts(napi_env env, const std::vector<std::string> &from) {
  napi_value list, text;
  must(env, napi_create_array(env, &list));
  for (std::uint32_t i = 0; i < from.size(); ++i) {
    must(env, napi_create_string_utf8(env, from[i].data(), from[i].size(), &text));
    must(env, napi_set_element(env, list, i, text));
  }
  return list;
}

/// The configuration, its clock, log and sandbox, before anything is opened.
struct Opening {
  Opening(napi_env env, napi_value object, napi_value sandbox)
      : store(Store::make(Environment::of(env))), config(env, object, config_shape(), Bytes::copy) {
    store->clock = ManualTime::from_config(env, object);
    store->log.set(env, object);
    store->sandbox = sandbox_of(env, sandbox);
    if (store->sandbox && store->clock) {
      throw Failure{
          PURSER_INVALID, "argument_conflict", "clock: a sandbox has a clock of its own; leave it out and use advance", "clock", "", 0};
    }
  }
  void run() { store->open_now(*static_cast<purser_config *>(config.get())); }
  Shared store;
  Input config;
};

struct OpenJob : Job {
  OpenJob(napi_env env, napi_value object, napi_value sandbox) : opening(env, object, sandbox) {}
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
  must(env, napi_set_named_property(env, handle, "allowedOrigins", texts(env, store->allowed_origins)));
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
  purser_status status = sandbox ? purser_sandbox_configure(sandbox->box, &config, &error) : PURSER_OK;
  if (status == PURSER_OK) status = purser_open(&config, &handle_, &error);
  const Error owned(error);
  if (status != PURSER_OK) throw Failure::from(status, error);
  allowed_origins.assign(config.allowed_origins, config.allowed_origins + config.allowed_origins_count);
}

void Store::close_now() noexcept {
  std::unique_lock lock(mutex_);
  unused_.wait(lock, [&] { return uses_ == 0; });
  purser_close(std::exchange(handle_, nullptr));
  sandbox.reset();
}

Store::Use::Use(std::shared_ptr<Store> store) : store_(std::move(store)), handle_(store_->required()) {
  const std::lock_guard lock(store_->mutex_);
  ++store_->uses_;
}

void Store::Use::end() noexcept {
  if (std::exchange(ended_, true)) return;
  const std::lock_guard lock(store_->mutex_);
  if (--store_->uses_ == 0) store_->unused_.notify_all();
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
    const Arguments<2> arguments(env, info);
    napi_value promise;
    napi_deferred deferred;
    must(env, napi_create_promise(env, &deferred, &promise));
    try {
      auto job = std::make_unique<OpenJob>(env, arguments[0], arguments[1]);
      job->deferred = deferred;
      Environment::of(env).start(env, std::move(job));
    } catch (const Failure &failure) { must(env, napi_reject_deferred(env, deferred, new_error(env, failure))); }
    return promise;
  });
}

napi_value open_store_sync(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Arguments<2> arguments(env, info);
    Opening opening(env, arguments[0], arguments[1]);
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
