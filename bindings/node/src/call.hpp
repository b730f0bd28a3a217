// Verbs, for JavaScript; see index.js. A verb is named by its place in `verbs`.
#pragma once
#include <node_api.h>

namespace purser_node {

napi_value verb_list(napi_env env);                           ///< [{name, pure}, …]
napi_value call_verb(napi_env env, napi_callback_info info);  ///< call(handle, verb, input) → output
napi_value submit_verb(napi_env env,
                       napi_callback_info info);  ///< submit(handle, verb, input, slot) → Promise; slot.id is what cancel takes
napi_value cancel_call(napi_env env, napi_callback_info info);  ///< cancel(handle, id)
napi_value run_due(napi_env env, napi_callback_info info);      ///< runDue(handle, budgetMs) → number

}  // namespace purser_node
