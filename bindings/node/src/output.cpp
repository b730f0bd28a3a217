#include "output.hpp"

#include <cstring>
#include <limits>

#include "failure.hpp"

namespace purser_node {
namespace {

constexpr std::int64_t safe_integer_max = 9007199254740991;  // Number.MAX_SAFE_INTEGER

template <class Value>
Value read(const void *record, std::size_t offset) {
  Value value;
  std::memcpy(&value, static_cast<const char *>(record) + offset, sizeof value);
  return value;
}

napi_value text(napi_env env, const char *from, std::size_t size = NAPI_AUTO_LENGTH) {
  napi_value value;
  must(env, napi_create_string_utf8(env, from ? from : "", from ? size : 0, &value));
  return value;
}

napi_value integer(napi_env env, std::int64_t from) {
  napi_value value;
  const bool safe = from >= -safe_integer_max && from <= safe_integer_max;
  must(env, safe ? napi_create_int64(env, from, &value) : napi_create_bigint_int64(env, from, &value));
  return value;
}

napi_value real(napi_env env, double from) {
  napi_value value;
  must(env, napi_create_double(env, from, &value));
  return value;
}

napi_value flag(napi_env env, bool from) {
  napi_value value;
  must(env, napi_get_boolean(env, from, &value));
  return value;
}

/// An array of `count` values; each is made in a scope of its own, so that a long list does not fill the outer one.
template <class Make>
napi_value array(napi_env env, std::size_t count, Make make) {
  napi_value made;
  must(env, napi_create_array_with_length(env, count, &made));
  for (std::size_t i = 0; i < count; ++i) {
    const Scope scope(env);
    must(env, napi_set_element(env, made, static_cast<std::uint32_t>(i), make(i)));
  }
  return made;
}

napi_value texts(napi_env env, const purser_text_list *list) {
  return array(env, purser_text_list_count(list), [&](std::size_t i) { return text(env, purser_text_list_at(list, i)); });
}

napi_value field_value(napi_env env, const purserd_field &field, const void *record) {
  switch (field.kind) {
    case PURSERD_CSTR: return text(env, read<const char *>(record, field.offset));
    case PURSERD_BYTES: return text(env, read<const char *>(record, field.offset), read<std::size_t>(record, field.extent_offset));
    case PURSERD_I32: return integer(env, read<std::int32_t>(record, field.offset));
    case PURSERD_SIZE: return integer(env, static_cast<std::int64_t>(read<std::size_t>(record, field.offset)));
    case PURSERD_F64: return real(env, read<double>(record, field.offset));
    case PURSERD_BOOL: return flag(env, read<std::int32_t>(record, field.offset) != 0);
    case PURSERD_TEXTS: return texts(env, read<const purser_text_list *>(record, field.offset));
    case PURSERD_I64: {
      const auto number = read<std::int64_t>(record, field.offset);
      const bool no_end = number == std::numeric_limits<std::int64_t>::max();
      return no_end ? real(env, std::numeric_limits<double>::infinity()) : integer(env, number);
    }
    case PURSERD_ENUM: {
      const auto number = read<std::int32_t>(record, field.offset);
      const char *name = field.enum_name ? field.enum_name(number) : nullptr;
      return name ? text(env, name) : integer(env, number);
    }
    case PURSERD_LIST: {
      const void *list = read<const void *>(record, field.offset);
      return array(env, field.count(list), [&](std::size_t i) { return shown(env, *field.element, field.at(list, i)); });
    }
    default:
      throw Failure{
          PURSER_INTERNAL, "unknown_kind", std::string(field.camel) + ": a kind of field that the addon does not know", field.camel, "", 0};
  }
}

napi_value cell(napi_env env, const purser_value *value) {
  napi_value made = nullptr;
  switch (value ? value->type : PURSER_VALUE_NULL) {
    case PURSER_VALUE_INTEGER: return integer(env, value->integer);
    case PURSER_VALUE_REAL: return real(env, value->real);
    case PURSER_VALUE_TEXT: return text(env, value->text, value->size);
    case PURSER_VALUE_BLOB: must(env, napi_create_buffer_copy(env, value->size, value->text, nullptr, &made)); return made;
    default: must(env, napi_get_null(env, &made)); return made;
  }
}

}  // namespace

napi_value shown(napi_env env, const purserd_shape &shape, const void *record) {
  napi_value object;
  must(env, napi_create_object(env, &object));
  for (std::size_t i = 0; i < shape.field_count; ++i) {
    must(env, napi_set_named_property(env, object, shape.fields[i].camel, field_value(env, shape.fields[i], record)));
  }
  return object;
}

napi_value shown_rows(napi_env env, const void *record) {
  const auto *answer = static_cast<const purser_query_out *>(record);
  const std::size_t columns = purser_text_list_count(answer->columns);
  return array(env, static_cast<std::size_t>(answer->row_count), [&](std::size_t row) {
    return array(env, columns, [&](std::size_t column) { return cell(env, purser_query_value(answer, row, column)); });
  });
}

}  // namespace purser_node
