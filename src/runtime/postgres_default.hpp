#pragma once
#include <memory>
#include <string>

#include "ports/sql.hpp"

namespace purser::runtime {

/// The store at a postgres:// address. A library is linked with one of its two definitions: src/runtime/postgres, or, where
/// PURSER_WITH_POSTGRES is off, src/runtime/no_postgres, which says so.
std::shared_ptr<ports::SqlDatabase> postgres_store(const std::string &url, bool create);

}  // namespace purser::runtime
