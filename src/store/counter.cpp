#include "store/counter.hpp"

namespace purser::store {

void count(ports::SqlSession &db, std::string_view counter, std::int64_t by) {
  db.execute(
      "INSERT INTO purser_counters (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = purser_counters.value + "
      "excluded.value",
      {counter, by});
}

void set_counter(ports::SqlSession &db, std::string_view counter, std::int64_t value) {
  db.execute("INSERT INTO purser_counters (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
             {counter, value});
}

std::int64_t counter(ports::SqlSession &db, std::string_view counter) {
  std::int64_t value = 0;
  db.execute("SELECT value FROM purser_counters WHERE name = $1", {counter}, [&](const ports::SqlRow &row) {
    value = row.integer(0);
    return false;
  });
  return value;
}

}  // namespace purser::store
