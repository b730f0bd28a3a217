#include "call.hpp"

#include <utility>

#include "arguments.hpp"
#include "environment.hpp"
#include "failure.hpp"
#include "input.hpp"
#include "output.hpp"
#include "store.hpp"

namespace purser_node {
namespace {

constexpr std::int32_t http_internal_error = 500, http_unavailable = 503;

std::shared_ptr<Store> store_or_none(napi_env env, napi_value handle) {
  napi_valuetype type;
  must(env, napi_typeof(env, handle, &type));
  return type == napi_undefined ? nullptr : Store::of(env, handle);
}

const purserd_verb &verb_at(napi_env env, napi_value index) {
  std::uint32_t i = 0;
  must(env, napi_get_value_uint32(env, index, &i));
  if (i < verbs().size()) return verbs()[i];
  throw Failure{PURSER_INVALID, "verb_unknown", "there is no such verb", "verb", "", 0};
}

purser_handle *handle_for(const purserd_verb &verb, const Store *store) {
  if (verb.flags & PURSERD_PURE) return store ? store->live() : nullptr;
  if (!store) throw Failure{PURSER_INVALID, "argument_type", "handle: expected an open Purser", "handle", "", 0};
  return store->required();
}

napi_value answer(napi_env env, const purserd_verb &verb, const void *out) {
  const napi_value object = shown(env, *verb.out, out);
  if (verb.flags & PURSERD_TABLE) must(env, napi_set_named_property(env, object, "rows", shown_rows(env, out)));
  return object;
}

void set(napi_env env, napi_value object, const char *name, const std::string &text) {
  napi_value value;
  must(env, napi_create_string_utf8(env, text.data(), text.size(), &value));
  must(env, napi_set_named_property(env, object, name, value));
}

/// A verb that always has an output has one here too: the library's own for a missing input, with the reason that holds. The host's mistake
/// is a 500; what may work when Stripe delivers again is a 503.
napi_value refusal(napi_env env, const purserd_verb &verb, const Failure &failure) {
  const void *out = nullptr;
  purser_error *error = nullptr;
  verb.call(nullptr, nullptr, &out, &error);
  const Output owned(out);
  const Error owned_error(error);
  const napi_value object = shown(env, *verb.out, out);
  napi_value status;
  must(env, napi_create_int32(env, failure.status == PURSER_INVALID ? http_internal_error : http_unavailable, &status));
  must(env, napi_set_named_property(env, object, "httpStatus", status));
  set(env, object, "reason", failure.reason);
  set(env, object, "message", failure.message);
  return object;
}

bool always_answers(const purserd_verb &verb) { return verb.flags & PURSERD_ALWAYS_OUTPUT; }

/// A call whose end is a Promise. It keeps its store open.
struct Call : Item {
  Call(std::shared_ptr<Store> of, const purserd_verb &what) : store(std::move(of)), verb(what) {}

  void deliver(napi_env env) override {
    Environment::of(env).release(env);
    settle(env);
  }

  void settle(napi_env env) {
    if (status != PURSER_OK && !(always_answers(verb) && out)) {
      fail(env, Failure::from(status, error.get()));
      return;
    }
    must(env, napi_resolve_deferred(env, deferred, answer(env, verb, out.get())));
  }

  void fail(napi_env env, const Failure &failure) {
    if (always_answers(verb)) {
      must(env, napi_resolve_deferred(env, deferred, refusal(env, verb, failure)));
    } else {
      must(env, napi_reject_deferred(env, deferred, new_error(env, failure)));
    }
  }

  static void done(void *context, purser_status status, const void *out, purser_error *error) {
    std::unique_ptr<Call> call(static_cast<Call *>(context));
    call->status = status;
    call->out.reset(out);
    call->error.reset(error);
    Environment &environment = *call->store->environment;
    environment.post(std::move(call));
  }

  std::shared_ptr<Store> store;
  const purserd_verb &verb;
  napi_deferred deferred = nullptr;
  purser_status status = PURSER_OK;
  Output out;
  Error error;
};

/// A pure verb without a store: on a thread of its own.
struct PureJob : Job {
  PureJob(napi_env env, const purserd_verb &what, napi_value object) : call(nullptr, what), input(env, object, *what.in, Bytes::copy) {}
  void run() noexcept override {
    const void *out = nullptr;
    purser_error *error = nullptr;
    call.status = call.verb.call(nullptr, input.get(), &out, &error);
    call.out.reset(out);
    call.error.reset(error);
  }
  void deliver(napi_env env) override { call.settle(env); }
  Call call;
  Input input;
};

/// slot.id, for cancel.
void tell_id(napi_env env, napi_value slot, std::uint64_t id) {
  napi_valuetype type;
  must(env, napi_typeof(env, slot, &type));
  if (type != napi_object) return;
  napi_value value;
  must(env, napi_create_bigint_uint64(env, id, &value));
  must(env, napi_set_named_property(env, slot, "id", value));
}

/// Hands the call over to the library; on return it is not this thread's any more.
void submit(napi_env env, purser_handle *handle, std::unique_ptr<Call> &call, napi_value object, napi_value slot) {
  Input input(env, object, *call->verb.in, Bytes::borrow);
  purser_call submitted{};
  submitted.struct_size = sizeof submitted;
  submitted.in = input.get();
  submitted.done = Call::done;
  submitted.context = call.get();
  submitted.verb = call->verb.id;
  std::uint64_t id = 0;
  purser_error *error = nullptr;
  Environment &environment = Environment::of(env);
  environment.hold(env);
  const purser_status status = purser_submit(handle, &submitted, &id, &error);
  const Error owned(error);
  if (status != PURSER_OK) {
    environment.release(env);
    throw Failure::from(status, error);
  }
  static_cast<void>(call.release());
  tell_id(env, slot, id);
}

}  // namespace

napi_value verb_list(napi_env env) {
  napi_value list;
  must(env, napi_create_array_with_length(env, verbs().size(), &list));
  for (std::uint32_t i = 0; i < verbs().size(); ++i) {
    napi_value entry, pure;
    must(env, napi_create_object(env, &entry));
    set(env, entry, "name", verbs()[i].camel);
    must(env, napi_get_boolean(env, verbs()[i].flags & PURSERD_PURE, &pure));
    must(env, napi_set_named_property(env, entry, "pure", pure));
    must(env, napi_set_element(env, list, i, entry));
  }
  return list;
}

napi_value call_verb(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Arguments<3> arguments(env, info);
    const auto store = store_or_none(env, arguments[0]);
    const purserd_verb &verb = verb_at(env, arguments[1]);
    try {
      purser_handle *handle = handle_for(verb, store.get());
      Input input(env, arguments[2], *verb.in, Bytes::borrow);
      const void *out = nullptr;
      purser_error *error = nullptr;
      const purser_status status = verb.call(handle, input.get(), &out, &error);
      const Output owned(out);
      const Error owned_error(error);
      if (status != PURSER_OK && !(always_answers(verb) && out)) throw Failure::from(status, error);
      return answer(env, verb, out);
    } catch (const Failure &failure) {
      if (always_answers(verb)) return refusal(env, verb, failure);
      throw;
    }
  });
}

napi_value submit_verb(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Arguments<4> arguments(env, info);
    auto call = std::make_unique<Call>(store_or_none(env, arguments[0]), verb_at(env, arguments[1]));
    napi_value promise;
    must(env, napi_create_promise(env, &call->deferred, &promise));
    const napi_deferred deferred = call->deferred;
    try {
      purser_handle *handle = handle_for(call->verb, call->store.get());
      if (handle) {
        submit(env, handle, call, arguments[2], arguments[3]);
      } else {
        auto job = std::make_unique<PureJob>(env, call->verb, arguments[2]);
        job->call.deferred = deferred;
        Environment::of(env).start(env, std::move(job));
      }
    } catch (const Failure &failure) { call->fail(env, failure); }
    return promise;
  });
}

napi_value cancel_call(napi_env env, napi_callback_info info) {
  return guarded(env, [&]() -> napi_value {
    const Arguments<2> arguments(env, info);
    std::uint64_t id = 0;
    bool exact = false;
    must(env, napi_get_value_bigint_uint64(env, arguments[1], &id, &exact));
    const auto store = Store::of(env, arguments[0]);
    if (store->live()) purser_cancel(store->live(), id);  // one that runs or has ended keeps its own result
    return nullptr;
  });
}

napi_value run_due(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Arguments<2> arguments(env, info);
    std::int64_t budget_ms = 0, count = 0;
    napi_valuetype type;
    must(env, napi_typeof(env, arguments[1], &type));
    if (type != napi_undefined) must(env, napi_get_value_int64(env, arguments[1], &budget_ms));
    purser_error *error = nullptr;
    const purser_status status = purser_run_due(Store::of(env, arguments[0])->required(), budget_ms, &count, &error);
    const Error owned(error);
    if (status != PURSER_OK) throw Failure::from(status, error);
    napi_value value;
    must(env, napi_create_int64(env, count, &value));
    return value;
  });
}

}  // namespace purser_node
