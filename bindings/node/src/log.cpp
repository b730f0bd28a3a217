#include "log.hpp"

#include <string>

#include "environment.hpp"
#include "failure.hpp"

namespace purser_node {
namespace {

constexpr std::int64_t waiting_max = 10'000;  // messages that JavaScript has not heard yet; beyond, they are counted and dropped

struct Message : Item {
  Message(std::shared_ptr<LogTarget::Shared> to, std::int32_t how_grave, std::string line)
      : target(std::move(to)), level(how_grave), text(std::move(line)) {
    ++target->waiting;
  }
  ~Message() override { --target->waiting; }

  void deliver(napi_env env) override {
    napi_value function = nullptr;
    must(env, napi_get_reference_value(env, target->function, &function));
    if (!function) return;
    const auto dropped = target->dropped.exchange(0);
    if (dropped > 0) text += " (" + std::to_string(dropped) + " messages before this one were dropped: the event loop was too slow)";
    napi_value receiver, arguments[2];
    must(env, napi_get_undefined(env, &receiver));
    must(env, napi_create_int32(env, level, &arguments[0]));
    must(env, napi_create_string_utf8(env, text.data(), text.size(), &arguments[1]));
    must(env, napi_call_function(env, receiver, function, 2, arguments, nullptr));
  }

  std::shared_ptr<LogTarget::Shared> target;
  std::int32_t level;
  std::string text;
};

}  // namespace

void LogTarget::set(napi_env env, napi_value config) {
  napi_value function;
  napi_valuetype type;
  must(env, napi_get_named_property(env, config, "log", &function));
  must(env, napi_typeof(env, function, &type));
  if (type == napi_undefined || type == napi_null) return;
  if (type != napi_function) throw Failure{PURSER_INVALID, "argument_type", "log: expected a function (level, message)", "log", "", 0};
  shared_ = std::make_shared<Shared>(env, function);
}

LogTarget::Shared::Shared(napi_env of, napi_value target) : env(of) { must(env, napi_create_reference(env, target, 0, &function)); }
LogTarget::Shared::~Shared() { napi_delete_reference(env, function); }

void LogTarget::write(void *self, std::int32_t level, const char *message) {
  const auto *target = static_cast<LogTarget *>(self);
  if (target->shared_->waiting >= waiting_max) {
    ++target->shared_->dropped;
    return;
  }
  try {
    target->environment_->post(std::make_unique<Message>(target->shared_, level, message));
  } catch (const std::bad_alloc &) { ++target->shared_->dropped; }
}

}  // namespace purser_node
