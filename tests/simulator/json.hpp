// Boost.JSON as the simulator reads Stripe's answers. What is missing or of another type reads as empty.
#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace purser::simulator::json {

using Value = boost::json::value;
using Object = boost::json::object;
using Array = boost::json::array;

/// Comments and trailing commas are allowed. Throws std::runtime_error.
Object read(std::string_view text);
std::string write(const Value &value);

std::string text(const Object &object, std::string_view key);
/// The id, where Stripe puts an id or the object itself.
std::string id(const Object &object, std::string_view key);
std::int64_t number(const Object &object, std::string_view key, std::int64_t otherwise = 0);
bool flag(const Object &object, std::string_view key);
bool is_set(const Object &object, std::string_view key);
const Object &inside(const Object &object, std::string_view key);
const Array &list(const Object &object, std::string_view key);

}  // namespace purser::simulator::json
