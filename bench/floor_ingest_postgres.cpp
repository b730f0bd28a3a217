// The limit of ingest on PostgreSQL: the very rows that Purser wrote for each delivery, by hand through libpq, each delivery's or group's
// statements sent in one go (pipeline mode). Arguments: URL of a store that Purser filled from the deliveries, number of those deliveries,
// URL of an empty schema on the same server. Rows: `one`, `many` (64 deliveries per commit).
#include <libpq-fe.h>

#include <algorithm>
#include <random>

#include "worker.hpp"

namespace {

constexpr std::int64_t group = 64;

PGconn *open(const std::string &url) {
  PGconn *connection = PQconnectdb(url.c_str());
  if (PQstatus(connection) != CONNECTION_OK) bench::fail(PQerrorMessage(connection));
  return connection;
}

PGresult *run(PGconn *connection, const std::string &sql, int format = 0) {
  PGresult *result = PQexecParams(connection, sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, format);
  const ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) bench::fail(sql + ": " + PQerrorMessage(connection));
  return result;
}

struct Table {
  std::string insert;
  PGresult *rows;
  std::vector<int> order;
};

class Floor {
 public:
  Floor(const std::string &source_url, std::int64_t deliveries, const std::string &url) : deliveries_(deliveries), db_(open(url)) {
    PGconn *source = open(source_url);
    const std::string schema = PQgetvalue(run(source, "SELECT current_schema()"), 0, 0);
    PGresult *names = run(source, "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1");
    for (int i = 0; i < PQntuples(names); ++i) {
      const std::string name = PQgetvalue(names, i, 0);
      run(db_, "CREATE TABLE " + name + " (LIKE " + schema + "." + name + " INCLUDING ALL)");
      load(source, name);
    }
    PQfinish(source);
    if (PQenterPipelineMode(db_) != 1) bench::fail("no pipeline mode");
  }

  std::int64_t write(std::int64_t count, std::int64_t per_commit) {
    if (next_ + count > deliveries_) bench::fail("too few deliveries");
    const std::int64_t start = bench::now_ns();
    for (const std::int64_t end = next_ + count; next_ < end;) {
      send("BEGIN");
      for (std::int64_t i = 0; i < per_commit && next_ < end; ++i) send_rows(next_++);
      send("COMMIT");
      PQpipelineSync(db_);
      wait();
    }
    return bench::now_ns() - start;
  }

 private:
  void load(PGconn *source, const std::string &name) {
    Table table{"insert_" + name, run(source, "SELECT * FROM " + name, 1), {}};
    std::string values;
    std::vector<Oid> types;
    for (int i = 0; i < PQnfields(table.rows); ++i) {
      values += (i == 0 ? "$" : ",$") + std::to_string(i + 1);
      types.push_back(PQftype(table.rows, i));
    }
    PQprepare(db_, table.insert.c_str(), ("INSERT INTO " + name + " VALUES (" + values + ")").c_str(), static_cast<int>(types.size()),
              types.data());
    for (int i = 0; i < PQntuples(table.rows); ++i) table.order.push_back(i);
    tables_.push_back(std::move(table));
  }

  void send(const char *sql) { PQsendQueryParams(db_, sql, 0, nullptr, nullptr, nullptr, nullptr, 0); }

  /// Each delivery makes rows of its own, so delivery i of n has the rows [i·R/n, (i+1)·R/n) of a table of R rows.
  void send_rows(std::int64_t delivery) {
    for (const Table &table : tables_) {
      const auto count = static_cast<std::int64_t>(table.order.size());
      for (std::int64_t r = delivery * count / deliveries_; r < (delivery + 1) * count / deliveries_; ++r) {
        const int row = table.order[static_cast<std::size_t>(r)], columns = PQnfields(table.rows);
        const char *values[64];
        int lengths[64], formats[64];
        for (int i = 0; i < columns; ++i) {
          values[i] = PQgetisnull(table.rows, row, i) ? nullptr : PQgetvalue(table.rows, row, i);
          lengths[i] = PQgetlength(table.rows, row, i);
          formats[i] = 1;
        }
        PQsendQueryPrepared(db_, table.insert.c_str(), columns, values, lengths, formats, 0);
      }
    }
  }

  void wait() {
    for (;;) {
      PGresult *result = PQgetResult(db_);
      if (!result) continue;  // between two statements
      const ExecStatusType status = PQresultStatus(result);
      if (status == PGRES_FATAL_ERROR || status == PGRES_PIPELINE_ABORTED) bench::fail(PQerrorMessage(db_));
      PQclear(result);
      if (status == PGRES_PIPELINE_SYNC) return;
    }
  }

  std::int64_t deliveries_, next_ = 0;
  PGconn *db_;
  std::vector<Table> tables_;
};

}  // namespace

int main(int argc, char **argv) {
  Floor floor(bench::argument(argc, argv, 1), std::stoll(bench::argument(argc, argv, 2)), bench::argument(argc, argv, 3));
  return bench::serve({{"one", [&](std::int64_t count) { return floor.write(count, 1); }},
                       {"many", [&](std::int64_t count) { return floor.write(count, group); }}});
}
