#include "adapters/postgres/session.hpp"

#include <algorithm>

#include "adapters/postgres/row.hpp"
#include "adapters/postgres/words.hpp"

// Why READ COMMITTED is safe for writers. begin_write takes one advisory lock per schema before the transaction reads anything, and the
// transaction holds it to its end, so writers of one store follow each other like SQLite's BEGIN IMMEDIATE. PostgreSQL makes a commit
// visible before it gives the transaction's locks back (CommitTransaction: ProcArrayEndTransaction, then ResourceOwnerRelease), and in
// READ COMMITTED each statement takes its snapshot anew: whatever the writer reads after it got the lock, it sees all that earlier writers
// committed, and nobody else writes until it ends. Under REPEATABLE READ the snapshot would be the one of the lock's own statement, taken
// before the wait: it would miss the very commit it waited for. A statement that is run alone and writes takes the same way.
// Readers take no lock: REPEATABLE READ READ ONLY gives them one state for the length of their transaction.
//
// The change token. A counted row in the schema grows by one in each writer's transaction; what a session saw there less what it added
// itself is the number of others' commits, exact also inside a transaction, where notifications do not arrive. NOTIFY is only the bell:
// outside a transaction, as long as no notification came and the connection is the same, nothing is asked. A commit whose answer was lost
// counts as somebody else's, so that its effect is taken over. Lost connections are counted in, because a bell may have been missed.

namespace purser::adapters {
namespace {

constexpr std::int32_t lock_class = 0x50757273;                     // "Purs": the advisory locks of this library
constexpr auto bell_trusted_for = std::chrono::milliseconds(5000);  // a silent connection may be a dead one
constexpr int token_bits_of_commits = 40;

Failure misused(const std::string &what) { return {Status::internal, "transaction_misused", what}; }

Failure transaction_lost() {
  return {Status::unavailable, "store_transaction_lost", "an earlier error ended the transaction; roll back and repeat it"};
}

void replace_all(std::string &text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
}

std::int64_t number_in(const PGresult *result) {
  if (libpq().rows(result) == 0) return 0;
  return PostgresRow(result).integer(0);
}

bool only_reads(std::string_view sql) {
  const std::vector<SqlWord> words = sql_words(sql.substr(0, 64)).words;
  return !words.empty() && (words.front().text == "select" || words.front().text == "values" || words.front().text == "show");
}

}  // namespace

std::vector<PostgresResult> PostgresSession::begin_on(Lease &lease, const std::string &sql) {
  pool_->check_process();
  for (bool again = false;; again = true) {
    lease = pool_->lease(this);
    try {
      return lease->run_all(sql);
    } catch (...) {
      // The server closed an idle connection, or was restarted: nothing was begun, so a new one may begin it.
      const bool broken = lease->broken();
      if (!broken) lease->run("ROLLBACK");
      lease.reset();
      if (!broken || again) throw;
    }
  }
}

void PostgresSession::begin_read() {
  require_no_transaction();
  begin_on(lease_, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  writing_ = false;
}

std::vector<PostgresResult> PostgresSession::begin_write_on(Lease &lease) {
  static const std::string lock = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_catalog.pg_advisory_xact_lock(" +
                                  std::to_string(lock_class) + ", pg_catalog.hashtext(current_schema())); ";
  const CommitCount &commits = pool_->options().commits;
  try {
    return begin_on(lease, lock + std::string(commits.read));
  } catch (const Failure &failure) {
    if (failure.error().reason != "sql_invalid") throw;
  }
  // A schema without the counted row: a new store.
  if (!pool_->options().create)
    throw Failure(Status::not_found, "store_missing",
                  "store " + pool_->name() + " does not exist; check the address, or create it by opening it for writing", "store");
  begin_on(lease, lock + std::string(commits.create) + "; COMMIT");
  lease.reset();
  return begin_on(lease, lock + std::string(commits.read));
}

void PostgresSession::begin_write() {
  require_no_transaction();
  if (read_only_) refuse_writing();
  const std::vector<PostgresResult> answers = begin_write_on(lease_);
  commits_ = number_in(answers.back().get());
  writing_ = true;
}

void PostgresSession::commit() {
  pool_->check_process();
  try {
    // What a reader has read stands, also where a later statement of its transaction was refused.
    if (lease_ && !writing_ && lease_->in_failed_transaction()) return rollback();
    require_transaction();
    if (writing_)
      lease_->run_all(std::string(pool_->options().commits.add) + "; NOTIFY " + channel(*lease_) + "; COMMIT");
    else
      lease_->run("COMMIT");
  } catch (...) {
    rollback();
    throw;
  }
  if (writing_) {
    ++own_;
    ++commits_;
  }
  in_savepoint_ = writing_ = false;
  lease_.reset();
}

void PostgresSession::rollback() noexcept {
  if (!lease_) return;
  if (!pool_->forked() && !lease_->broken()) {
    try {
      lease_->run("ROLLBACK");
    } catch (...) {}  // a connection that is still in its transaction is closed by the pool, and the server rolls back
  }
  in_savepoint_ = writing_ = false;
  lease_.reset();
}

void PostgresSession::require_no_transaction() const {
  pool_->check_process();
  if (lease_) throw misused("begin inside a transaction; commit or roll back first");
}

void PostgresSession::require_transaction() const {
  pool_->check_process();
  if (!lease_) throw misused("there is no transaction; begin one first");
  if (lease_->in_failed_transaction()) throw transaction_lost();
}

void PostgresSession::require_savepoint() const {
  pool_->check_process();
  if (!lease_) throw misused("there is no transaction; begin one first");
  if (!in_savepoint_) throw misused("there is no savepoint");
}

void PostgresSession::refuse_writing() const { throw Failure(postgres_error("25006", {}, pool_->name())); }

void PostgresSession::savepoint() {
  require_transaction();
  if (in_savepoint_) throw misused("a savepoint inside a savepoint; one is the limit");
  lease_->run("SAVEPOINT one");
  in_savepoint_ = true;
}

void PostgresSession::release_savepoint() {
  require_savepoint();
  require_transaction();
  lease_->run("RELEASE one");
  in_savepoint_ = false;
}

void PostgresSession::rollback_to_savepoint() {
  require_savepoint();  // also after an error: this is what mends the transaction
  lease_->run("ROLLBACK TO one; RELEASE one");
  in_savepoint_ = false;
}

std::int64_t PostgresSession::execute(std::string_view sql, std::span<const ports::SqlValue> parameters, const ports::OnRow &on_row) {
  pool_->check_process();
  if (!lease_) return execute_alone(sql, parameters, on_row);
  require_transaction();
  return lease_->execute(sql, parameters, on_row);
}

std::int64_t PostgresSession::execute_alone(std::string_view sql, std::span<const ports::SqlValue> parameters, const ports::OnRow &on_row) {
  if (!read_only_ && !only_reads(sql)) {
    begin_write();
    try {
      const std::int64_t changed = lease_->execute(sql, parameters, on_row);
      commit();
      return changed;
    } catch (...) {
      rollback();
      throw;
    }
  }
  for (bool again = false;; again = true) {
    bool any = false;
    const ports::OnRow counted = [&](const ports::SqlRow &row) {
      any = true;
      return on_row && on_row(row);
    };
    const Lease lease = pool_->lease(this);
    try {
      return lease->execute(sql, parameters, counted);
    } catch (const Failure &) {
      if (any || again || !lease->broken()) throw;  // an idle connection that the server had closed: once more
    }
  }
}

void PostgresSession::execute_script(std::string_view sql) {
  pool_->check_process();
  if (read_only_) refuse_writing();
  std::string text(sql);
  replace_all(text, "{without_rowid}", "");
  if (lease_) {
    require_transaction();
    lease_->run("SET LOCAL statement_timeout = 0; " + text);  // migrating a large store takes what it takes
    return;
  }
  begin_write();
  try {
    execute_script(sql);
    commit();
  } catch (...) {
    rollback();
    throw;
  }
}

std::string PostgresSession::channel(const PostgresConnection &connection) const { return "purser_" + std::to_string(connection.schema()); }

std::int64_t PostgresSession::token() const { return commits_ - own_ + (pool_->losses() << token_bits_of_commits); }

std::int64_t PostgresSession::change_token() {
  pool_->check_process();
  const auto count = [&](PostgresConnection &connection) {
    commits_ = number_in(connection.run(std::string(pool_->options().commits.read)).get());
  };
  if (lease_) {
    require_transaction();
    if (!writing_) count(*lease_);  // a writer knows it since it has the lock
    return token();
  }
  for (bool again = false;; again = true) {
    const Lease lease = pool_->lease(this);
    try {
      const bool bell = lease->listen(channel(*lease));
      const std::uint64_t notified = lease->notified();
      const auto now = std::chrono::steady_clock::now();
      if (bell && lease->number() == seen_on_ && notified == seen_notified_ && now - seen_at_ < bell_trusted_for) return token();
      try {
        count(*lease);
      } catch (const Failure &failure) {
        if (failure.error().reason != "sql_invalid") throw;
        commits_ = 0;  // no counted row: nobody has written yet
      }
      seen_on_ = lease->number();
      seen_notified_ = notified;
      seen_at_ = now;
      return token();
    } catch (const Failure &) {
      if (again || !lease->broken()) throw;
    }
  }
}

}  // namespace purser::adapters
