#pragma once
#include <sqlite3.h>

#include "ports/sql.hpp"

namespace purser::adapters {

/// The row that a statement stands on.
class SqliteRow final : public ports::SqlRow {
 public:
  explicit SqliteRow(sqlite3_stmt *statement) : statement_(statement) {}
  int columns() const override { return sqlite3_column_count(statement_); }
  std::string_view name(int column) const override {
    const char *name = sqlite3_column_name(statement_, column);
    return name ? name : "";
  }
  ports::SqlType type(int column) const override {
    switch (sqlite3_column_type(statement_, column)) {
      case SQLITE_INTEGER: return ports::SqlType::integer;
      case SQLITE_FLOAT: return ports::SqlType::real;
      case SQLITE_TEXT: return ports::SqlType::text;
      case SQLITE_BLOB: return ports::SqlType::blob;
      default: return ports::SqlType::null;
    }
  }
  std::int64_t integer(int column) const override { return sqlite3_column_int64(statement_, column); }
  double real(int column) const override { return sqlite3_column_double(statement_, column); }
  std::string_view text(int column) const override {
    // Blob, not text, for blobs: SQLite would convert them. The bytes count is asked last, as its manual wants.
    const void *bytes = sqlite3_column_type(statement_, column) == SQLITE_BLOB
                            ? sqlite3_column_blob(statement_, column)
                            : static_cast<const void *>(sqlite3_column_text(statement_, column));
    const int size = sqlite3_column_bytes(statement_, column);
    return bytes ? std::string_view(static_cast<const char *>(bytes), static_cast<std::size_t>(size)) : std::string_view();
  }

 private:
  sqlite3_stmt *statement_;
};

}  // namespace purser::adapters
