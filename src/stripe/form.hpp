// application/x-www-form-urlencoded as Stripe wants it: ordered pairs, `a[b][c]=v`, arrays indexed `items[0][price]`, brackets literal.
#pragma once
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace purser::stripe {

/// Twice Stripe's greatest metadata (50 values of 500 characters, all of them escaped), and the rest of a request.
inline constexpr std::size_t form_max_bytes = 1024 * 1024;
inline constexpr std::size_t form_max_pairs = 1000;

/// One step into a nested key: a name or an index.
class KeyPart {
 public:
  KeyPart(const char *name) : text_(name) {}
  KeyPart(std::string_view name) : text_(name) {}
  KeyPart(const std::string &name) : text_(name) {}
  KeyPart(std::integral auto index) : text_(std::to_string(index)) {}
  const std::string &text() const { return text_; }

 private:
  std::string text_;
};
/// nested("line_items", {0, "price"}) → `line_items[0][price]`.
std::string nested(std::string_view root, std::initializer_list<KeyPart> parts);

/// One segment of a path: everything but unreserved characters escaped.
std::string path_segment(std::string_view text);

class Form {
 public:
  using Field = std::pair<std::string, std::string>;

  Form &add(std::string key, std::string_view value);  ///< an empty value unsets the field at Stripe
  Form &add_integer(std::string key, std::int64_t value);
  Form &add_flag(std::string key, bool value);

  const std::vector<Field> &fields() const { return fields_; }
  bool empty() const { return fields_.empty(); }
  /// `[` and `]` stand literally in keys; all else but unreserved characters is escaped, a blank as %20: fit for a body and for a query.
  std::string text() const;
  /// nullopt: an escape that is none, more than form_max_bytes or form_max_pairs. A pair without `=` has an empty value; empty pairs count
  /// for nothing.
  static std::optional<Form> parse(std::string_view text);

  friend bool operator==(const Form &, const Form &) = default;

 private:
  std::vector<Field> fields_;
};

}  // namespace purser::stripe
