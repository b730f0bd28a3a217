#include "failure.hpp"

#include "environment.hpp"

namespace purser_node {
namespace {

void set_text(napi_env env, napi_value object, const char *name, const std::string &text) {
  napi_value value;
  must(env, napi_create_string_utf8(env, text.data(), text.size(), &value));
  must(env, napi_set_named_property(env, object, name, value));
}

void set_number(napi_env env, napi_value object, const char *name, double number) {
  napi_value value;
  must(env, napi_create_double(env, number, &value));
  must(env, napi_set_named_property(env, object, name, value));
}

}  // namespace

Failure Failure::from(purser_status status, const purser_error *error) {
  if (error) return {status, error->reason, error->message, error->parameter, error->request_id, error->retry_after_ms};
  const char *name = purser_status_name(status);
  return {status, name ? name : "internal", "the library ran out of memory while it described the error", "", "", 0};
}

void must(napi_env env, napi_status status) {
  if (status == napi_ok) return;
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  if (!pending) {
    const napi_extended_error_info *info = nullptr;
    napi_get_last_error_info(env, &info);
    napi_throw_error(env, "internal", info && info->error_message ? info->error_message : "a Node-API call failed");
  }
  throw Pending{};
}

napi_value new_error(napi_env env, const Failure &failure) {
  napi_value fields;
  must(env, napi_create_object(env, &fields));
  const char *code = purser_status_name(failure.status);
  set_number(env, fields, "status", failure.status);
  set_text(env, fields, "code", code ? code : "internal");
  set_text(env, fields, "reason", failure.reason);
  set_text(env, fields, "message", failure.message);
  set_text(env, fields, "parameter", failure.parameter);
  set_text(env, fields, "requestId", failure.request_id);
  set_number(env, fields, "retryAfterMs", static_cast<double>(failure.retry_after_ms));
  napi_value error;
  must(env, napi_new_instance(env, Environment::of(env).error_class(env), 1, &fields, &error));
  return error;
}

}  // namespace purser_node
