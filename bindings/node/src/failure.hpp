// Why a call did not do it, on its way to JavaScript: thrown here, caught at the edge, a PurserError there.
#pragma once
#include <node_api.h>
#include <purser.h>

#include <cstdint>
#include <memory>
#include <new>
#include <string>

namespace purser_node {

struct Failure {
  std::int32_t status = PURSER_INTERNAL;
  std::string reason, message, parameter, request_id;
  std::int64_t retry_after_ms = 0;

  /// `error` may be null: the library could not make one.
  static Failure from(purser_status status, const purser_error *error);
};

/// A JavaScript exception is pending in the environment.
struct Pending {};

/// Throws Pending; a failure without a pending exception becomes one.
void must(napi_env env, napi_status status);

/// new PurserError(fields): the class that JavaScript handed over in `init`.
napi_value new_error(napi_env env, const Failure &failure);

/// What is made inside is let go at its end, thrown or not. A value that is needed later was stored in an older object.
class Scope {
 public:
  explicit Scope(napi_env env) : env_(env) { must(env, napi_open_handle_scope(env, &scope_)); }
  ~Scope() { napi_close_handle_scope(env_, scope_); }
  Scope(const Scope &) = delete;
  Scope &operator=(const Scope &) = delete;

 private:
  napi_env env_;
  napi_handle_scope scope_ = nullptr;
};

struct Free {
  void operator()(const void *output) const { purser_free(output); }
};
using Output = std::unique_ptr<const void, Free>;
using Error = std::unique_ptr<purser_error, Free>;

/// The edge: whatever is thrown inside becomes a JavaScript exception.
template <class Function>
napi_value guarded(napi_env env, Function function) noexcept {
  try {
    return function();
  } catch (const Pending &) {
  } catch (const Failure &failure) {
    try {
      napi_throw(env, new_error(env, failure));
    } catch (...) {}
  } catch (const std::bad_alloc &) { napi_throw_error(env, "no_memory", "out of memory"); } catch (const std::exception &unexpected) {
    napi_throw_error(env, "internal", unexpected.what());
  }
  return nullptr;
}

}  // namespace purser_node
