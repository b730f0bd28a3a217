// Reading and writing members of the objects that the sandbox keeps. They are kept as Stripe renders them; an absent member reads as null.
#pragma once
#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace purser::sandbox {

using Object = json::object;
using Array = json::array;
using Value = json::value;

/// Empty where it is null or no text. Valid until the member changes.
std::string_view text(const Object &object, std::string_view key);
std::int64_t number(const Object &object, std::string_view key, std::int64_t otherwise = 0);
bool flag(const Object &object, std::string_view key);
bool is_set(const Object &object, std::string_view key);
/// A member that is an object; throws std::logic_error where it is none: a bug of the sandbox.
Object &inside(Object &object, std::string_view key);
const Object &inside(const Object &object, std::string_view key);
Array &elements(Object &object, std::string_view key);
const Array &elements(const Object &object, std::string_view key);
/// items.data of a list member.
Array &listed(Object &object, std::string_view key);
const Array &listed(const Object &object, std::string_view key);
/// A text or, where it is empty, null.
Value text_or_null(std::string_view text);
Value number_or_null(std::int64_t number);

/// A shape written as JSON text, e.g. R"({"object": "price"})".
Object shape(const char *json);

/// JSON text in the order of the members.
std::string render(const Value &value);
std::string render(const Object &object);
/// What `previous_attributes` says: of every member that differs its value before; objects over objects member by member, arrays whole,
/// null for a member that is new. Empty where nothing differs.
Object difference(const Object &before, const Object &after);

}  // namespace purser::sandbox
