// Objects to fetch, and why; and the figures that say how often it was needed.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "domain/fact.hpp"
#include "ports/sql.hpp"

namespace purser::store {

struct GapRow {
  domain::ObjectKey key;
  std::string reason;  ///< a doubt's name, dangling, thin, expected, relinked, not_found
  TimeMs since_ms = 0;
  TimeMs due_at_ms = 0;
  std::int64_t tries = 0;
  TimeMs held_until_ms = 0;  ///< one process asks; the others leave it alone until then
};

std::optional<GapRow> load_gap(ports::SqlSession &db, const domain::ObjectKey &key);
/// New, or in place of the row of the same object.
void put_gap(ports::SqlSession &db, const GapRow &gap);
void drop_gap(ports::SqlSession &db, const domain::ObjectKey &key);
/// Due and held by nobody, the longest due first.
std::vector<GapRow> due_gaps(ports::SqlSession &db, TimeMs now, std::int64_t limit);
/// Objects whose expected change has not come, without a gap row yet.
std::vector<domain::ObjectKey> overdue_objects(ports::SqlSession &db, TimeMs now, std::int64_t limit);
void set_expectation(ports::SqlSession &db, const domain::ObjectKey &key, TimeMs at);

struct GapTotals {
  std::int64_t waiting = 0;
  TimeMs oldest_since_ms = 0;
  TimeMs next_due_ms = 0;  ///< the held ones count from when they are free again; 0 = none waits
};
GapTotals gap_totals(ports::SqlSession &db);
/// The next moment at which something is to be fetched, expectations included; forever_ms = none.
TimeMs next_gap(ports::SqlSession &db);

}  // namespace purser::store
