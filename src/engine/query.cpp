#include "engine/impl.hpp"

namespace purser::engine {
namespace {

constexpr std::int64_t rows_default = 1000;
constexpr std::int64_t rows_max = 100'000;
constexpr std::size_t bytes_max = 64 * 1024 * 1024;
constexpr std::int64_t query_wait_ms = 5000;

Cell cell_of(const ports::SqlRow &row, int column) {
  Cell cell;
  cell.type = static_cast<CellType>(row.type(column));
  if (cell.type == CellType::integer) cell.integer = row.integer(column);
  if (cell.type == CellType::real) cell.real = row.real(column);
  if (cell.type == CellType::text || cell.type == CellType::blob) cell.text = row.text(column);
  return cell;
}

}  // namespace

Table Engine::Impl::query(std::string_view sql, std::int64_t row_limit) {
  if (row_limit < 0 || row_limit > rows_max)
    throw Failure(Status::invalid, "row_limit_invalid", "row_limit is 0 (1,000 rows) to 100,000", "row_limit");
  const std::int64_t limit = row_limit == 0 ? rows_default : row_limit;
  Table table;
  std::int64_t rows = 0;
  std::size_t bytes = 0;
  const std::unique_lock lock(query_mutex_, std::chrono::milliseconds(query_wait_ms));
  if (!lock) throw Failure(Status::unavailable, "store_locked", "other queries have held the session for queries for 5 s; try again");
  table.columns = query_->execute_untrusted(sql, query_wait_ms, [&](const ports::SqlRow &row) {
    if (rows == limit || bytes > bytes_max) {
      table.truncated = true;
      return false;
    }
    ++rows;
    for (int column = 0; column < row.columns(); ++column) {
      table.cells.push_back(cell_of(row, column));
      bytes += sizeof(Cell) + table.cells.back().text.size();
    }
    return true;
  });
  return table;
}

}  // namespace purser::engine
