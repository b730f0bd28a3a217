#include "adapters/sqlite_statement.hpp"

#include <algorithm>
#include <charconv>

#include "base/error.hpp"

namespace purser::adapters {
namespace {

constexpr std::size_t parameters_max = 999;

Failure wrong(const std::string &message) { return {Status::invalid, "sql_invalid", "SQL is wrong: " + message, "sql"}; }

/// `$12` → 11.
std::size_t number_of(const char *name) {
  const std::string_view text = name ? name : "";
  std::size_t number = 0;
  const auto read = std::from_chars(text.data() + std::min<std::size_t>(1, text.size()), text.data() + text.size(), number);
  if (text.empty() || text[0] != '$' || read.ec != std::errc{} || read.ptr != text.data() + text.size() || number == 0 ||
      number > parameters_max) {
    throw wrong("a parameter is called '" + std::string(text) + "'; expected $1 to $999");
  }
  return number - 1;
}

/// Whether more than white space, semicolons and comments follows: asks SQLite, which knows its own lexer.
bool something_follows(sqlite3 *db, std::string_view rest) {
  while (!rest.empty()) {
    sqlite3_stmt *next = nullptr;
    const char *tail = nullptr;
    const int code = sqlite3_prepare_v3(db, rest.data(), static_cast<int>(rest.size()), 0, &next, &tail);
    const bool found = next != nullptr || code != SQLITE_OK;
    sqlite3_finalize(next);
    if (found) return true;
    const auto used = static_cast<std::size_t>(tail - rest.data());
    if (used == 0) return false;
    rest.remove_prefix(used);
  }
  return false;
}

struct Bind {
  sqlite3_stmt *statement;
  int index;
  int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
  int operator()(std::int64_t value) const { return sqlite3_bind_int64(statement, index, value); }
  int operator()(double value) const { return sqlite3_bind_double(statement, index, value); }
  // A null pointer would bind NULL: an empty text is not NULL.
  int operator()(std::string_view value) const {
    return sqlite3_bind_text64(statement, index, value.data() ? value.data() : "", value.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  int operator()(ports::Blob value) const {
    return sqlite3_bind_blob64(statement, index, value.bytes.data() ? value.bytes.data() : "", value.bytes.size(), SQLITE_STATIC);
  }
};

}  // namespace

std::unique_ptr<SqliteStatement> SqliteStatement::prepare(sqlite3 *db, std::string_view sql, unsigned int flags, int &code) {
  auto made = std::make_unique<SqliteStatement>();  // before there is a statement to lose
  sqlite3_stmt *raw = nullptr;
  const char *tail = nullptr;
  code = sqlite3_prepare_v3(db, sql.data(), static_cast<int>(sql.size()), flags, &raw, &tail);
  if (code != SQLITE_OK) return nullptr;
  made->statement_.reset(raw);
  if (!raw) throw wrong("the text is empty; expected one statement");
  if (something_follows(db, sql.substr(static_cast<std::size_t>(tail - sql.data())))) throw wrong("two statements; expected one");
  const int count = sqlite3_bind_parameter_count(raw);
  for (int i = 1; i <= count; ++i) {
    made->numbers_.push_back(number_of(sqlite3_bind_parameter_name(raw, i)));
    made->highest_ = std::max(made->highest_, made->numbers_.back() + 1);
  }
  return made;
}

int SqliteStatement::bind(std::span<const ports::SqlValue> parameters) {
  if (parameters.size() != highest_) {
    throw wrong("it has " + std::to_string(highest_) + " parameters and got " + std::to_string(parameters.size()));
  }
  for (std::size_t i = 0; i < numbers_.size(); ++i) {
    const int code = std::visit(Bind{statement_.get(), static_cast<int>(i + 1)}, parameters[numbers_[i]]);
    if (code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}

void SqliteStatement::reset() noexcept {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

void SqliteStatements::GiveBack::operator()(SqliteStatement *statement) const noexcept {
  if (!statement->cached_) {
    delete statement;
    return;
  }
  statement->reset();
  statement->lent_ = false;
}

SqliteStatements::Lent SqliteStatements::lend(sqlite3 *db, std::string_view sql, int &code) {
  code = SQLITE_OK;
  const auto found = by_text_.find(sql);
  if (found != by_text_.end()) {
    SqliteStatement *statement = found->second->statement.get();
    if (statement->lent_) return Lent(SqliteStatement::prepare(db, sql, 0, code).release());
    order_.splice(order_.begin(), order_, found->second);
    statement->lent_ = true;
    return Lent(statement);
  }
  auto made = SqliteStatement::prepare(db, sql, SQLITE_PREPARE_PERSISTENT, code);
  if (!made) return nullptr;
  make_room();
  order_.push_front({std::string(sql), std::move(made)});
  by_text_.emplace(order_.front().sql, order_.begin());
  SqliteStatement *statement = order_.front().statement.get();
  statement->cached_ = statement->lent_ = true;
  return Lent(statement);
}

void SqliteStatements::make_room() {
  for (auto entry = order_.end(); order_.size() >= most_ && entry != order_.begin();) {
    --entry;
    if (entry->statement->lent_) continue;
    by_text_.erase(entry->sql);
    entry = order_.erase(entry);
  }
}

}  // namespace purser::adapters
