// The module: what index.js is built on. Everything it keeps belongs to one environment, so every worker has its own.
#include "arguments.hpp"
#include "call.hpp"
#include "clock.hpp"
#include "environment.hpp"
#include "failure.hpp"
#include "sandbox.hpp"
#include "store.hpp"

namespace purser_node {
namespace {

/// init(PurserError): once, before anything can fail.
napi_value init(napi_env env, napi_callback_info info) {
  return guarded(env, [&]() -> napi_value {
    const Arguments<1> arguments(env, info);
    Environment::of(env).set_error_class(env, arguments[0]);
    return nullptr;
  });
}

void set(napi_env env, napi_value exports, const char *name, napi_value value) {
  must(env, napi_set_named_property(env, exports, name, value));
}

void set(napi_env env, napi_value exports, const char *name, napi_callback callback) {
  napi_value function;
  must(env, napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function));
  set(env, exports, name, function);
}

napi_value version(napi_env env) {
  napi_value value;
  must(env, napi_create_string_utf8(env, purser_version(), NAPI_AUTO_LENGTH, &value));
  return value;
}

napi_value start(napi_env env, napi_value exports) {
  Environment::install(env);
  set(env, exports, "version", version(env));
  set(env, exports, "verbs", verb_list(env));
  set(env, exports, "ManualClock", manual_clock_class(env));
  set(env, exports, "init", init);
  set(env, exports, "open", open_store);
  set(env, exports, "openSync", open_store_sync);
  set(env, exports, "close", close_store);
  set(env, exports, "closeSync", close_store_sync);
  set(env, exports, "closeAll", close_all);
  set(env, exports, "call", call_verb);
  set(env, exports, "submit", submit_verb);
  set(env, exports, "cancel", cancel_call);
  set(env, exports, "runDue", run_due);
  set(env, exports, "sandboxOpen", open_sandbox);
  set(env, exports, "sandboxCall", call_sandbox);
  set(env, exports, "sandboxSubmit", submit_sandbox);
  set(env, exports, "sandboxSecretKey", sandbox_secret_key);
  set(env, exports, "sandboxNowMs", sandbox_now_ms);
  set(env, exports, "sandboxClose", close_sandbox);
  set(env, exports, "sandboxCloseSync", close_sandbox_sync);
  return exports;
}

}  // namespace
}  // namespace purser_node

NAPI_MODULE_INIT() {
  return purser_node::guarded(env, [&] { return purser_node::start(env, exports); });
}
