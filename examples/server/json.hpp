// Boost.JSON as this program uses it.
#pragma once
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace host::json {

using Value = boost::json::value;
using Object = boost::json::object;
using Array = boost::json::array;

/// One strict JSON object; nullopt for anything else.
std::optional<Object> read_object(std::string_view text);
/// A catalog file: comments and trailing commas are allowed. Throws std::runtime_error with the place.
Value read_relaxed(std::string_view text, const std::string &name);
/// The member's text; empty where there is none, or where it is something else.
std::string text_of(const Object &object, std::string_view name);
/// The member's whole number; 0 where there is none.
std::int64_t number_of(const Object &object, std::string_view name);
inline std::string write(const Value &value) { return boost::json::serialize(value); }

}  // namespace host::json
