// The committed SQL text of every schema version. Both dialects read the same text; `{rowid}` and `{without_rowid}` are the only
// differences.
#pragma once
#include <span>

namespace purser::store {

struct Migration {
  int version;
  const char *sql;
};
std::span<const Migration> migrations();

}  // namespace purser::store
