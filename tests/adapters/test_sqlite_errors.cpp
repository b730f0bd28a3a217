// Every error of the store, made for real: the word, what it is about, and that the file is named.
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "adapters/sqlite.hpp"
#include "catch.hpp"
#include "support/child_process.hpp"
#include "support/private_mounts.hpp"
#include "support/recording_vfs.hpp"
#include "support/sql.hpp"
#include "support/temporary_folder.hpp"

using namespace purser;
using namespace purser::test;
using adapters::sqlite_database;
using Kind = FileOperation::Kind;

namespace {

void make_store(const std::string &path, int rows = 200) {
  const auto session = sqlite_database({.path = path})->open(false);
  session->execute_script("CREATE TABLE t (a TEXT)");
  session->begin_write();
  for (int i = 0; i < rows; ++i) session->execute("INSERT INTO t VALUES ($1)", {std::string_view(std::string(200, 'x'))});
  session->commit();
}

/// Opens, and checks that the failure is the expected one, names the file and says what to do.
void check_open(const std::string &path, bool read_only, Status status, const std::string &reason, bool create = true) {
  const Error error = error_of([&] { sqlite_database({.path = path, .create = create, .busy_timeout_ms = 50})->open(read_only); });
  INFO(path << ": " << error.message);
  CHECK(error.reason == reason);
  CHECK(error.status == status);
  CHECK(error.message.find(path) != std::string::npos);
  CHECK(error.message.find("; ") != std::string::npos);
  CHECK(error.parameter == "store");
}

/// As an ordinary user: for root no permission bit says no.
int as_nobody(const std::function<int()> &work) {
  return in_child([&] {
    if (::getuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) return 254;
    return work();
  });
}

int open_gives(const std::string &path, bool read_only, const std::string &reason) {
  const Error error = error_of([&] { sqlite_database({.path = path, .busy_timeout_ms = 50})->open(read_only); });
  if (error.reason != reason) WARN("expected " << reason << ", got " << error.reason << ": " << error.message);
  return error.reason == reason && error.message.find(path) != std::string::npos ? 0 : 1;
}

}  // namespace

TEST_CASE("a store that is not there") {
  const TemporaryFolder folder;
  check_open(folder.file("none.db"), true, Status::not_found, "store_missing");
  check_open(folder.file("none.db"), false, Status::not_found, "store_missing", false);
  check_open(folder.file("no/folder/none.db"), false, Status::not_found, "store_missing");
  CHECK(std::filesystem::is_empty(folder.path()));  // nothing was made on the way
  CHECK(reason_of([] { sqlite_database({.path = ""})->open(false); }) == "store_missing");
}

TEST_CASE("a store that is something else") {
  const TemporaryFolder folder;
  check_open(folder.path(), false, Status::invalid, "store_is_a_directory");
  std::ofstream(folder.file("text.db")) << std::string(5000, 't');
  check_open(folder.file("text.db"), false, Status::corrupt, "store_not_a_database");
  check_open(folder.file("text.db"), true, Status::corrupt, "store_not_a_database");
  std::ofstream(folder.file("short.db")) << "hello";
  check_open(folder.file("short.db"), false, Status::corrupt, "store_not_a_database");
  REQUIRE(::mkfifo(folder.file("pipe.db").c_str(), 0600) == 0);
  check_open(folder.file("pipe.db"), false, Status::corrupt, "store_not_a_database");
  std::ifstream text(folder.file("text.db"));
  CHECK(std::string(std::istreambuf_iterator<char>(text), {}) == std::string(5000, 't'));  // it was left alone
}

TEST_CASE("a store that was cut off") {
  const TemporaryFolder folder;
  const std::string path = folder.file("store.db");
  for (const std::uintmax_t size : {40u, 100u, 600u, 4096u, 20'000u}) {
    INFO(size);
    std::filesystem::remove(path);
    make_store(path);
    std::filesystem::resize_file(path, size);
    check_open(path, false, Status::corrupt, "store_truncated");
    check_open(path, true, Status::corrupt, "store_truncated");
  }
  std::filesystem::resize_file(path, 0);
  check_open(path, true, Status::corrupt, "store_truncated");
  check_open(path, false, Status::corrupt, "store_truncated", false);
  std::ofstream(path + "-wal") << "a log with what the store has lost";
  check_open(path, false, Status::corrupt, "store_truncated");
}

TEST_CASE("a store with a damaged page") {
  const TemporaryFolder folder;
  const std::string path = folder.file("store.db");
  make_store(path);
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(4096, '\xee');
  }
  const auto session = sqlite_database({.path = path})->open(true);
  const Error error = error_of([&] { number(*session, "SELECT sum(length(a)) FROM t"); });
  CHECK(error.reason == "store_corrupt");
  CHECK(error.status == Status::corrupt);
  CHECK(error.message.find(path) != std::string::npos);
}

TEST_CASE("a store that this user may not write or read") {
  const TemporaryFolder folder;
  const std::string path = folder.file("store.db");
  make_store(path);
  const auto mode = [](const std::string &name, mode_t bits) { REQUIRE(::chmod(name.c_str(), bits) == 0); };
  mode(folder.path(), 0777);
  mode(path, 0444);
  CHECK(as_nobody([&] { return open_gives(path, false, "store_read_only"); }) == 0);
  mode(path, 0000);
  CHECK(as_nobody([&] { return open_gives(path, true, "store_permission"); }) == 0);
  mode(path, 0666);
  mode(folder.path(), 0555);  // no place for -wal and -shm
  CHECK(as_nobody([&] { return open_gives(path, false, "store_permission"); }) == 0);
  CHECK(as_nobody([&] { return open_gives(folder.file("new.db"), false, "store_permission"); }) == 0);
  mode(folder.path(), 0000);
  CHECK(as_nobody([&] { return open_gives(path, true, "store_permission"); }) == 0);
  mode(folder.path(), 0755);
}

TEST_CASE("a store on a read-only file system") {
  const TemporaryFolder folder;
  const std::string path = folder.file("store.db");
  make_store(path);
  const int result = in_child([&] {
    if (!mount_read_only(folder.path())) return 77;
    return open_gives(path, false, "store_read_only") + open_gives(folder.file("new.db"), false, "store_read_only");
  });
  if (result == 77)
    WARN("no mount allowed here: the read-only file system was not tried");
  else
    CHECK(result == 0);
}

TEST_CASE("a full disk, at whatever write: store_full, nothing half, and it goes on when there is space again") {
  const TemporaryFolder folder;
  RecordingVfs vfs("full-disk");
  const auto database = sqlite_database({.path = folder.file("store.db"), .vfs = vfs.name()});
  auto session = database->open(false);
  session->execute_script("CREATE TABLE t (a TEXT); PRAGMA cache_size = 10");  // a small cache writes before COMMIT
  int failed = 0;
  for (std::int64_t passing = 0; passing < 60; ++passing) {
    const std::int64_t before = number(*session, "SELECT count(*) FROM t");
    vfs.fail(Kind::write, passing, SQLITE_FULL);
    const Error error = error_of([&] {
      session->begin_write();
      for (int i = 0; i < 200; ++i) session->execute("INSERT INTO t VALUES ($1)", {std::string_view(std::string(1000, 'x'))});
      session->commit();
    });
    vfs.heal();
    INFO(passing << " writes pass; " << error.message);
    if (error.status != Status::ok) {
      ++failed;
      CHECK(error.reason == "store_full");
      CHECK(error.message.find(folder.file("store.db")) != std::string::npos);
    }
    session->rollback();
    CHECK(number(*session, "SELECT count(*) FROM t") == before + (error.status == Status::ok ? 200 : 0));
  }
  CHECK(failed >= 50);
  session->begin_write();
  session->execute("INSERT INTO t VALUES ('after')", {});
  session->commit();
  CHECK(texts(*session, "PRAGMA integrity_check") == std::vector<std::string>{"ok"});
}

TEST_CASE("a disk that fails: store_io on write and on sync, and a failed commit leaves the session usable") {
  const TemporaryFolder folder;
  RecordingVfs vfs("bad-disk");
  const auto session = sqlite_database({.path = folder.file("store.db"), .vfs = vfs.name()})->open(false);
  session->execute_script("CREATE TABLE t (a TEXT)");
  for (const auto &[kind, code] : {std::pair{Kind::write, SQLITE_IOERR_WRITE}, std::pair{Kind::sync, SQLITE_IOERR_FSYNC}}) {
    session->begin_write();
    session->execute("INSERT INTO t VALUES ('lost')", {});
    vfs.fail(kind, 0, code);
    const Error error = error_of([&] { session->commit(); });
    vfs.heal();
    CHECK(error.reason == "store_io");
    CHECK(error.status == Status::unavailable);
    CHECK(error.message.find(folder.file("store.db")) != std::string::npos);
    CHECK(number(*session, "SELECT count(*) FROM t") == 0);
  }
  CHECK(vfs.failures() >= 2);
  session->begin_write();
  session->execute("INSERT INTO t VALUES ('kept')", {});
  session->commit();
  CHECK(number(*session, "SELECT count(*) FROM t") == 1);
}

TEST_CASE("after SQLite ended a transaction by itself nothing more is written until rollback") {
  const TemporaryFolder folder;
  RecordingVfs vfs("lost-transaction");
  const auto session = sqlite_database({.path = folder.file("store.db"), .cache_kib = 40, .vfs = vfs.name()})->open(false);
  session->execute_script("CREATE TABLE t (a TEXT)");
  session->begin_write();
  session->savepoint();
  vfs.fail(Kind::write, 0, SQLITE_FULL);
  const Error full = error_of([&] {
    for (int i = 0; i < 500; ++i) session->execute("INSERT INTO t VALUES ($1)", {std::string_view(std::string(1000, 'x'))});
  });
  vfs.heal();
  REQUIRE(full.reason == "store_full");
  // Whatever SQLite did by itself, each of these either fails or belongs to the transaction.
  const std::string undone = reason_of([&] { session->rollback_to_savepoint(); });
  const std::string written = reason_of([&] { session->execute("INSERT INTO t VALUES ('alone')", {}); });
  CHECK(undone == "store_transaction_lost");
  CHECK(written == "store_transaction_lost");
  CHECK(reason_of([&] { session->commit(); }) == "store_transaction_lost");
  CHECK(number(*session, "SELECT count(*) FROM t") == 0);
}
