#pragma once
#include <string>
#include <vector>

#include "adapters/postgres/libpq.hpp"
#include "ports/sql.hpp"

namespace purser::adapters {

/// One row of a result in text form.
class PostgresRow final : public ports::SqlRow {
 public:
  explicit PostgresRow(const PGresult *result) : result_(result) {}
  void stand_on(int row) {
    row_ = row;
    for (std::string &bytes : bytes_) bytes.clear();
  }
  int columns() const override { return libpq().columns(result_); }
  std::string_view name(int column) const override;
  ports::SqlType type(int column) const override;
  std::int64_t integer(int column) const override;
  double real(int column) const override;
  std::string_view text(int column) const override;

 private:
  std::string_view raw(int column) const;

  const PGresult *result_;
  int row_ = 0;
  mutable std::vector<std::string> bytes_;  ///< by column: a bytea, decoded when asked for
};

}  // namespace purser::adapters
