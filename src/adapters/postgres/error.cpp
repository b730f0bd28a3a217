#include "adapters/postgres/error.hpp"

namespace purser::adapters {
namespace {

/// One line: libpq's texts end with, and hold, line breaks.
std::string line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != '\n' && c != '\t' && c != '\r')
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

Error of_store(Status status, const char *reason, const std::string &name, const std::string &what) {
  return {status, reason, "store " + name + ": " + what, "store", {}, 0};
}

Error of_sql(Status status, const char *reason, const std::string &what) { return {status, reason, what, "sql", {}, 0}; }

Error refused_by_server(std::string_view state, std::string_view message, const std::string &name) {
  if (state == "53300" || state == "53400")
    return of_store(Status::unavailable, "store_connections", name,
                    "the server has no free connection; raise its max_connections, or lower connections_max of the stores on it");
  if (state == "53100")
    return of_store(Status::unavailable, "store_full", name, "no space left on the server; free some, then repeat the call");
  if (state == "3D000" || state == "3F000")
    return of_store(Status::not_found, "store_missing", name, line(message) + "; create it first, or correct the address");
  if (state.starts_with("28") || state == "42501")
    return of_store(Status::unavailable, "store_permission", name, line(message) + "; give this user access to it");
  return postgres_unreachable(message, name);
}

Error of_lock(const std::string &name) {
  return of_store(Status::unavailable, "store_locked", name,
                  "is locked by another connection; end what writes to it for so long, or repeat the call");
}

Error of_code(std::string_view state, std::string_view message, PostgresOrigin origin) {
  const Status status = origin == PostgresOrigin::host ? Status::invalid : Status::internal;
  if (state.starts_with("42") || state.starts_with("08") || state.starts_with("0A"))
    return of_sql(status, "sql_invalid", "SQL is wrong: " + line(message));
  // A data exception repeats the value it stumbled over.
  return of_sql(status, "sql_invalid", "SQL is wrong: PostgreSQL refused a value or a computation (SQLSTATE " + std::string(state) + ")");
}

}  // namespace

Error postgres_unreachable(std::string_view message, const std::string &name) {
  return of_store(Status::unavailable, "store_unavailable", name,
                  line(message) + "; start the server or mend the network, then repeat the call");
}

Error postgres_error(std::string_view state, std::string_view message, const std::string &name, PostgresOrigin origin) {
  if (state.starts_with("53") || state.starts_with("3D") || state.starts_with("3F") || state.starts_with("28") ||
      state.starts_with("57P") || (state == "42501" && origin == PostgresOrigin::purser))
    return refused_by_server(state, message, name);
  if (state == "55P03" || state == "40P01" || state == "40001") return of_lock(name);
  if (state == "57014") {
    if (origin == PostgresOrigin::host)
      return of_sql(Status::timeout, "query_timeout", "the statement took too long; narrow it with WHERE or LIMIT");
    return of_store(Status::unavailable, "store_locked", name,
                    "a statement took too long; look for what keeps the server busy, or repeat the call");
  }
  if (state == "25006") {
    if (origin == PostgresOrigin::host) return of_sql(Status::refused, "query_refused", "only one read-only SELECT is allowed here");
    return of_store(Status::unavailable, "store_read_only", name, "it cannot be written; make it writable or open it for reading only");
  }
  if (state == "25P02")
    return {Status::unavailable, "store_transaction_lost", "an earlier error ended the transaction; roll back and repeat it", {}, {}, 0};
  if (state.starts_with("23"))
    return {Status::conflict, "store_constraint", "store " + name + " refused a row: " + line(message), {}, {}, 0};
  if (state == "42501") return of_sql(Status::refused, "query_refused", "only what this user may read is allowed here");
  if (state.starts_with("54")) return of_sql(Status::limit, "store_too_big", "a text or a statement is too long");
  if (state.starts_with("58") || state == "XX000")
    return of_store(Status::unavailable, "store_io", name,
                    line(message) + " (SQLSTATE " + std::string(state) + "); look into the server's log");
  if (state.starts_with("XX")) return of_store(Status::corrupt, "store_corrupt", name, line(message) + "; restore a backup");
  return of_code(state, message, origin);
}

}  // namespace purser::adapters
