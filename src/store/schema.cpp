#include "store/schema.hpp"

#include "base/error.hpp"
#include "base/hash.hpp"
#include "store/migrations.hpp"

namespace purser::store {
namespace {

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
  return text;
}

std::string meta(ports::SqlSession &db, std::string_view name) {
  std::string value;
  db.execute("SELECT value FROM purser_meta WHERE name = $1", {name}, [&](const ports::SqlRow &row) {
    value = row.text(0);
    return false;
  });
  return value;
}

void set_meta(ports::SqlSession &db, std::string_view name, std::string_view value) {
  db.execute("INSERT INTO purser_meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
             {name, value});
}

std::int64_t meta_number(ports::SqlSession &db, std::string_view name, std::string_view store_name) {
  const std::string text = meta(db, name);
  std::int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || value > 1'000'000) {
      value = 0;
      break;
    }
    value = value * 10 + (c - '0');
  }
  if (value > 0) return value;
  throw Failure(Status::corrupt, "store_corrupt",
                std::string(store_name) + ": its " + std::string(name) + " is not a number; restore a backup");
}

std::string unhex(std::string_view text) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) out += static_cast<char>(digit(text[i]) * 16 + digit(text[i + 1]));
  return out;
}

}  // namespace

bool empty(ports::SqlSession &db) {
  bool found = false;
  const std::string_view sql =
      db.dialect() == ports::Dialect::sqlite
          ? "SELECT 1 FROM sqlite_master WHERE name = 'purser_meta'"
          : "SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'purser_meta'";
  db.execute(sql, {}, [&](const ports::SqlRow &) { return !(found = true); });
  return !found;
}

void migrate(ports::SqlSession &db, std::string_view store_name) {
  std::int64_t have = 0;
  if (!empty(db)) {
    have = meta_number(db, "schema_version", store_name);
    const std::int64_t readable_from = meta_number(db, "schema_min_compatible", store_name);
    if (readable_from > schema_version)
      throw Failure(Status::unsupported, "store_newer",
                    std::string(store_name) + ": written by a newer Purser (schema " + std::to_string(have) + ", readable from schema " +
                        std::to_string(readable_from) + "); this build knows schema " + std::to_string(schema_version) +
                        ": update Purser in this process");
  }
  for (const Migration &step : migrations()) {
    if (step.version <= have) continue;
    const bool sqlite = db.dialect() == ports::Dialect::sqlite;
    const std::string text = replaced(step.sql, "{rowid}", sqlite ? "INTEGER" : "BIGINT");
    // Texts are compared byte by byte in both, whatever the database was created with: orders and state hashes are the same.
    db.execute_script(sqlite ? text : replaced(text, " TEXT", " TEXT COLLATE \"C\""));
    set_meta(db, "schema_version", std::to_string(step.version));
    set_meta(db, "schema_min_compatible", std::to_string(schema_min_compatible));
  }
}

Stamp read_stamp(ports::SqlSession &db) { return {meta(db, "mode"), meta(db, "stripe_account"), unhex(meta(db, "ledger_key"))}; }

void write_stamp(ports::SqlSession &db, const Stamp &stamp) {
  set_meta(db, "mode", stamp.mode);
  set_meta(db, "stripe_account", stamp.stripe_account);
  set_meta(db, "ledger_key", hex(stamp.ledger_key));
}

std::int64_t current_sequence(ports::SqlSession &db) {
  std::int64_t value = 0;
  db.execute("SELECT value FROM purser_counters WHERE name = 'sequence'", {}, [&](const ports::SqlRow &row) {
    value = row.integer(0);
    return false;
  });
  return value;
}

std::int64_t take_sequence(ports::SqlSession &db, std::int64_t count) {
  std::int64_t value = 0;
  db.execute("UPDATE purser_counters SET value = value + $1 WHERE name = 'sequence' RETURNING value", {count},
             [&](const ports::SqlRow &row) {
               value = row.integer(0);
               return true;  // read to the end: SQLite finishes the update with the statement
             });
  return value - count + 1;
}

}  // namespace purser::store
