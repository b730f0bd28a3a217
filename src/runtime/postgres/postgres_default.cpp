#include "runtime/postgres_default.hpp"

#include "adapters/postgres.hpp"
#include "store/commit_count.hpp"
#include "store/schema.hpp"

namespace purser::runtime {

std::shared_ptr<ports::SqlDatabase> postgres_store(const std::string &url, bool create) {
  adapters::PostgresOptions options;
  options.url = url;
  options.create = create;
  options.commits = {store::commit_count_create, store::commit_count_read, store::commit_count_add};
  options.hidden_tables = {std::string(store::stamp_table)};
  return adapters::postgres_database(std::move(options));
}

}  // namespace purser::runtime
