// One connection to PostgreSQL: its settings, its prepared statements, its answers row by row.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "adapters/postgres/address.hpp"
#include "adapters/postgres/error.hpp"
#include "adapters/postgres/libpq.hpp"
#include "ports/sql.hpp"

namespace purser::adapters {

class PostgresConnection {
 public:
  /// Connects, sets the session up, looks at the server. `number` tells it from the pool's other and earlier ones.
  PostgresConnection(const PostgresAddress &address, const PostgresOptions &options, std::uint64_t number);
  ~PostgresConnection();
  PostgresConnection(const PostgresConnection &) = delete;
  PostgresConnection &operator=(const PostgresConnection &) = delete;

  std::uint64_t number() const { return number_; }
  bool broken() const { return libpq().status(connection_) != CONNECTION_OK; }
  bool in_transaction() const { return libpq().transaction_status(connection_) != PQTRANS_IDLE; }
  bool in_failed_transaction() const { return libpq().transaction_status(connection_) == PQTRANS_INERROR; }
  /// Of the schema that the store lives in.
  Oid schema() const { return schema_; }
  const std::string &schema_text() const { return schema_text_; }

  /// Statements without parameters, one round trip; the last answer. Throws Failure at the first error.
  PostgresResult run(const std::string &sql, PostgresOrigin origin = PostgresOrigin::purser);
  /// The same, every answer.
  std::vector<PostgresResult> run_all(const std::string &sql, PostgresOrigin origin = PostgresOrigin::purser);
  /// One prepared statement. Rows are read while they come; an answer inside whose rows another statement runs is taken in first.
  std::int64_t execute(std::string_view sql, std::span<const ports::SqlValue> parameters, const ports::OnRow &on_row);
  /// Throws what the failed result says.
  void check(const PGresult *result, PostgresOrigin origin = PostgresOrigin::purser) const;

  /// LISTEN, once; false where the server cannot (a standby).
  bool listen(const std::string &channel);
  /// How many notifications have come so far. Looks at the socket, asks nothing. Throws when the connection is gone.
  std::uint64_t notified();

  PGconn *handle() const { return connection_; }
  std::size_t statements() const { return order_.size(); }

 private:
  struct Answer;
  struct Statement {
    std::string key;  ///< the types of the parameters, then the text
    std::string name;
  };
  struct Bound;

  void open(const PostgresAddress &address);
  void set_up(const PostgresOptions &options);
  [[noreturn]] void lost() const;
  const std::string &prepare(std::string_view sql, const Bound &bound);
  void forget_oldest();
  PostgresResult next() { return PostgresResult(libpq().get_result(connection_)); }
  void take_in_open_answer();
  std::int64_t read(Answer &answer, const ports::OnRow &on_row);

  std::string name_, password_;
  std::uint64_t number_;
  std::size_t statements_max_;
  PGconn *connection_ = nullptr;
  Oid schema_ = 0;
  std::string schema_text_;
  Answer *open_answer_ = nullptr;
  std::uint64_t notified_ = 0, prepared_ = 0;
  bool listens_ = false, cannot_listen_ = false;
  std::list<Statement> order_;  ///< newest first
  std::unordered_map<std::string_view, std::list<Statement>::iterator> by_key_;
};

}  // namespace purser::adapters
