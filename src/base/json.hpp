// JSON by Boost.JSON, compiled into this library (json.cpp holds its only copy).
#pragma once
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace purser::json {

using boost::json::array;
using boost::json::object;
using boost::json::value;

inline constexpr std::size_t max_depth = 32;

enum class Fault { none, invalid, duplicate_key, too_deep };
struct Parsed {
  value root;
  Fault fault = Fault::none;
  std::string detail;  ///< what and where, without any content of the document
};
/// Strict: one document, no comments, no duplicate keys, nesting <= max_depth, valid UTF-8.
Parsed parse(std::string_view text);
/// A text that was judged before (by parse, read_envelope) or written by us: only the tree, in one growing block of memory.
Parsed parse_judged(std::string_view text);

/// Canonical text: keys sorted by bytes, no white space, integers as decimal digits. Equal values give equal text.
std::string canonical(const value &v);
/// One quoted, escaped text, as canonical writes it.
void append_text(std::string &out, std::string_view text);
/// Drops null, {} and [] recursively: for Stripe they all say "not set" (FOLD.md section 2).
value pruned(const value &v);

/// Reads that never throw: nullptr / nullopt / empty when the shape is another.
const value *find(const value *v, std::string_view key);
const object *as_object(const value *v);
const array *as_array(const value *v);
std::string_view as_text(const value *v);
std::optional<std::int64_t> as_integer(const value *v);  ///< integer, integral double, or decimal string
std::optional<bool> as_bool(const value *v);
/// `"cus_1"` or the expanded `{"id":"cus_1",…}` → `cus_1`.
std::string_view as_id(const value *v);

}  // namespace purser::json
