#include "src/guard.hpp"

namespace purser::capi {
namespace {
constexpr std::int64_t default_row_limit = 1000;
}

engine::Table run(runtime::Runtime &runtime, const purser_query_in &in) {
  return runtime.engine().query(in.sql, in.row_limit > 0 ? in.row_limit : default_row_limit);
}

void Shown<purser_query_out>::show(purser_query_out &to) {
  columns.show(record.columns);
  values.reserve(record.cells.size());
  for (const engine::Cell &cell : record.cells)
    values.push_back({cell.integer, cell.real, cell.text.c_str(), cell.text.size(), static_cast<std::int32_t>(cell.type)});
  to.columns = &columns;
  to.row_count = record.columns.empty() ? 0 : static_cast<std::int64_t>(values.size() / record.columns.size());
  to.truncated = record.truncated ? 1 : 0;
}

}  // namespace purser::capi

const purser_value *purser_query_value(const purser_query_out *answer, size_t row, size_t column) {
  using namespace purser::capi;
  if (!answer) return nullptr;
  const auto &held = static_cast<const Owner<purser_query_out> *>(reinterpret_cast<Block<purser_query_out> *>(header_of(answer)))->held;
  if (row >= static_cast<size_t>(answer->row_count) || column >= held.record.columns.size()) return nullptr;
  return &held.values[row * held.record.columns.size() + column];
}
