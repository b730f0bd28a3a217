#include "engine/keyset.hpp"

#include <charconv>

#include "base/error.hpp"

namespace purser::engine {

std::size_t page_size(std::int64_t limit) {
  if (limit < 0 || limit > page_max)
    throw Failure(Status::invalid, "limit_invalid", "expected a limit of 0 (100) to 1,000, found another number; correct it", "limit");
  return static_cast<std::size_t>(limit == 0 ? page_default : limit);
}

std::string next_of(const Keyset &last) { return std::to_string(last.created_s) + "." + last.id; }

std::optional<Keyset> keyset_of(std::string_view after) {
  if (after.empty()) return std::nullopt;
  Keyset key;
  const auto [end, error] = std::from_chars(after.data(), after.data() + after.size(), key.created_s);
  if (error != std::errc{} || end == after.data() + after.size() || *end != '.')
    throw Failure(Status::invalid, "after_invalid", "expected `next` of an earlier page, found something else; pass it unchanged", "after");
  key.id.assign(end + 1, after.data() + after.size());
  return key;
}

}  // namespace purser::engine
