#include <string>
#include <string_view>

#include "base/error.hpp"
#include "src/rules.hpp"
#include "src/utf8.hpp"

namespace purser::capi {
namespace {

const std::byte *at(const void *in, std::size_t offset) { return static_cast<const std::byte *>(in) + offset; }

template <class T>
T read(const void *in, std::size_t offset) {
  T value;
  std::memcpy(&value, at(in, offset), sizeof value);
  return value;
}

[[noreturn]] void refuse(const Rule &rule, std::string reason, const std::string &expected_found_fix) {
  throw Failure(Status::invalid, std::move(reason), std::string(rule.name) + ": " + expected_found_fix, rule.name);
}

void check_text(const Rule &rule, const char *text) {
  const std::size_t size = strnlen(text, rule.max_bytes + 1);
  if (size > rule.max_bytes && !(rule.flags & clip))
    refuse(rule, "argument_too_long", "expected at most " + std::to_string(rule.max_bytes) + " bytes, found more; shorten it");
  if (!(rule.flags & any_bytes) && size <= rule.max_bytes && !valid_utf8({text, size}))
    refuse(rule, "argument_not_utf8", "expected UTF-8, found other bytes; encode it");
  if (rule.flags & required && size == 0) refuse(rule, "argument_missing", "expected a text, found an empty one; pass it");
}

void check_list(const Rule &rule, const char *const *list, std::size_t count) {
  if (count > rule.max_count)
    refuse(rule, "argument_too_many", "expected at most " + std::to_string(rule.max_count) + " entries, found more; pass fewer");
  if (!list && count > 0) refuse(rule, "argument_null", "expected a list, found NULL with a count; pass the list or a count of 0");
  for (std::size_t i = 0; i < count; i++) {
    if (!list[i]) refuse(rule, "argument_null", "expected a text in every entry, found NULL; pass it or a smaller count");
    check_text(rule, list[i]);
  }
}

void check_bytes(const Rule &rule, const void *bytes, std::size_t size) {
  if (!bytes && size > 0) refuse(rule, "argument_null", "expected bytes, found NULL with a size; pass them or a size of 0");
  if (rule.flags & required && size == 0) refuse(rule, "argument_missing", "expected bytes, found none; pass them");
  if (size > rule.max_bytes && !(rule.flags & clip))
    throw Failure(Status::limit, "argument_too_long",
                  std::string(rule.name) + ": expected at most " + std::to_string(rule.max_bytes) + " bytes, found " +
                      std::to_string(size) + "; pass less at a time",
                  rule.name);
}

void check_number(const Rule &rule, std::int64_t number) {
  if (number >= rule.least && number <= rule.most) return;
  std::string range =
      rule.most == INT64_MAX ? std::to_string(rule.least) + " or more" : std::to_string(rule.least) + " to " + std::to_string(rule.most);
  refuse(rule, "argument_out_of_range", "expected " + range + ", found " + std::to_string(number) + "; correct it");
}

void check_field(const Rule &rule, const void *in) {
  switch (rule.kind) {
    case Kind::cstr:
      if (const char *text = read<const char *>(in, rule.offset))
        check_text(rule, text);
      else if (rule.flags & required)
        refuse(rule, "argument_missing", "expected a text, found NULL; pass it");
      return;
    case Kind::cstr_list: return check_list(rule, read<const char *const *>(in, rule.offset), read<std::size_t>(in, rule.extent_offset));
    case Kind::bytes: return check_bytes(rule, read<const void *>(in, rule.offset), read<std::size_t>(in, rule.extent_offset));
    case Kind::i32:
    case Kind::boolean:
    case Kind::enumeration: return check_number(rule, read<std::int32_t>(in, rule.offset));
    case Kind::i64: return check_number(rule, read<std::int64_t>(in, rule.offset));
    case Kind::f64: return;
    case Kind::raw:
      if (rule.flags & required && !read<const void *>(in, rule.offset))
        refuse(rule, "argument_missing", "expected a pointer, found NULL; pass it");
      return;
  }
}

}  // namespace

std::size_t accepted_size(const Shape &shape, const void *in) {
  if (!in)
    throw Failure(Status::invalid, "argument_null", std::string("expected a ") + shape.name + ", found NULL; pass one made with PURSER_IN",
                  "in");
  const auto size = read<std::size_t>(in, 0);
  if (size < shape.first_size)
    throw Failure(Status::invalid, "struct_size",
                  std::string(shape.name) + ": expected struct_size " + std::to_string(shape.first_size) + " or more, found " +
                      std::to_string(size) + "; start the input with PURSER_IN",
                  "struct_size");
  if (size <= shape.size) return size;
  // A newer host. What this library does not know must say nothing. No input is ever near this bound.
  constexpr std::size_t most = 4096;
  if (size > most)
    throw Failure(Status::invalid, "struct_size",
                  std::string(shape.name) + ": expected at most 4096 bytes, found more; start the input with PURSER_IN", "struct_size");
  for (std::size_t i = shape.size; i < size; i++)
    if (*at(in, i) != std::byte{0})
      throw Failure(Status::unsupported, "struct_size",
                    std::string(shape.name) + ": a field is set that this library does not know; update the library or leave it zero",
                    "struct_size");
  return shape.size;
}

void check_fields(const Shape &shape, const void *in) {
  for (const Rule &rule : shape.rules) check_field(rule, in);
}

}  // namespace purser::capi
