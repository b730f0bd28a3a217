// What was deleted goes out of the tables' files: VACUUM FULL writes each anew, with its indexes. What the server's own write-ahead log,
// its backups and its replicas still hold ends by their retention, which is the server's matter.
#include "adapters/postgres/row.hpp"
#include "adapters/postgres/session.hpp"

namespace purser::adapters {

void PostgresSession::scrub() {
  if (lease_) throw Failure(Status::internal, "transaction_misused", "scrub inside a transaction; commit or roll back first");
  if (read_only_) refuse_writing();
  pool_->check_process();
  std::vector<std::string> tables;
  const Lease lease = pool_->lease(this);
  lease->execute(
      "SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) FROM pg_catalog.pg_class c "
      "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relkind = 'r' AND "
      "pg_catalog.left(c.relname, 7) = 'purser_' ORDER BY 1",
      {}, [&](const ports::SqlRow &row) {
        tables.emplace_back(row.text(0));
        return true;
      });
  lease->run("SET statement_timeout = 0");  // a large table takes what it takes
  try {
    for (const std::string &table : tables) lease->run("VACUUM (FULL) " + table);
  } catch (...) {
    if (!lease->broken()) lease->run("RESET statement_timeout");
    throw;
  }
  lease->run("RESET statement_timeout");
}

}  // namespace purser::adapters
