// Which database a test runs on. The same executables run on SQLite, and once more with PURSER_TEST_STORE=postgres.
#pragma once
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "adapters/postgres.hpp"
#include "adapters/sqlite.hpp"
#include "store/commit_count.hpp"
#include "support/postgres_server.hpp"

namespace purser::test {

inline bool on_postgres() {
  const char *store = std::getenv("PURSER_TEST_STORE");
  return store && std::string_view(store) == "postgres";
}

inline adapters::PostgresOptions postgres_options(std::string url) {
  adapters::PostgresOptions options;
  options.url = std::move(url);
  options.commits = {store::commit_count_create, store::commit_count_read, store::commit_count_add};
  options.may_lose_commits = true;
  return options;
}

/// ":memory:" is a store of its own; a path is the same store whenever it is named.
inline std::shared_ptr<ports::SqlDatabase> test_store(const std::string &path) {
  if (!on_postgres()) return adapters::sqlite_database({.path = path});
  PostgresServer &server = PostgresServer::shared();
  if (path == ":memory:") return adapters::postgres_database(postgres_options(server.fresh()));
  return adapters::postgres_database(postgres_options(server.schema("p" + std::to_string(std::hash<std::string>()(path)))));
}

}  // namespace purser::test
