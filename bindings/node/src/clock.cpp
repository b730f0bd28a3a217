#include "clock.hpp"

#include <cmath>

#include "arguments.hpp"
#include "failure.hpp"

namespace purser_node {
namespace {

constexpr napi_type_tag clock_tag = {0x7075727365722d63, 0x6c6f636b2d303031};
constexpr double year_10000_ms = 253402300800000;

using Shared = std::shared_ptr<ManualTime>;

std::int64_t milliseconds(napi_env env, napi_value value, const char *what) {
  double ms = 0;
  if (napi_get_value_double(env, value, &ms) != napi_ok || ms != std::trunc(ms) || std::abs(ms) > year_10000_ms) {
    throw Failure{PURSER_INVALID, "argument_type", std::string(what) + ": expected whole unix milliseconds, e.g. Date.now()", what, "", 0};
  }
  return static_cast<std::int64_t>(ms);
}

ManualTime &time_of(napi_env env, napi_value object) {
  void *data = nullptr;
  bool tagged = false;
  if (napi_check_object_type_tag(env, object, &clock_tag, &tagged) != napi_ok || !tagged || napi_unwrap(env, object, &data) != napi_ok) {
    throw Failure{PURSER_INVALID, "argument_type", "clock: expected a ManualClock", "clock", "", 0};
  }
  return **static_cast<Shared *>(data);
}

napi_value construct(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Arguments<1> arguments(env, info);
    auto made = std::make_unique<Shared>(std::make_shared<ManualTime>(milliseconds(env, arguments[0], "ms")));
    must(env, napi_type_tag_object(env, arguments.self(), &clock_tag));
    const auto forget = [](napi_env, void *data, void *) { delete static_cast<Shared *>(data); };
    must(env, napi_wrap(env, arguments.self(), made.get(), forget, nullptr, nullptr));
    made.release();
    return arguments.self();
  });
}

napi_value now_ms(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Arguments<0> arguments(env, info);
    napi_value value;
    must(env, napi_create_int64(env, time_of(env, arguments.self()).ms.load(), &value));
    return value;
  });
}

napi_value set(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Arguments<1> arguments(env, info);
    time_of(env, arguments.self()).ms = milliseconds(env, arguments[0], "ms");
    return arguments.self();
  });
}

napi_value advance(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Arguments<1> arguments(env, info);
    time_of(env, arguments.self()).ms += milliseconds(env, arguments[0], "ms");
    return arguments.self();
  });
}

}  // namespace

std::shared_ptr<ManualTime> ManualTime::from_config(napi_env env, napi_value config) {
  napi_value clock;
  napi_valuetype type;
  must(env, napi_get_named_property(env, config, "clock", &clock));
  must(env, napi_typeof(env, clock, &type));
  if (type == napi_undefined || type == napi_null) return nullptr;
  time_of(env, clock);
  void *data = nullptr;
  must(env, napi_unwrap(env, clock, &data));
  return *static_cast<Shared *>(data);
}

napi_value manual_clock_class(napi_env env) {
  const napi_property_descriptor properties[] = {
      {"nowMs", nullptr, nullptr, now_ms, nullptr, nullptr, napi_enumerable, nullptr},
      {"set", nullptr, set, nullptr, nullptr, nullptr, napi_default_method, nullptr},
      {"advance", nullptr, advance, nullptr, nullptr, nullptr, napi_default_method, nullptr},
  };
  napi_value made;
  must(env, napi_define_class(env, "ManualClock", NAPI_AUTO_LENGTH, construct, nullptr, std::size(properties), properties, &made));
  return made;
}

}  // namespace purser_node
