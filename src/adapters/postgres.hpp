// PostgreSQL behind the storage port: libpq, loaded at run time; a bounded pool of connections per database object.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ports/sql.hpp"

namespace purser::adapters {

/// The one row that counts the commits of all writers (store/commit_count.hpp): the change token is made of it.
struct CommitCount {
  std::string_view create;  ///< several statements; harmless where it is there already
  std::string_view read;    ///< one row, one number
  std::string_view add;     ///< one more; the transaction holds the write lock
};

struct PostgresOptions {
  std::string url;  ///< postgres://user:password@host:port/database?sslmode=…&options=…
  CommitCount commits = {};
  bool create = true;                           ///< make a store where there is none; the database and the schema must exist
  std::size_t connections_max = 3;              ///< of this database object; `connections_max` in the URL wins
  std::int64_t busy_timeout_ms = 5000;          ///< wait for another writer's lock or a free connection before store_locked
  std::int64_t statement_timeout_ms = 30'000;   ///< no statement of Purser's own runs longer; scripts (migrations) may
  std::int64_t connect_timeout_s = 5;           ///< `connect_timeout` in the URL wins
  std::size_t statements_max = 128;             ///< prepared statements kept per connection, least recently used go first
  bool may_lose_commits = false;                ///< accepts a server with fsync = off: for tests
  std::vector<std::string> hidden_tables = {};  ///< foreign statements must not read these
};

/// Connects to nothing yet. Throws invalid (store_url), unsupported (store_no_libpq).
std::shared_ptr<ports::SqlDatabase> postgres_database(PostgresOptions options);

}  // namespace purser::adapters
