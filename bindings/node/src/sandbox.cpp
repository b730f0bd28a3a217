#include "sandbox.hpp"

#include <optional>
#include <string>
#include <utility>

#include "arguments.hpp"
#include "environment.hpp"
#include "failure.hpp"
#include "input.hpp"
#include "store.hpp"
#include "text.hpp"

namespace purser_node {
namespace {

using purser_words::Given;
using purser_words::Gives;
using purser_words::Word;

constexpr napi_type_tag sandbox_tag = {0x7075727365722d73, 0x616e64626f782d31};

using Shared = std::shared_ptr<Box>;

Shared &held(napi_env env, napi_value handle) {
  void *data = nullptr;
  bool tagged = false;
  if (napi_check_object_type_tag(env, handle, &sandbox_tag, &tagged) != napi_ok || !tagged || napi_unwrap(env, handle, &data) != napi_ok) {
    throw Failure{PURSER_INVALID, "argument_type", "sandbox: expected a Sandbox", "sandbox", "", 0};
  }
  return *static_cast<Shared *>(data);
}

bool is_nothing(napi_env env, napi_value value) {
  napi_valuetype type;
  must(env, napi_typeof(env, value, &type));
  return type == napi_undefined || type == napi_null;
}

Shared required(napi_env env, napi_value handle) {
  if (Shared box = held(env, handle)) return box;
  throw Failure{PURSER_CLOSED, "closed", "the sandbox is closed: make a new one", "", "", 0};
}

napi_value text(napi_env env, const char *from) {
  napi_value value;
  must(env, napi_create_string_utf8(env, from ? from : "", NAPI_AUTO_LENGTH, &value));
  return value;
}

napi_value number(napi_env env, std::int64_t from) {
  napi_value value;
  must(env, napi_create_int64(env, from, &value));
  return value;
}

napi_value shown(napi_env env, Gives gives, const Given &given) {
  napi_value value;
  if (gives == Gives::text) return text(env, given.text);
  if (gives == Gives::nothing) {
    must(env, napi_get_undefined(env, &value));
    return value;
  }
  must(env, napi_create_object(env, &value));
  if (gives == Gives::answer) {
    must(env, napi_set_named_property(env, value, "status", number(env, given.status)));
    must(env, napi_set_named_property(env, value, "body", text(env, given.text)));
    return value;
  }
  for (const auto &[name, count] : purser_words::report_counts)
    must(env, napi_set_named_property(env, value, name, number(env, given.report.*count)));
  return value;
}

/// One word with what it needs to run on any thread. It keeps its sandbox, and its store from closing.
struct Step {
  Step(napi_env env, const Arguments<4> &arguments)
      : box(required(env, arguments[0])), word(word_of(env, arguments[1])), input(env, arguments[2], *word.in, Bytes::copy) {
    if (!is_nothing(env, arguments[3])) use.emplace(Store::of(env, arguments[3]));
  }
  void run() noexcept { status = word.run(box->box, use ? use->handle() : nullptr, input.get(), given, &raw_error); }
  napi_value answer(napi_env env) {
    const Error error(raw_error);
    const Output text(given.text);
    use.reset();
    if (status != PURSER_OK) throw Failure::from(status, error.get());
    return shown(env, word.gives, given);
  }
  static const Word &word_of(napi_env env, napi_value name) {
    if (const Word *word = purser_words::word_named(bytes_of(env, name))) return *word;
    throw Failure{PURSER_INVALID, "word_unknown", "there is no such word", "word", "", 0};
  }

  Shared box;
  const Word &word;
  Input input;
  std::optional<Store::Use> use;
  purser_status status = PURSER_OK;
  Given given{};
  purser_error *raw_error = nullptr;
};

struct StepJob : Job {
  StepJob(napi_env env, const Arguments<4> &arguments) : step(env, arguments) {}
  void run() noexcept override {
    step.run();
    if (step.use) step.use->end();  // the store may close now, also before JavaScript has heard of it
  }
  void deliver(napi_env env) override {
    try {
      must(env, napi_resolve_deferred(env, deferred, step.answer(env)));
    } catch (const Failure &failure) { must(env, napi_reject_deferred(env, deferred, new_error(env, failure))); }
  }
  Step step;
  napi_deferred deferred = nullptr;
};

/// Its pages may still wait for an answer of this program: not on the JavaScript thread.
struct EndJob : Job {
  explicit EndJob(Shared of) : box(std::move(of)) {}
  void run() noexcept override { box.reset(); }
  void deliver(napi_env env) override {
    napi_value nothing;
    must(env, napi_get_undefined(env, &nothing));
    must(env, napi_resolve_deferred(env, deferred, nothing));
  }
  Shared box;
  napi_deferred deferred = nullptr;
};

}  // namespace

Shared sandbox_of(napi_env env, napi_value handle) { return is_nothing(env, handle) ? nullptr : required(env, handle); }

napi_value open_sandbox(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Arguments<1> arguments(env, info);
    Input options(env, arguments[0], purser_words::options_shape, Bytes::borrow);
    purser_sandbox *opened = nullptr;
    purser_error *error = nullptr;
    const purser_status status = purser_sandbox_open_with(static_cast<purser_sandbox_options *>(options.get()), &opened, &error);
    const Error owned(error);
    if (status != PURSER_OK) throw Failure::from(status, error);
    auto made = std::make_unique<Shared>(std::make_shared<Box>(opened));
    napi_value handle;
    must(env, napi_create_object(env, &handle));
    must(env, napi_type_tag_object(env, handle, &sandbox_tag));
    const auto forget = [](napi_env, void *data, void *) { delete static_cast<Shared *>(data); };
    must(env, napi_wrap(env, handle, made.get(), forget, nullptr, nullptr));
    made.release();
    return handle;
  });
}

napi_value call_sandbox(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    Step step(env, Arguments<4>(env, info));
    step.run();
    return step.answer(env);
  });
}

napi_value submit_sandbox(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Arguments<4> arguments(env, info);
    napi_value promise;
    napi_deferred deferred;
    must(env, napi_create_promise(env, &deferred, &promise));
    try {
      auto job = std::make_unique<StepJob>(env, arguments);
      job->deferred = deferred;
      Environment::of(env).start(env, std::move(job));
    } catch (const Failure &failure) { must(env, napi_reject_deferred(env, deferred, new_error(env, failure))); }
    return promise;
  });
}

napi_value sandbox_secret_key(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Arguments<1> arguments(env, info);
    napi_value key;
    must(env, napi_create_string_utf8(env, purser_sandbox_secret_key(required(env, arguments[0])->box), NAPI_AUTO_LENGTH, &key));
    return key;
  });
}

napi_value sandbox_now_ms(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Arguments<1> arguments(env, info);
    return number(env, purser_sandbox_now_ms(required(env, arguments[0])->box));
  });
}

napi_value close_sandbox(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Arguments<1> arguments(env, info);
    auto job = std::make_unique<EndJob>(std::exchange(held(env, arguments[0]), nullptr));
    napi_value promise;
    must(env, napi_create_promise(env, &job->deferred, &promise));
    Environment::of(env).start(env, std::move(job));
    return promise;
  });
}

napi_value close_sandbox_sync(napi_env env, napi_callback_info info) {
  return guarded(env, [&]() -> napi_value {
    const Arguments<1> arguments(env, info);
    held(env, arguments[0]).reset();
    return nullptr;
  });
}

}  // namespace purser_node
