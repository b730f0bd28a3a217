/* The limit of a call from Node: raw Node-API, two strings in, one boolean out, nothing done in between. */
#include <node_api.h>
#include <string.h>

static napi_value call(napi_env env, napi_callback_info info) {
  napi_value arguments[2], answer;
  size_t count = 2, account_bytes = 0, feature_bytes = 0;
  char account[256], feature[256];
  napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
  if (count < 2 || napi_get_value_string_utf8(env, arguments[0], account, sizeof account, &account_bytes) != napi_ok ||
      napi_get_value_string_utf8(env, arguments[1], feature, sizeof feature, &feature_bytes) != napi_ok)
    return NULL;
  napi_get_boolean(env, account_bytes > 0 && feature_bytes > 0 && account[0] == 'a', &answer);
  return answer;
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "call", NAPI_AUTO_LENGTH, call, NULL, &function);
  napi_set_named_property(env, exports, "call", function);
  return exports;
}
