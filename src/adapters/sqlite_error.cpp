#include "adapters/sqlite_error.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace purser::adapters {
namespace {

constexpr int header_bytes = 100;  // sqlite.org/fileformat2.html: 16-18 page size, 28-32 pages
constexpr char magic[] = "SQLite format 3";

std::string folder_of(const std::string &path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

/// 0, or errno of the access that this process (by its effective ids) would get.
int access_errno(const std::string &path, int mode) { return ::faccessat(AT_FDCWD, path.c_str(), mode, AT_EACCESS) == 0 ? 0 : errno; }

Failure missing(const std::string &path, const std::string &fix) {
  return {Status::not_found, "store_missing", "store " + path + " does not exist; " + fix, "store"};
}
Failure not_permitted(const std::string &path, const std::string &what) {
  return {Status::unavailable, "store_permission", "store " + path + ": " + what + "; give this user access to it", "store"};
}
Failure read_only(const std::string &path, const std::string &what) {
  return {Status::unavailable, "store_read_only", "store " + path + ": " + what + "; make it writable or open it for reading only",
          "store"};
}
Failure truncated(const std::string &path, const std::string &what) {
  return {Status::corrupt, "store_truncated", "store " + path + " " + what + "; restore a backup", "store"};
}

bool has_content(const std::string &path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && info.st_size > 0;
}

void check_folder(const std::string &path) {
  const std::string folder = folder_of(path);
  struct stat info {};
  if (::stat(folder.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) throw missing(path, "create the folder " + folder + " first");
  // SQLite makes -wal and -shm beside the store.
  const int denied = access_errno(folder, W_OK | X_OK);
  if (denied == EROFS) throw read_only(path, "the file system of " + folder + " is read-only");
  if (denied != 0) throw not_permitted(path, "the folder " + folder + " is not writable (SQLite keeps -wal and -shm files there)");
}

/// Through SQLite's own descriptor, see check_store_path. Whether the header promises more pages than the file has.
bool shorter_than_its_header(sqlite3 *db) {
  sqlite3_file *file = nullptr;
  if (sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK || !file || !file->pMethods) return false;
  sqlite3_int64 size = 0;
  unsigned char header[header_bytes] = {};
  if (file->pMethods->xFileSize(file, &size) != SQLITE_OK || size == 0) return false;
  const int read = file->pMethods->xRead(file, header, header_bytes, 0);
  if (read != SQLITE_OK && read != SQLITE_IOERR_SHORT_READ) return false;
  if (std::memcmp(header, magic, sizeof magic) != 0) return false;
  if (size < header_bytes) return true;
  const auto number = [&](int from, int bytes) {
    sqlite3_int64 value = 0;
    for (int i = 0; i < bytes; ++i) value = value << 8 | header[from + i];
    return value;
  };
  const sqlite3_int64 page = number(16, 2) == 1 ? 65536 : number(16, 2);
  return size < page * number(28, 4);
}

Error damaged(sqlite3 *db, int code, const std::string &path) {
  if (db && shorter_than_its_header(db)) return truncated(path, "is shorter than its header says").error();
  if ((code & 0xff) == SQLITE_NOTADB) {
    return {Status::corrupt,
            "store_not_a_database",
            "store " + path + " is not a SQLite database; name another file or remove this one",
            "store",
            {},
            0};
  }
  return {Status::corrupt, "store_corrupt", "store " + path + " is damaged; restore a backup", "store", {}, 0};
}

Error disk_full(const std::string &path) {
  return {Status::unavailable,
          "store_full",
          "store " + path + ": no space left; free space on its file system, then repeat the call",
          "store",
          {},
          0};
}

Error input_output(sqlite3 *db, int code, const std::string &path) {
  const int system = db ? sqlite3_system_errno(db) : 0;
  if (system == ENOSPC || system == EDQUOT) return disk_full(path);
  if (system == EROFS) return read_only(path, "its file system is read-only").error();
  if (system == EACCES || system == EPERM) return not_permitted(path, "the system denied access to it, its -wal or its -shm").error();
  std::string cause = sqlite3_errstr(code);
  if (system != 0) cause += std::string(" (") + std::strerror(system) + ")";
  return {Status::unavailable,
          "store_io",
          "store " + path + ": " + cause + ", SQLite code " + std::to_string(code) + "; check the disk and its folder",
          "store",
          {},
          0};
}

/// SQLite's own words; they name tables and columns, never values.
std::string words(sqlite3 *db, int code) { return db ? sqlite3_errmsg(db) : sqlite3_errstr(code); }

}  // namespace

Error sqlite_error(sqlite3 *db, int code, const std::string &path, SqlOrigin origin) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return {Status::unavailable,
              "store_locked",
              "store " + path + " is locked by another connection; end what writes to it for so long, or repeat the call",
              "store",
              {},
              0};
    case SQLITE_FULL: return disk_full(path);
    case SQLITE_READONLY:
      if (code == SQLITE_READONLY_DBMOVED) return missing(path, "it was moved or removed while open: put it back and reopen").error();
      return read_only(path, "it cannot be written").error();
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return damaged(db, code, path);
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR: return input_output(db, code, path);
    case SQLITE_PERM: return not_permitted(path, "access denied").error();
    case SQLITE_CONSTRAINT:
      return {Status::conflict, "store_constraint", "store " + path + " refused a row: " + words(db, code), {}, {}, 0};
    case SQLITE_NOMEM: return {Status::no_memory, "no_memory", "store " + path + ": out of memory", {}, {}, 0};
    case SQLITE_TOOBIG: return {Status::limit, "store_too_big", "store " + path + ": a text or a statement is too long", {}, {}, 0};
    case SQLITE_INTERRUPT:
      return {Status::timeout, "query_timeout", "the statement took too long; narrow it with WHERE or LIMIT", "sql", {}, 0};
    case SQLITE_AUTH:
      return {Status::refused, "query_refused", "only one read-only SELECT is allowed here: " + words(db, code), "sql", {}, 0};
    default: break;
  }
  return {origin == SqlOrigin::host ? Status::invalid : Status::internal, "sql_invalid", "SQL is wrong: " + words(db, code), "sql", {}, 0};
}

void check_store_path(const std::string &path, bool create, bool read_only_session) {
  if (path.empty()) throw Failure(Status::invalid, "store_missing", "no store is named; expected a file name or :memory:", "store");
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    if (errno == EACCES) throw not_permitted(path, "its folder cannot be searched");
    if (errno != ENOENT && errno != ENOTDIR) throw missing(path, std::string("the system says: ") + std::strerror(errno));
    if (read_only_session || !create) throw missing(path, "check the name, or create it by opening it for writing");
    return check_folder(path);
  }
  if (S_ISDIR(info.st_mode)) {
    throw Failure(Status::invalid, "store_is_a_directory", "store " + path + " is a folder; name a file in it", "store");
  }
  if (!S_ISREG(info.st_mode)) {
    throw Failure(Status::corrupt, "store_not_a_database", "store " + path + " is not a regular file; name another", "store");
  }
  if (info.st_size == 0 && (!create || read_only_session)) throw truncated(path, "is empty");
  // SQLite would take it for a new store and drop the log with everything in it.
  if (info.st_size == 0 && has_content(path + "-wal")) throw truncated(path, "is empty while its -wal file is not");
  if (access_errno(path, R_OK) != 0) throw not_permitted(path, "it cannot be read");
  if (read_only_session) return;
  const int denied = access_errno(path, W_OK);
  if (denied == EROFS) throw read_only(path, "its file system is read-only");
  if (denied != 0) throw read_only(path, "it is not writable");
  check_folder(path);
}

}  // namespace purser::adapters
