/* The host's own SQLite on a file of its own. */
#include <sqlite3.h>
#include <stdio.h>

const char *host_sqlite_version(void) { return sqlite3_libversion(); }

/* Writes 1..100 and adds them up; -1 on any error. */
long host_sqlite_sum(const char *path) {
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;
  long sum = -1;
  const char *make =
      "drop table if exists n; create table n(i); with recursive c(i) as (select 1 union all select i+1 from c where i<100) insert into n "
      "select i from c";
  if (sqlite3_open(path, &db) == SQLITE_OK && sqlite3_exec(db, make, NULL, NULL, NULL) == SQLITE_OK &&
      sqlite3_prepare_v2(db, "select sum(i) from n", -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
    sum = (long)sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  sqlite3_close(db);
  return sum;
}
