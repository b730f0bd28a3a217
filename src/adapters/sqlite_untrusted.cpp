// SQL that a host's user may have typed: one statement, reads only, bounded in time and in the size of its values.
#include <algorithm>
#include <array>
#include <chrono>

#include "adapters/sqlite_row.hpp"
#include "adapters/sqlite_session.hpp"

namespace purser::adapters {
namespace {

constexpr std::size_t sql_max_bytes = 100 * 1024;
constexpr int value_max_bytes = 16 << 20;  // zeroblob(1e9) and its like end here
constexpr int steps_between_looks = 1000;  // VM instructions; some ten microseconds
constexpr std::int64_t default_deadline_ms = 5000;

/// The pragmas that only describe tables, also in the form of `pragma_table_info('t')`.
constexpr std::array<std::string_view, 6> describing = {"table_info", "table_xinfo", "table_list",
                                                        "index_list", "index_info",  "foreign_key_list"};

bool hidden(const void *tables, const char *table) {
  const auto &names = *static_cast<const std::vector<std::string> *>(tables);
  return table &&
         std::any_of(names.begin(), names.end(), [&](const std::string &name) { return sqlite3_stricmp(name.c_str(), table) == 0; });
}

/// An allow-list: what a later SQLite adds is refused.
int authorize(void *hidden_tables, int action, const char *first, const char *second, const char *, const char *) {
  switch (action) {
    case SQLITE_READ: return hidden(hidden_tables, first) ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE: return SQLITE_OK;
    case SQLITE_UPDATE:  // json_each and other table functions ask this when first used; a real update is not read-only and refused
      return first && std::string_view(first) == "sqlite_master" ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_FUNCTION:  // extensions are not loaded from SQL, whatever the build allows
      return second && sqlite3_stricmp(second, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_PRAGMA:
      return std::any_of(describing.begin(), describing.end(), [&](std::string_view name) { return first && name == first; }) ? SQLITE_OK
                                                                                                                              : SQLITE_DENY;
    default: return SQLITE_DENY;
  }
}

/// The connection's guards for one foreign statement; all are taken off again.
class Guards {
 public:
  Guards(sqlite3 *db, const std::vector<std::string> &hidden_tables, std::int64_t deadline_ms)
      : db_(db), end_(std::chrono::steady_clock::now() + std::chrono::milliseconds(deadline_ms > 0 ? deadline_ms : default_deadline_ms)) {
    length_ = sqlite3_limit(db_, SQLITE_LIMIT_LENGTH, value_max_bytes);
    sqlite3_set_authorizer(db_, authorize, const_cast<std::vector<std::string> *>(&hidden_tables));
    sqlite3_progress_handler(
        db_, steps_between_looks,
        [](void *end) { return std::chrono::steady_clock::now() > *static_cast<std::chrono::steady_clock::time_point *>(end) ? 1 : 0; },
        &end_);
  }
  ~Guards() {
    sqlite3_progress_handler(db_, 0, nullptr, nullptr);
    sqlite3_set_authorizer(db_, nullptr, nullptr);
    sqlite3_limit(db_, SQLITE_LIMIT_LENGTH, length_);
  }
  Guards(const Guards &) = delete;
  Guards &operator=(const Guards &) = delete;

 private:
  sqlite3 *db_;
  std::chrono::steady_clock::time_point end_;
  int length_;
};

}  // namespace

std::vector<std::string> SqliteSession::execute_untrusted(std::string_view sql, std::int64_t deadline_ms, const ports::OnRow &on_row) {
  if (sql.size() > sql_max_bytes) throw Failure(Status::limit, "query_too_long", "the query is longer than 100 KiB; shorten it", "sql");
  const Turn turn(*this);
  if (in_transaction_) require_transaction();
  const Guards guards(connection_->db(), connection_->hidden_tables, deadline_ms);
  int code = SQLITE_OK;
  const auto statement = SqliteStatement::prepare(connection_->db(), sql, 0, code);
  connection_->check(code, SqlOrigin::host);
  if (!sqlite3_stmt_readonly(statement->handle())) connection_->check(SQLITE_AUTH);
  connection_->check(statement->bind({}), SqlOrigin::host);
  const SqliteRow row(statement->handle());
  std::vector<std::string> columns;
  for (int i = 0; i < row.columns(); ++i) columns.emplace_back(row.name(i));
  while ((code = sqlite3_step(statement->handle())) == SQLITE_ROW) {
    if (on_row && !on_row(row)) break;
  }
  connection_->check(code, SqlOrigin::host);
  return columns;
}

}  // namespace purser::adapters
