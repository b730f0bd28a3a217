// The words of a closed list, for those who type them: "month" where C has PURSER_MONTH. Node and Python say the same of a wrong one.
#pragma once
#include <algorithm>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace purser_words {

using Name = const char *(*)(std::int32_t value);
constexpr std::int32_t values_max = 64;

inline std::optional<std::int32_t> value_of(Name name, std::string_view word) {
  for (std::int32_t value = 0; value < values_max; ++value) {
    const char *known = name(value);
    if (known && word == known) return value;
  }
  return std::nullopt;
}

/// How many letters have to be changed, added or taken away.
inline std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = i;
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

/// "expected one of day, week, month, found 'mnth'; nearest is 'month'". A word far from all of them has no nearest one.
inline std::string unknown(Name name, std::string_view word) {
  constexpr std::size_t shown_max = 64;
  word = word.substr(0, shown_max);
  std::string known, nearest;
  std::size_t least = word.size() / 2 + 1;
  for (std::int32_t value = 0; value < values_max; ++value) {
    if (!name(value)) continue;
    const std::string one = name(value);
    known += (known.empty() ? "" : ", ") + one;
    if (const std::size_t far = distance(word, one); far < least) {
      least = far;
      nearest = one;
    }
  }
  return "expected one of " + known + ", found '" + std::string(word) + "'" + (nearest.empty() ? "" : "; nearest is '" + nearest + "'");
}

}  // namespace purser_words
