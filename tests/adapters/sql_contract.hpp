// What every database adapter must do, written against the port alone: each adapter's test calls it with its own factory.
#pragma once
#include <functional>
#include <memory>

#include "ports/sql.hpp"

namespace purser::test {

struct SqlSubject {
  std::function<std::shared_ptr<ports::SqlDatabase>()> make;  ///< an empty database, short lock time-out (some 100 ms)
  bool concurrent = true;                                     ///< a reader goes on while a writer writes
  bool zero_in_text = true;                                   ///< a text may hold a zero byte
};
/// Made of Catch sections; call it as the whole body of a TEST_CASE.
void check_sql_contract(const SqlSubject &subject);

}  // namespace purser::test
