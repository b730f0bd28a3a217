#include "input.hpp"

#include <string.h>  // explicit_bzero

#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include "failure.hpp"
#include "text.hpp"
#include "words.hpp"

namespace purser_node {
namespace {

constexpr double safe_integer_max = 9007199254740991;  // Number.MAX_SAFE_INTEGER

napi_valuetype type_of(napi_env env, napi_value value) {
  napi_valuetype type;
  must(env, napi_typeof(env, value, &type));
  return type;
}

std::string described(napi_env env, napi_value value) {
  static constexpr const char *names[] = {"undefined", "null",      "a boolean",  "a number",    "a string",
                                          "a symbol",  "an object", "a function", "an external", "a bigint"};
  bool array = false;
  napi_is_array(env, value, &array);
  const auto type = static_cast<std::size_t>(type_of(env, value));
  return array ? "an array" : type < std::size(names) ? names[type] : "something else";
}

[[noreturn]] void wrong_type(napi_env env, const char *parameter, const char *expected, napi_value found) {
  throw Failure{PURSER_INVALID,
                "argument_type",
                std::string(parameter) + ": expected " + expected + ", found " + described(env, found),
                parameter,
                "",
                0};
}

std::string text_or_throw(napi_env env, const char *parameter, napi_value value) {
  if (type_of(env, value) != napi_string) wrong_type(env, parameter, "a string", value);
  auto text = text_of(env, value);
  if (text) return std::move(*text);
  throw Failure{PURSER_INVALID,
                "argument_not_utf8",
                std::string(parameter) + ": expected text; this string holds a NUL or half a surrogate pair",
                parameter,
                "",
                0};
}

/// Infinity is the greatest number there is: "no end".
std::int64_t integer_or_throw(napi_env env, const char *parameter, napi_value value) {
  std::int64_t integer = 0;
  bool exact = false;
  if (type_of(env, value) == napi_bigint) {
    must(env, napi_get_value_bigint_int64(env, value, &integer, &exact));
    if (exact) return integer;
  } else if (type_of(env, value) == napi_number) {
    double number = 0;
    must(env, napi_get_value_double(env, value, &number));
    if (number == std::numeric_limits<double>::infinity()) return std::numeric_limits<std::int64_t>::max();
    if (number == std::trunc(number) && std::abs(number) <= safe_integer_max) return static_cast<std::int64_t>(number);
  }
  wrong_type(env, parameter, "a whole number (beyond 2^53 - 1 as a bigint)", value);
}

std::int32_t number_of_word(const purserd_field &field, const std::string &word) {
  if (const auto value = purser_words::value_of(field.enum_name, word)) return *value;
  throw Failure{PURSER_INVALID,
                "argument_out_of_range",
                std::string(field.camel) + ": " + purser_words::unknown(field.enum_name, word),
                field.camel,
                "",
                0};
}

std::int32_t int32_or_throw(napi_env env, const purserd_field &field, napi_value value) {
  if (field.enum_name && type_of(env, value) == napi_string) return number_of_word(field, text_or_throw(env, field.camel, value));
  const auto integer = integer_or_throw(env, field.camel, value);
  if (std::in_range<std::int32_t>(integer)) return static_cast<std::int32_t>(integer);
  throw Failure{
      PURSER_INVALID, "argument_out_of_range", std::string(field.camel) + ": expected a number that fits in 32 bits", field.camel, "", 0};
}

const purserd_field &find(const purserd_shape &shape, const std::string &key) {
  std::string known;
  for (std::size_t i = 0; i < shape.field_count; ++i) {
    if (key == shape.fields[i].camel) return shape.fields[i];
    known += (i ? ", " : "") + std::string(shape.fields[i].camel);
  }
  throw Failure{PURSER_INVALID, "argument_unknown", key + ": there is no such field; expected one of " + known, key, "", 0};
}

struct View {
  const void *data = nullptr;
  std::size_t size = 0;
  napi_value buffer = nullptr;
};

/// Buffer, typed array, DataView or ArrayBuffer.
std::optional<View> view_of(napi_env env, napi_value value) {
  View view;
  void *data = nullptr;
  std::size_t offset = 0;
  bool is = false;
  if (napi_is_buffer(env, value, &is) == napi_ok && is) {  // also every typed array and DataView; but the size below is in elements
    must(env, napi_is_typedarray(env, value, &is));
    if (!is) {
      must(env, napi_get_dataview_info(env, value, &view.size, &data, &view.buffer, &offset));
    } else {
      napi_typedarray_type type;
      must(env, napi_get_typedarray_info(env, value, &type, &view.size, &data, &view.buffer, &offset));
      if (type != napi_uint8_array && type != napi_uint8_clamped_array && type != napi_int8_array) return std::nullopt;
    }
  } else if (napi_is_arraybuffer(env, value, &is) == napi_ok && is) {
    must(env, napi_get_arraybuffer_info(env, value, &data, &view.size));
    view.buffer = value;
  } else {
    return std::nullopt;
  }
  view.data = data;
  return view;
}

}  // namespace

Input::Input(napi_env env, napi_value object, const purserd_shape &shape, Bytes bytes)
    : record_((shape.size + sizeof(std::size_t) - 1) / sizeof(std::size_t)), bytes_(bytes) {
  put(0, shape.size);
  defaults(shape);
  const auto type = type_of(env, object);
  if (type == napi_undefined || type == napi_null) return;
  if (type != napi_object) wrong_type(env, "input", "an object", object);
  napi_value keys;
  std::uint32_t count = 0;
  const auto own = static_cast<napi_key_filter>(napi_key_enumerable | napi_key_skip_symbols);
  must(env, napi_get_all_property_names(env, object, napi_key_own_only, own, napi_key_numbers_to_strings, &keys));
  must(env, napi_get_array_length(env, keys, &count));
  for (std::uint32_t i = 0; i < count; ++i) {
    napi_value key, value;
    must(env, napi_get_element(env, keys, i, &key));
    must(env, napi_get_property(env, object, key, &value));
    const purserd_field &field = find(shape, bytes_of(env, key));
    field.kind == PURSERD_MAP ? set_map(env, shape, field, value) : set(env, field, value);
  }
}

Input::~Input() {
  for (const Text &text : texts_) explicit_bzero(text.data.get(), text.wipe_size);
}

template <class Value>
void Input::put(std::size_t offset, Value value) {
  std::memcpy(reinterpret_cast<char *>(record_.data()) + offset, &value, sizeof value);
}

void Input::defaults(const purserd_shape &shape) {
  for (std::size_t i = 0; i < shape.field_count; ++i) {
    const purserd_field &field = shape.fields[i];
    if (field.default_value == 0) continue;
    if (field.kind == PURSERD_I64) {
      put(field.offset, field.default_value);
    } else {
      put(field.offset, static_cast<std::int32_t>(field.default_value));
    }
  }
}

void Input::set(napi_env env, const purserd_field &field, napi_value value) {
  const auto type = type_of(env, value);
  if (type == napi_undefined || type == napi_null) return;
  switch (field.kind) {
    case PURSERD_CSTR: put(field.offset, keep(text_or_throw(env, field.camel, value), field.flags & PURSERD_SECRET)); break;
    case PURSERD_BYTES: set_bytes(env, field, value); break;
    case PURSERD_CSTR_LIST: set_list(env, field, value); break;
    case PURSERD_I32:
    case PURSERD_ENUM: put(field.offset, int32_or_throw(env, field, value)); break;
    case PURSERD_I64: put(field.offset, integer_or_throw(env, field.camel, value)); break;
    case PURSERD_SIZE: put(field.offset, static_cast<std::size_t>(integer_or_throw(env, field.camel, value))); break;
    case PURSERD_F64: {
      double number = 0;
      if (napi_get_value_double(env, value, &number) != napi_ok) wrong_type(env, field.camel, "a number", value);
      put(field.offset, number);
      break;
    }
    case PURSERD_BOOL: {
      bool flag = false;
      if (napi_get_value_bool(env, value, &flag) != napi_ok) wrong_type(env, field.camel, "true or false", value);
      put(field.offset, std::int32_t{flag});
      break;
    }
    default:                                                                                          // RAW
      if (field.camel == std::string_view("log") || field.camel == std::string_view("clock")) break;  // store.cpp reads them
      throw Failure{PURSER_INVALID,
                    "argument_unknown",
                    std::string(field.camel) + ": there is no such field outside C; leave it out",
                    field.camel,
                    "",
                    0};
  }
}

void Input::set_bytes(napi_env env, const purserd_field &field, napi_value value) {
  if (type_of(env, value) == napi_string) {
    std::string bytes = bytes_of(env, value);
    put(field.extent_offset, bytes.size());
    put(field.offset, keep(std::move(bytes), field.flags & PURSERD_SECRET));
    return;
  }
  const auto view = view_of(env, value);
  if (!view) wrong_type(env, field.camel, "a string, Buffer or Uint8Array (the raw bytes, not a parsed object)", value);
  bool own = false;  // memory shared with another thread could change while it is read
  must(env, napi_is_arraybuffer(env, view->buffer, &own));
  const bool borrow = own && bytes_ == Bytes::borrow && view->size > 0;
  const char *data =
      borrow ? static_cast<const char *>(view->data) : keep(std::string(static_cast<const char *>(view->data), view->size), false);
  put(field.offset, data);
  put(field.extent_offset, view->size);
}

void Input::set_list(napi_env env, const purserd_field &field, napi_value value) {
  bool array = false;
  std::uint32_t count = 0;
  must(env, napi_is_array(env, value, &array));
  if (!array) wrong_type(env, field.camel, "an array of strings", value);
  must(env, napi_get_array_length(env, value, &count));
  const auto &list = lists_.emplace_back(std::make_unique<const char *[]>(count + 1));
  for (std::uint32_t i = 0; i < count; ++i) {
    napi_value element;
    must(env, napi_get_element(env, value, i, &element));
    list[i] = keep(text_or_throw(env, field.camel, element), field.flags & PURSERD_SECRET);
  }
  put_list(field, list.get(), count);
}

/// An object of texts fills the two lists that C has for it. Either the object or the lists: they would overwrite each other.
void Input::set_map(napi_env env, const purserd_shape &shape, const purserd_field &field, napi_value value) {
  const auto type = type_of(env, value);
  if (type == napi_undefined || type == napi_null) return;
  bool array = false;
  must(env, napi_is_array(env, value, &array));
  if (type != napi_object || array) wrong_type(env, field.camel, "an object of strings", value);
  const purserd_field &keys_field = find(shape, std::string(field.camel) + "Keys"),
                      &values_field = find(shape, std::string(field.camel) + "Values");
  napi_value names;
  std::uint32_t count = 0;
  const auto own = static_cast<napi_key_filter>(napi_key_enumerable | napi_key_skip_symbols);
  must(env, napi_get_all_property_names(env, value, napi_key_own_only, own, napi_key_numbers_to_strings, &names));
  must(env, napi_get_array_length(env, names, &count));
  const char **keys = lists_.emplace_back(std::make_unique<const char *[]>(count + 1)).get();
  const char **values = lists_.emplace_back(std::make_unique<const char *[]>(count + 1)).get();
  for (std::uint32_t i = 0; i < count; ++i) {
    napi_value name, text;
    must(env, napi_get_element(env, names, i, &name));
    must(env, napi_get_property(env, value, name, &text));
    keys[i] = keep(text_or_throw(env, field.camel, name), false);
    const std::string parameter = std::string(field.camel) + "." + keys[i];
    values[i] = keep(text_or_throw(env, parameter.c_str(), text), false);
  }
  put_list(keys_field, keys, count);
  put_list(values_field, values, count);
}

void Input::put_list(const purserd_field &field, const char *const *list, std::size_t count) {
  const char *const *before = nullptr;
  std::memcpy(&before, reinterpret_cast<const char *>(record_.data()) + field.offset, sizeof before);
  if (before) {
    throw Failure{PURSER_INVALID,
                  "argument_conflict",
                  std::string(field.camel) + ": said twice, as a list and as an object; leave one out",
                  field.camel,
                  "",
                  0};
  }
  put(field.offset, list);  // of none: a pointer all the same, "none" and not "nothing said"
  put(field.extent_offset, count);
}

const char *Input::keep(std::string text, bool secret) {
  auto data = std::make_unique<char[]>(text.size() + 1);
  std::memcpy(data.get(), text.data(), text.size());
  if (secret) explicit_bzero(text.data(), text.size());
  const std::size_t wipe_size = secret ? text.size() : 0;
  return texts_.emplace_back(Text{std::move(data), wipe_size}).data.get();
}

}  // namespace purser_node
