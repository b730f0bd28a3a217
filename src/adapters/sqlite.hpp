// SQLite behind the storage port. One connection per session; WAL, synchronous=FULL, foreign keys on.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ports/sql.hpp"

namespace purser::adapters {

struct SqliteOptions {
  std::string path;                             ///< a file name (never a URI), or ":memory:"
  bool create = true;                           ///< make the file where there is none; its folder must exist
  std::int64_t busy_timeout_ms = 5000;          ///< how long a session waits for another one's lock before store_locked
  std::int64_t cache_kib = 16384;               ///< page cache per connection; SQLite's own 2 MB is too small (PERFORMANCE.md)
  std::size_t statements_max = 128;             ///< prepared statements kept per connection, least recently used go first
  std::vector<std::string> hidden_tables = {};  ///< foreign statements must not read these
  std::string vfs = {};                         ///< a registered SQLite VFS; empty = the process's default
};

/// Opens nothing yet: each open() makes a connection. A ":memory:" database lives as long as the returned object and its
/// sessions; they share one connection, one transaction at a time, and wait for each other like for a lock.
std::shared_ptr<ports::SqlDatabase> sqlite_database(SqliteOptions options);

}  // namespace purser::adapters
