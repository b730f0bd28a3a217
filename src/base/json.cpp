#include "base/json.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/src.hpp>
#include <charconv>
#include <cmath>
#include <vector>

namespace purser::json {
namespace {

namespace bj = boost::json;

/// Builds the tree like Boost's own handler and counts the keys that the text holds, which the tree forgets.
class Builder {
 public:
  static constexpr std::size_t max_object_size = bj::object::max_size();
  static constexpr std::size_t max_array_size = bj::array::max_size();
  static constexpr std::size_t max_key_size = bj::string::max_size();
  static constexpr std::size_t max_string_size = bj::string::max_size();
  using error_code = bj::error_code;
  using string_view = bj::string_view;

  bool on_document_begin(error_code &) {
    stack.reset();
    return true;
  }
  bool on_document_end(error_code &) { return true; }
  bool on_object_begin(error_code &) { return true; }
  bool on_object_end(std::size_t n, error_code &) {
    keys += n;
    stack.push_object(n);
    return true;
  }
  bool on_array_begin(error_code &) { return true; }
  bool on_array_end(std::size_t n, error_code &) { return stack.push_array(n), true; }
  bool on_key_part(string_view s, std::size_t, error_code &) { return stack.push_chars(s), true; }
  bool on_key(string_view s, std::size_t, error_code &) { return stack.push_key(s), true; }
  bool on_string_part(string_view s, std::size_t, error_code &) { return stack.push_chars(s), true; }
  bool on_string(string_view s, std::size_t, error_code &) { return stack.push_string(s), true; }
  bool on_number_part(string_view, error_code &) { return true; }
  bool on_int64(std::int64_t i, string_view, error_code &) { return stack.push_int64(i), true; }
  bool on_uint64(std::uint64_t u, string_view, error_code &) { return stack.push_uint64(u), true; }
  bool on_double(double d, string_view, error_code &ec) {
    if (!std::isfinite(d)) {  // 1e999: no value of ours can hold it, and it would print as no number
      ec = bj::error::exponent_overflow;
      return false;
    }
    return stack.push_double(d), true;
  }
  bool on_bool(bool b, error_code &) { return stack.push_bool(b), true; }
  bool on_null(error_code &) { return stack.push_null(), true; }
  bool on_comment_part(string_view, error_code &) { return true; }
  bool on_comment(string_view, error_code &) { return true; }

  bj::value_stack stack;
  std::size_t keys = 0;
};

/// Keys in the tree. Building it drops all but the last of equal keys, so fewer than in the text means: a duplicate.
std::size_t count_keys(const value &v) {
  std::size_t count = 0;
  if (const object *o = v.if_object()) {
    count = o->size();
    for (const auto &member : *o) count += count_keys(member.value());
  } else if (const array *a = v.if_array()) {
    for (const value &element : *a) count += count_keys(element);
  }
  return count;
}

Parsed refused(const bj::error_code &ec, std::size_t at, std::string_view text) {
  if (ec == bj::error::too_deep)
    return {{}, Fault::too_deep, "nested deeper than " + std::to_string(max_depth) + " at byte " + std::to_string(at)};
  if (text.starts_with("\xEF\xBB\xBF")) return {{}, Fault::invalid, "starts with a byte order mark: save it as UTF-8 without one"};
  return {{}, Fault::invalid, ec.message() + " at byte " + std::to_string(at) + " of " + std::to_string(text.size())};
}

void write_text(std::string &out, std::string_view s) {
  static constexpr char digits[] = "0123456789abcdef";
  out += '"';
  for (const char c : s) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20) {
          out += c;
        } else {
          out += "\\u00";
          out += digits[static_cast<unsigned char>(c) >> 4];
          out += digits[c & 15];
        }
    }
  }
  out += '"';
}

template <class Number>
void write_number(std::string &out, Number n) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, n).ptr;
  out.append(text, end);
}

/// 5.0 prints as 5, like the integer it equals; -0.0 as 0; all else is the shortest text that reads back the same.
void write_double(std::string &out, double d) {
  constexpr double two_63 = 9223372036854775808.0, two_64 = 18446744073709551616.0;
  if (!std::isfinite(d)) {
    out += "null";  // as JavaScript prints it; parse never makes one
  } else if (d != std::trunc(d) || d < -two_63 || d >= two_64) {
    write_number(out, d);
  } else if (d < two_63) {
    write_number(out, static_cast<std::int64_t>(d));
  } else {
    write_number(out, static_cast<std::uint64_t>(d));
  }
}

void write(std::string &out, const value &v);

void write_object(std::string &out, const object &o) {
  std::vector<const bj::key_value_pair *> members;
  members.reserve(o.size());
  for (const auto &member : o) members.push_back(&member);
  // char_traits compares as unsigned char: by bytes, which for UTF-8 is by code point.
  std::ranges::sort(members, {}, [](const bj::key_value_pair *m) { return std::string_view(m->key()); });
  out += '{';
  for (const auto *member : members) {
    if (member != members.front()) out += ',';
    write_text(out, member->key());
    out += ':';
    write(out, member->value());
  }
  out += '}';
}

void write_array(std::string &out, const array &a) {
  out += '[';
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (i > 0) out += ',';
    write(out, a[i]);
  }
  out += ']';
}

void write(std::string &out, const value &v) {
  switch (v.kind()) {
    case bj::kind::null: out += "null"; break;
    case bj::kind::bool_: out += v.get_bool() ? "true" : "false"; break;
    case bj::kind::int64: write_number(out, v.get_int64()); break;
    case bj::kind::uint64: write_number(out, v.get_uint64()); break;
    case bj::kind::double_: write_double(out, v.get_double()); break;
    case bj::kind::string: write_text(out, v.get_string()); break;
    case bj::kind::array: write_array(out, v.get_array()); break;
    case bj::kind::object: write_object(out, v.get_object()); break;
  }
}

bool unset(const value &v) {
  if (const object *o = v.if_object()) return o->empty();
  if (const array *a = v.if_array()) return a->empty();
  return v.is_null();
}

}  // namespace

Parsed parse(std::string_view text) {
  bj::parse_options options;
  options.max_depth = max_depth;
  bj::basic_parser<Builder> parser(options);
  bj::error_code ec;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), ec);
  if (!ec && read < text.size()) ec = bj::error::extra_data;
  if (ec) return refused(ec, read, text);
  Parsed parsed{parser.handler().stack.release(), Fault::none, {}};
  if (count_keys(parsed.root) != parser.handler().keys) return {{}, Fault::duplicate_key, "one object holds the same key twice"};
  return parsed;
}

std::string canonical(const value &v) {
  std::string out;
  write(out, v);
  return out;
}

value pruned(const value &v) {
  if (const object *o = v.if_object()) {
    object kept;
    for (const auto &member : *o) {
      value child = pruned(member.value());
      if (!unset(child)) kept.emplace(member.key(), std::move(child));
    }
    return kept;
  }
  if (const array *a = v.if_array()) {
    array kept;
    for (const value &element : *a) {
      value child = pruned(element);
      if (!unset(child)) kept.push_back(std::move(child));
    }
    return kept;
  }
  return v;
}

const value *find(const value *v, std::string_view key) {
  const object *o = as_object(v);
  return o ? o->if_contains(key) : nullptr;
}

const object *as_object(const value *v) { return v ? v->if_object() : nullptr; }

const array *as_array(const value *v) { return v ? v->if_array() : nullptr; }

std::string_view as_text(const value *v) {
  const bj::string *s = v ? v->if_string() : nullptr;
  return s ? std::string_view(*s) : std::string_view();
}

std::optional<std::int64_t> as_integer(const value *v) {
  if (!v) return {};
  if (const std::int64_t *i = v->if_int64()) return *i;
  if (const double *d = v->if_double()) {
    if (*d == std::trunc(*d) && *d >= -9223372036854775808.0 && *d < 9223372036854775808.0) return static_cast<std::int64_t>(*d);
    return {};
  }
  const std::string_view text = as_text(v);
  std::int64_t i = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), i);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return i;
}

std::optional<bool> as_bool(const value *v) {
  const bool *b = v ? v->if_bool() : nullptr;
  return b ? std::optional(*b) : std::nullopt;
}

std::string_view as_id(const value *v) { return as_text(as_object(v) ? find(v, "id") : v); }

}  // namespace purser::json
