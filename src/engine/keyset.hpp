// Pages of a list that is sorted by (created, id), newest first: the next one begins after the last one's key, whatever came meanwhile.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace purser::engine {

struct Keyset {
  std::int64_t created_s = 0;
  std::string id;
  auto operator<=>(const Keyset &) const = default;  // NOLINT(modernize-use-nullptr): of the rewritten `<`
};

inline constexpr std::int64_t page_default = 100;
inline constexpr std::int64_t page_max = 1000;

/// 0 → page_default. Throws invalid (limit_invalid).
std::size_t page_size(std::int64_t limit);
/// What a host passes back unchanged as `after`.
std::string next_of(const Keyset &last);
/// nullopt for the first page. Throws invalid (after_invalid).
std::optional<Keyset> keyset_of(std::string_view after);

}  // namespace purser::engine
