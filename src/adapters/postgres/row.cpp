#include "adapters/postgres/row.hpp"

#include <charconv>

namespace purser::adapters {
namespace {

// pg_type.dat; fixed for ever.
constexpr Oid type_bool = 16, type_bytea = 17, type_int8 = 20, type_int2 = 21, type_int4 = 23, type_oid = 26, type_float4 = 700,
              type_float8 = 701, type_numeric = 1700;

bool whole(std::string_view text) {
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size();
}

int digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

}  // namespace

std::string_view PostgresRow::raw(int column) const {
  if (libpq().is_null(result_, row_, column)) return {};
  return {libpq().value(result_, row_, column), static_cast<std::size_t>(libpq().length(result_, row_, column))};
}

std::string_view PostgresRow::name(int column) const {
  const char *name = libpq().column_name(result_, column);
  return name ? name : "";
}

ports::SqlType PostgresRow::type(int column) const {
  using ports::SqlType;
  if (libpq().is_null(result_, row_, column)) return SqlType::null;
  switch (libpq().column_type(result_, column)) {
    case type_bool:
    case type_int2:
    case type_int4:
    case type_int8:
    case type_oid: return SqlType::integer;
    case type_float4:
    case type_float8: return SqlType::real;
    case type_numeric: return whole(raw(column)) ? SqlType::integer : SqlType::real;  // sum() of integers is numeric
    case type_bytea: return SqlType::blob;
    default: return SqlType::text;
  }
}

std::int64_t PostgresRow::integer(int column) const {
  const std::string_view text = raw(column);
  if (text == "t") return 1;
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

double PostgresRow::real(int column) const {
  const std::string_view text = raw(column);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string_view PostgresRow::text(int column) const {
  const std::string_view text = raw(column);
  if (libpq().column_type(result_, column) != type_bytea || !text.starts_with("\\x")) return text;
  if (bytes_.empty()) bytes_.resize(static_cast<std::size_t>(columns()));
  std::string &bytes = bytes_[static_cast<std::size_t>(column)];
  if (!bytes.empty()) return bytes;
  bytes.resize(text.size() / 2 - 1);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(digit(text[2 * i + 2]) << 4 | digit(text[2 * i + 3]));
  return bytes;
}

}  // namespace purser::adapters
