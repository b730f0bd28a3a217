#include "json.hpp"

#include <boost/json/src.hpp>
#include <stdexcept>

namespace host::json {

std::optional<Object> read_object(std::string_view text) {
  boost::json::error_code error;
  Value value = boost::json::parse(text, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.as_object());
}

Value read_relaxed(std::string_view text, const std::string &name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  boost::json::parse_options options;
  options.allow_comments = true;
  options.allow_trailing_commas = true;
  options.max_depth = 64;
  boost::json::error_code error;
  Value value = boost::json::parse(text, error, {}, options);
  if (error) throw std::runtime_error(name + ": expected JSON, found " + error.message());
  return value;
}

std::string text_of(const Object &object, std::string_view name) {
  const Value *value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::int64_t number_of(const Object &object, std::string_view name) {
  const Value *value = object.if_contains(name);
  if (!value || !value->is_number()) return 0;
  boost::json::error_code error;
  const auto number = value->to_number<std::int64_t>(error);
  return error ? 0 : number;
}

}  // namespace host::json
