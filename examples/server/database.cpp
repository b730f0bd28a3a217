#include "database.hpp"

#include <stdexcept>

namespace host {
namespace {

constexpr int busy_timeout_ms = 5000;

struct Finalized {
  void operator()(sqlite3_stmt *statement) const { sqlite3_finalize(statement); }
};

}  // namespace

Database::Database(const std::string &path) {
  sqlite3 *connection = nullptr;
  const int result =
      sqlite3_open_v2(path.c_str(), &connection, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX, nullptr);
  connection_.reset(connection);
  if (result != SQLITE_OK) fail(path);
  sqlite3_busy_timeout(connection, busy_timeout_ms);
}

void Database::fail(const std::string &what) const { throw std::runtime_error(what + ": " + sqlite3_errmsg(connection_.get())); }

std::vector<Database::Row> Database::run(const std::string &sql, const std::vector<std::string> &parameters) {
  sqlite3_stmt *made = nullptr;
  if (sqlite3_prepare_v2(connection_.get(), sql.c_str(), -1, &made, nullptr) != SQLITE_OK) fail(sql);
  const std::unique_ptr<sqlite3_stmt, Finalized> statement(made);
  for (std::size_t i = 0; i < parameters.size(); i++) {
    const std::string &value = parameters[i];
    sqlite3_bind_text(made, static_cast<int>(i) + 1, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
  }
  std::vector<Row> rows;
  int result = SQLITE_ROW;
  while ((result = sqlite3_step(made)) == SQLITE_ROW) {
    Row &row = rows.emplace_back();
    for (int column = 0; column < sqlite3_column_count(made); column++) {
      const auto *text = reinterpret_cast<const char *>(sqlite3_column_text(made, column));
      row.emplace_back(text ? text : "");
    }
  }
  if (result != SQLITE_DONE) fail(sql);
  return rows;
}

void Database::script(const std::string &sql) {
  if (sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(sql);
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    database_.script("rollback");
  } catch (const std::exception &) {  // SQLite has rolled back by itself
  }
}

void Transaction::commit() {
  database_.script("commit");
  open_ = false;
}

}  // namespace host
