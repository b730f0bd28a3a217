#include "json.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <stdexcept>

namespace purser::simulator::json {

Object read(std::string_view text) {
  boost::json::parse_options options;
  options.allow_comments = options.allow_trailing_commas = true;
  boost::json::error_code error;
  Value value = boost::json::parse(text, error, {}, options);
  if (error || !value.is_object())
    throw std::runtime_error("expected a JSON object, found " + std::string(text.substr(0, 200)) + (error ? ": " + error.message() : ""));
  return std::move(value.get_object());
}

std::string write(const Value &value) { return boost::json::serialize(value); }

std::string text(const Object &object, std::string_view key) {
  const Value *value = object.if_contains(key);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string id(const Object &object, std::string_view key) {
  const Value *value = object.if_contains(key);
  return value && value->is_object() ? text(value->get_object(), "id") : text(object, key);
}

std::int64_t number(const Object &object, std::string_view key, std::int64_t otherwise) {
  const Value *value = object.if_contains(key);
  return value && value->is_number() ? value->to_number<std::int64_t>() : otherwise;
}

bool flag(const Object &object, std::string_view key) {
  const Value *value = object.if_contains(key);
  return value && value->is_bool() && value->get_bool();
}

bool is_set(const Object &object, std::string_view key) {
  const Value *value = object.if_contains(key);
  return value && !value->is_null();
}

const Object &inside(const Object &object, std::string_view key) {
  static const Object none;
  const Value *value = object.if_contains(key);
  return value && value->is_object() ? value->get_object() : none;
}

const Array &list(const Object &object, std::string_view key) {
  static const Array none;
  const Value *value = object.if_contains(key);
  return value && value->is_array() ? value->get_array() : none;
}

}  // namespace purser::simulator::json
