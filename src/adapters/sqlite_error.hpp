// SQLite's result codes and the file system's as typed failures which name the file and the fix.
#pragma once
#include <sqlite3.h>

#include <string>

#include "base/error.hpp"

namespace purser::adapters {

/// Whose SQL it was: ours being wrong is a bug in Purser, a host's is a mistake in the call.
enum class SqlOrigin { purser, host };

/// What `code`, just returned on `db`, means for the store at `path`. `db` may be null (out of memory).
Error sqlite_error(sqlite3 *db, int code, const std::string &path, SqlOrigin origin = SqlOrigin::purser);

/// Looks at the path before SQLite does, without opening it: closing a second descriptor of the store would drop the locks
/// that this process holds on it. Throws store_missing, store_is_a_directory, store_permission, store_read_only,
/// store_truncated, store_not_a_database.
void check_store_path(const std::string &path, bool create, bool read_only);

}  // namespace purser::adapters
