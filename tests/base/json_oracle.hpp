// What Boost.JSON says about a text, with the key counting that its tree lacks: the second opinion on our own scanner.
#pragma once
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <cmath>
#include <string_view>

#include "base/json.hpp"

namespace purser::test {

/// Counts keys in the text; the tree keeps only the last of equal ones.
struct KeyCounter {
  static constexpr std::size_t max_object_size = std::size_t(-1), max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1), max_string_size = std::size_t(-1);
  using Code = boost::json::error_code;
  using Text = boost::json::string_view;
  std::size_t keys = 0;
  bool infinite = false;
  bool on_document_begin(Code &) { return true; }
  bool on_document_end(Code &) { return true; }
  bool on_object_begin(Code &) { return true; }
  bool on_object_end(std::size_t n, Code &) { return keys += n, true; }
  bool on_array_begin(Code &) { return true; }
  bool on_array_end(std::size_t, Code &) { return true; }
  bool on_key_part(Text, std::size_t, Code &) { return true; }
  bool on_key(Text, std::size_t, Code &) { return true; }
  bool on_string_part(Text, std::size_t, Code &) { return true; }
  bool on_string(Text, std::size_t, Code &) { return true; }
  bool on_number_part(Text, Code &) { return true; }
  bool on_int64(std::int64_t, Text, Code &) { return true; }
  bool on_uint64(std::uint64_t, Text, Code &) { return true; }
  bool on_double(double d, Text, Code &) { return infinite |= !std::isfinite(d), true; }
  bool on_bool(bool, Code &) { return true; }
  bool on_null(Code &) { return true; }
  bool on_comment_part(Text, Code &) { return true; }
  bool on_comment(Text, Code &) { return true; }
};

inline std::size_t count_keys(const json::value &v) {
  std::size_t count = 0;
  if (const auto *o = v.if_object()) {
    count = o->size();
    for (const auto &member : *o) count += count_keys(member.value());
  } else if (const auto *a = v.if_array()) {
    for (const auto &element : *a) count += count_keys(element);
  }
  return count;
}

inline json::Fault boost_fault(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = json::max_depth;
  boost::json::basic_parser<KeyCounter> parser(options);
  boost::json::error_code ec;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), ec);
  if (ec == boost::json::error::too_deep) return json::Fault::too_deep;
  if (ec || read < text.size() || parser.handler().infinite) return json::Fault::invalid;
  const json::value tree = boost::json::parse(text, {}, options);
  return count_keys(tree) == parser.handler().keys ? json::Fault::none : json::Fault::duplicate_key;
}

}  // namespace purser::test
