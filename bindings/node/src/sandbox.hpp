// The sandbox, for JavaScript; see sandbox.js. Its words are in bindings/sandbox_words.hpp.
#pragma once
#include <node_api.h>
#include <sandbox_words.hpp>

#include <memory>

namespace purser_node {

using purser_words::Box;

/// The sandbox of a handle object; null for undefined and null; throws for anything else.
std::shared_ptr<Box> sandbox_of(napi_env env, napi_value handle);

napi_value open_sandbox(napi_env env, napi_callback_info info);        ///< sandboxOpen(options) → handle
napi_value call_sandbox(napi_env env, napi_callback_info info);        ///< sandboxCall(handle, word, input, store?) → answer
napi_value submit_sandbox(napi_env env, napi_callback_info info);      ///< sandboxSubmit(handle, word, input, store?) → Promise
napi_value sandbox_secret_key(napi_env env, napi_callback_info info);  ///< sandboxSecretKey(handle) → string
napi_value sandbox_now_ms(napi_env env, napi_callback_info info);      ///< sandboxNowMs(handle) → number
napi_value close_sandbox(napi_env env, napi_callback_info info);  ///< sandboxClose(handle) → Promise: the program's own hold on it ends
napi_value close_sandbox_sync(napi_env env, napi_callback_info info);

}  // namespace purser_node
