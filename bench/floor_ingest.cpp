// The limit of ingest: rows written by hand through the SQLite C API, with WAL and synchronous=FULL. Arguments: a store that Purser filled
// from the deliveries, number of those deliveries, the file to write.
//  - `one`, `many`: the very rows that Purser wrote for each delivery, into the very tables and indexes, 1 or 64 deliveries per commit.
//    Each delivery of the file makes rows of its own, so delivery i of n has the rows [i·R/n, (i+1)·R/n) of a table of R rows.
//  - `least_one`, `least_many`: the least a durable receiver writes: dedupe by event id, upsert of the 3 KB payload.
#include <sqlite3.h>

#include <algorithm>
#include <random>

#include "worker.hpp"

namespace {

constexpr std::int64_t group = 64;

void run(sqlite3 *db, const std::string &sql) {
  char *message = nullptr;
  if (sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &message) != SQLITE_OK) bench::fail(sql + ": " + message);
}

sqlite3 *open(const std::string &path) {
  sqlite3 *db = nullptr;
  if (sqlite3_open(path.c_str(), &db) != SQLITE_OK) bench::fail("cannot open " + path);
  return db;
}

sqlite3_stmt *prepare(sqlite3 *db, const std::string &sql) {
  sqlite3_stmt *statement = nullptr;
  if (sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) bench::fail(sql + ": " + sqlite3_errmsg(db));
  return statement;
}

void finish(sqlite3 *db, sqlite3_stmt *statement) {
  if (sqlite3_step(statement) != SQLITE_DONE) bench::fail(sqlite3_errmsg(db));
  sqlite3_reset(statement);
}

struct Table {
  sqlite3_stmt *insert = nullptr;
  std::vector<std::vector<sqlite3_value *>> rows;
};

class Floor {
 public:
  Floor(const std::string &source_path, std::int64_t deliveries, const std::string &path) : deliveries_(deliveries), db_(open(path)) {
    run(db_, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY");
    sqlite3 *source = open(source_path);
    sqlite3_stmt *schema =
        prepare(source, "SELECT type, name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql NOT NULL ORDER BY type DESC");
    while (sqlite3_step(schema) == SQLITE_ROW) {
      run(db_, reinterpret_cast<const char *>(sqlite3_column_text(schema, 2)));
      if (std::string(reinterpret_cast<const char *>(sqlite3_column_text(schema, 0))) == "table")
        tables_.push_back(load(source, reinterpret_cast<const char *>(sqlite3_column_text(schema, 1))));
    }
    sqlite3_finalize(schema);
    sqlite3_close(source);
    run(db_,
        "CREATE TABLE least_event (id TEXT PRIMARY KEY, received_at_ms INTEGER); CREATE TABLE least_object (id TEXT PRIMARY KEY, body "
        "BLOB)");
    least_event_ = prepare(db_, "INSERT INTO least_event VALUES (?1, 1) ON CONFLICT DO NOTHING");
    least_object_ = prepare(db_, "INSERT INTO least_object VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET body = excluded.body");
    begin_ = prepare(db_, "BEGIN IMMEDIATE");
    commit_ = prepare(db_, "COMMIT");
  }

  template <class Write>
  std::int64_t write(std::int64_t &next, std::int64_t count, std::int64_t per_commit, Write one) {
    if (next + count > deliveries_) bench::fail("too few deliveries");
    const std::int64_t start = bench::now_ns();
    for (const std::int64_t end = next + count; next < end;) {
      finish(db_, begin_);
      for (std::int64_t i = 0; i < per_commit && next < end; ++i) one(next++);
      finish(db_, commit_);
    }
    return bench::now_ns() - start;
  }
  std::int64_t same(std::int64_t count, std::int64_t per_commit) {
    return write(next_, count, per_commit, [&](std::int64_t i) { write_rows(i); });
  }
  std::int64_t least(std::int64_t count, std::int64_t per_commit) {
    return write(next_least_, count, per_commit, [&](std::int64_t i) { write_least(i); });
  }

 private:
  /// All rows in key order, which is the order of the deliveries, but for keys that are random: those are shuffled.
  Table load(sqlite3 *source, const std::string &name) {
    Table table;
    sqlite3_stmt *all = prepare(source, "SELECT * FROM " + name);
    const int columns = sqlite3_column_count(all);
    while (sqlite3_step(all) == SQLITE_ROW) {
      auto &row = table.rows.emplace_back();
      for (int i = 0; i < columns; ++i) row.push_back(sqlite3_value_dup(sqlite3_column_value(all, i)));
    }
    sqlite3_finalize(all);
    if (!table.rows.empty() && sqlite3_value_type(table.rows[0][0]) == SQLITE_BLOB)
      std::shuffle(table.rows.begin(), table.rows.end(), std::mt19937(1));
    std::string values;
    for (int i = 0; i < columns; ++i) values += i == 0 ? "?" : ",?";
    table.insert = prepare(db_, "INSERT INTO " + name + " VALUES (" + values + ")");
    return table;
  }

  void write_rows(std::int64_t delivery) {
    for (const Table &table : tables_) {
      const auto count = static_cast<std::int64_t>(table.rows.size());
      for (std::int64_t r = delivery * count / deliveries_; r < (delivery + 1) * count / deliveries_; ++r) {
        const auto &row = table.rows[static_cast<std::size_t>(r)];
        for (std::size_t i = 0; i < row.size(); ++i) sqlite3_bind_value(table.insert, static_cast<int>(i) + 1, row[i]);
        finish(db_, table.insert);
      }
    }
  }

  void write_least(std::int64_t delivery) {
    const std::string id = "evt_1QBench" + std::to_string(1'000'000'000'000 + delivery);
    sqlite3_bind_text(least_event_, 1, id.data(), static_cast<int>(id.size()), SQLITE_STATIC);
    finish(db_, least_event_);
    sqlite3_bind_text(least_object_, 1, id.data(), static_cast<int>(id.size()), SQLITE_STATIC);
    sqlite3_bind_blob(least_object_, 2, payload_.data(), static_cast<int>(payload_.size()), SQLITE_STATIC);
    finish(db_, least_object_);
  }

  std::int64_t deliveries_, next_ = 0, next_least_ = 0;
  sqlite3 *db_;
  std::vector<Table> tables_;
  std::string payload_ = std::string(3 * 1024, 'x');
  sqlite3_stmt *least_event_ = nullptr, *least_object_ = nullptr, *begin_ = nullptr, *commit_ = nullptr;
};

}  // namespace

int main(int argc, char **argv) {
  Floor floor(bench::argument(argc, argv, 1), std::stoll(bench::argument(argc, argv, 2)), bench::argument(argc, argv, 3));
  return bench::serve({{"one", [&](std::int64_t count) { return floor.same(count, 1); }},
                       {"many", [&](std::int64_t count) { return floor.same(count, group); }},
                       {"least_one", [&](std::int64_t count) { return floor.least(count, 1); }},
                       {"least_many", [&](std::int64_t count) { return floor.least(count, group); }}});
}
