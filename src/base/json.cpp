#include "base/json.hpp"

#include <algorithm>
#include <boost/json/src.hpp>
#include <charconv>
#include <cmath>
#include <vector>

#include "base/json_scan.hpp"

namespace purser::json {
namespace {

namespace bj = boost::json;

struct Ignore {
  void open(bool) {}
  void close() {}
  void key(std::string_view) {}
  void value(const Scalar &) {}
};

std::string describe(Fault fault, std::size_t at, std::string_view text) {
  if (fault == Fault::duplicate_key) return "one object holds the same key twice";
  if (fault == Fault::too_deep) return "nested deeper than " + std::to_string(max_depth) + " at byte " + std::to_string(at);
  if (text.starts_with("\xEF\xBB\xBF")) return "starts with a byte order mark: save it as UTF-8 without one";
  return "no strict JSON at byte " + std::to_string(at) + " of " + std::to_string(text.size());
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
  Ignore nothing;
  Scanner scanner(text, nothing);
  const Fault fault = scanner.run();
  if (fault != Fault::none) return {{}, fault, describe(fault, scanner.position(), text)};
  return parse_judged(text);
}

Parsed parse_judged(std::string_view text) {
  bj::parse_options options;
  options.max_depth = max_depth;
  bj::error_code ec;
  // The value keeps its memory alive; a tree takes about twice its text.
  value root = bj::parse(text, ec, bj::make_shared_resource<bj::monotonic_resource>(2 * text.size() + 1024), options);
  if (ec) return {{}, Fault::invalid, ec.message()};  // an exponent of more than nine digits
  return {std::move(root), Fault::none, {}};
}

void append_text(std::string &out, std::string_view text) { write_text(out, text); }

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
