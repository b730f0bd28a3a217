// A C output as a plain JavaScript object, by its descriptor.
#pragma once
#include <node_api.h>

#include "tables.hpp"

namespace purser_node {

/// Lists are arrays, flags booleans, enums the names of their values. Whole numbers are numbers; INT64_MAX ("no end") is Infinity, anything
/// else beyond 2^53 - 1 a bigint.
napi_value shown(napi_env env, const purserd_shape &shape, const void *record);

/// `rows` of a query: number or bigint, number, string, Buffer, null.
napi_value shown_rows(napi_env env, const void *answer);

}  // namespace purser_node
