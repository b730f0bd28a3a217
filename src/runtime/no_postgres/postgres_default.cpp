#include "runtime/postgres_default.hpp"

#include "base/error.hpp"

namespace purser::runtime {

std::shared_ptr<ports::SqlDatabase> postgres_store(const std::string &, bool) {
  throw Failure(Status::unsupported, "store_kind",
                "expected a SQLite store, found a PostgreSQL address; this build has no PostgreSQL adapter: use sqlite:PATH, or build with "
                "PURSER_WITH_POSTGRES",
                "store");
}

}  // namespace purser::runtime
