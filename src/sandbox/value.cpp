#include "sandbox/value.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <charconv>
#include <cmath>
#include <stdexcept>

namespace purser::sandbox {
namespace {

void write(std::string &out, const Value &value);

/// Nearly every text is plain: it is taken as it stands.
void write_text(std::string &out, std::string_view text) {
  const bool plain = std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; });
  if (!plain) return json::append_text(out, text);
  out += '"';
  out += text;
  out += '"';
}

template <class Number>
void write_number(std::string &out, Number n) {
  char digits[40];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, n).ptr);
}

void write_object(std::string &out, const Object &object) {
  char separator = '{';
  for (const auto &member : object) {
    out += separator;
    separator = ',';
    write_text(out, member.key());
    out += ':';
    write(out, member.value());
  }
  out += object.empty() ? "{}" : "}";
}

void write_array(std::string &out, const Array &array) {
  char separator = '[';
  for (const Value &element : array) {
    out += separator;
    separator = ',';
    write(out, element);
  }
  out += array.empty() ? "[]" : "]";
}

void write(std::string &out, const Value &value) {
  switch (value.kind()) {
    case boost::json::kind::null: out += "null"; break;
    case boost::json::kind::bool_: out += value.get_bool() ? "true" : "false"; break;
    case boost::json::kind::int64: write_number(out, value.get_int64()); break;
    case boost::json::kind::uint64: write_number(out, value.get_uint64()); break;
    case boost::json::kind::double_: write_number(out, value.get_double()); break;
    case boost::json::kind::string: write_text(out, value.get_string()); break;
    case boost::json::kind::array: write_array(out, value.get_array()); break;
    case boost::json::kind::object: write_object(out, value.get_object()); break;
  }
}

[[noreturn]] void no_member(std::string_view key, const char *kind) {
  throw std::logic_error("the sandbox expected " + std::string(kind) + " in " + std::string(key));
}

const Value *find(const Object &object, std::string_view key) { return object.if_contains(key); }

}  // namespace

std::string_view text(const Object &object, std::string_view key) { return json::as_text(find(object, key)); }

std::int64_t number(const Object &object, std::string_view key, std::int64_t otherwise) {
  const Value *found = find(object, key);
  const std::int64_t *n = found ? found->if_int64() : nullptr;
  return n ? *n : otherwise;
}

bool flag(const Object &object, std::string_view key) { return json::as_bool(find(object, key)).value_or(false); }

bool is_set(const Object &object, std::string_view key) {
  const Value *found = find(object, key);
  return found && !found->is_null();
}

Object &inside(Object &object, std::string_view key) {
  Value *found = object.if_contains(key);
  if (!found || !found->is_object()) no_member(key, "an object");
  return found->get_object();
}
const Object &inside(const Object &object, std::string_view key) { return inside(const_cast<Object &>(object), key); }

Array &elements(Object &object, std::string_view key) {
  Value *found = object.if_contains(key);
  if (!found || !found->is_array()) no_member(key, "an array");
  return found->get_array();
}
const Array &elements(const Object &object, std::string_view key) { return elements(const_cast<Object &>(object), key); }

Array &listed(Object &object, std::string_view key) { return elements(inside(object, key), "data"); }
const Array &listed(const Object &object, std::string_view key) { return elements(inside(object, key), "data"); }

Value text_or_null(std::string_view text) { return text.empty() ? Value() : Value(text); }
Value number_or_null(std::int64_t number) { return number == 0 ? Value() : Value(number); }

Object shape(const char *json) { return boost::json::parse(json).as_object(); }

std::string render(const Value &value) {
  std::string out;
  out.reserve(2048);
  write(out, value);
  return out;
}

std::string render(const Object &object) {
  std::string out;
  out.reserve(4096);
  write_object(out, object);
  return out;
}

Object difference(const Object &before, const Object &after) {
  Object previous;
  for (const auto &member : before) {
    const Value *now = after.if_contains(member.key());
    const Value &then = member.value();
    if (!now) {
      previous[member.key()] = then;
    } else if (then.is_object() && now->is_object()) {
      Object part = difference(then.get_object(), now->get_object());
      if (!part.empty()) previous[member.key()] = std::move(part);
    } else if (then != *now) {
      previous[member.key()] = then;
    }
  }
  for (const auto &member : after)
    if (!before.contains(member.key())) previous[member.key()] = nullptr;
  return previous;
}

}  // namespace purser::sandbox
