// Typed reads of a catalog's tree. Each returns nothing after it has reported what is wrong. Private to the catalog's reader.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/catalog_mistakes.hpp"
#include "domain/catalog_shapes.hpp"

namespace purser::domain::catalog {

inline constexpr std::size_t text_max_bytes = 200;  ///< names, lookup keys, ids: Stripe's bound for lookup keys

/// A value and its path; no node when the member is absent.
struct Field {
  const Node *node = nullptr;
  std::string path;
  explicit operator bool() const { return node != nullptr; }
};

/// The first member of that name; of an object at `path`.
Field member_of(const Node &object, std::string_view name, const std::string &path);
/// Present, and no empty list or object.
bool filled(const Field &field);

/// An object with named members. Reports a wrong type, unknown, repeated and missing members; the first of repeated ones counts.
class Fields {
 public:
  Fields(Mistakes &mistakes, const Field &object, const Shape &shape);
  bool valid() const { return object_ != nullptr; }
  Field operator[](std::string_view name) const;

 private:
  const Node *object_ = nullptr;
  std::string path_;
};

/// One entry of an object whose keys the catalog's author chose.
struct Entry {
  std::string key;
  Place place;
  Field value;
  bool repeated = false;  ///< reported; its key does not count
};
/// Reports a wrong type and repeated keys; where the keys are new names, those that break `[a-z0-9][a-z0-9._-]{0,63}` too.
std::vector<Entry> read_entries(Mistakes &mistakes, const Field &field, bool new_names = true);
bool is_key(std::string_view text);
/// The rule of is_key, for messages.
extern const std::string_view key_rule;

std::vector<Field> read_list(Mistakes &mistakes, const Field &field);
/// 1 to text_max_bytes bytes without control characters.
std::optional<std::string> read_text(Mistakes &mistakes, const Field &field);
std::optional<bool> read_flag(Mistakes &mistakes, const Field &field);
/// A whole number from least to most; outside or fractional: `reason`.
std::optional<std::int64_t> read_whole(Mistakes &mistakes, const Field &field, std::int64_t least, std::int64_t most, Reason reason);
/// One word of a closed list; another: `reason`.
std::optional<std::string> read_word(Mistakes &mistakes, const Field &field, std::span<const std::string_view> words, Reason reason);
void wrong_type(Mistakes &mistakes, const Field &field, std::string_view expected);

}  // namespace purser::domain::catalog
