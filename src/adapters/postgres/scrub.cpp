// What was deleted leaves the store's files. Tables are written anew into new files, with their indexes and their statistics, which hold
// the commonest values. The server's log is the server's: a checkpoint lets it recycle the segments, where this user may ask for one;
// archives and standbys keep their own copies.
#include "adapters/postgres/row.hpp"
#include "adapters/postgres/session.hpp"

namespace purser::adapters {
namespace {

/// The schema may hold a host's tables too, which are none of our business.
constexpr std::string_view own_tables =
    "SELECT quote_ident(c.relname) FROM pg_catalog.pg_class c WHERE c.relkind = 'r' AND starts_with(c.relname, 'purser_') AND "
    "c.relnamespace = ";

/// Longer than any statement of ours otherwise may take; the wait for locks stays bounded.
class WithoutTimeout {
 public:
  WithoutTimeout(PostgresConnection &connection, std::int64_t timeout_ms) : connection_(connection), timeout_ms_(timeout_ms) {
    connection_.run("SET statement_timeout = 0");
  }
  ~WithoutTimeout() {
    try {
      connection_.run("SET statement_timeout = " + std::to_string(timeout_ms_));
    } catch (const Failure &) {}  // only a broken connection refuses, and that one is not used again
  }
  WithoutTimeout(const WithoutTimeout &) = delete;
  WithoutTimeout &operator=(const WithoutTimeout &) = delete;

 private:
  PostgresConnection &connection_;
  std::int64_t timeout_ms_;
};

}  // namespace

void PostgresSession::scrub() {
  require_no_transaction();
  if (read_only_) refuse_writing();
  const Lease lease = pool_->lease(this);
  const WithoutTimeout long_run(*lease, pool_->options().statement_timeout_ms);
  const PostgresResult tables = lease->run(std::string(own_tables) + std::to_string(lease->schema()) + " ORDER BY 1");
  PostgresRow row(tables.get());
  for (int i = 0; i < libpq().rows(tables.get()); ++i) {
    row.stand_on(i);
    lease->run("VACUUM (FULL, ANALYZE) " + lease->schema_text() + "." + std::string(row.text(0)));
  }
  try {
    lease->run("CHECKPOINT");
  } catch (const Failure &) {  // for superusers and pg_checkpoint only; the server makes one by itself every few minutes
    if (lease->broken()) throw;
  }
}

}  // namespace purser::adapters
