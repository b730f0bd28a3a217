// Short forms for tests that look into a store.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "ports/sql.hpp"

namespace purser::test {

inline std::int64_t number(ports::SqlSession &session, std::string_view sql) {
  std::int64_t value = -1;
  session.execute(sql, {}, [&](const ports::SqlRow &row) {
    value = row.integer(0);
    return false;
  });
  return value;
}

inline std::vector<std::string> texts(ports::SqlSession &session, std::string_view sql) {
  std::vector<std::string> values;
  session.execute(sql, {}, [&](const ports::SqlRow &row) {
    values.emplace_back(row.text(0));
    return true;
  });
  return values;
}

/// The reason word of the Failure that `work` throws; empty when it throws none.
template <class Work>
std::string reason_of(const Work &work) {
  try {
    work();
  } catch (const Failure &failure) { return failure.error().reason; }
  return {};
}

template <class Work>
Error error_of(const Work &work) {
  try {
    work();
  } catch (const Failure &failure) { return failure.error(); }
  return {};
}

}  // namespace purser::test
