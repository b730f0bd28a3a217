// Figures that only grow: what the health report counts over the life of the store.
#pragma once
#include <cstdint>
#include <string_view>

#include "ports/sql.hpp"

namespace purser::store {

inline constexpr std::string_view gaps_counter = "gaps";
inline constexpr std::string_view fetches_counter = "fetches";
inline constexpr std::string_view not_found_counter = "not_found";
inline constexpr std::string_view mismatched_counter = "mismatched_renderings";
inline constexpr std::string_view missed_counter = "swept_missed";
inline constexpr std::string_view late_counter = "late";
inline constexpr std::string_view swept_counter = "swept_until_ms";  ///< a moment, not a count

void count(ports::SqlSession &db, std::string_view counter, std::int64_t by = 1);
void set_counter(ports::SqlSession &db, std::string_view counter, std::int64_t value);
std::int64_t counter(ports::SqlSession &db, std::string_view counter);

}  // namespace purser::store
