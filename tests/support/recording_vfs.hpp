// A SQLite VFS for tests: passes everything to the real one, remembers in which order files were written and synced, and can
// fail. From what it remembers, CrashSimulator makes the files that a power loss at any moment may leave behind.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3_vfs;

namespace purser::test {

/// What changed a database, its -wal or its -journal. The -shm file is memory and is lost in a crash; it is not recorded.
struct FileOperation {
  enum class Kind { create, write, truncate, sync, remove };
  Kind kind = Kind::write;
  std::size_t file = 0;     ///< index into RecordingVfs::files
  std::int64_t offset = 0;  ///< write: where; truncate: the new size
  std::size_t covers = 0;   ///< sync: operations before this position are on the disk
  std::string bytes = {};
};

/// Something that the program has promised to the outside at this position, for example an answered delivery.
struct Promise {
  std::size_t position = 0;
  std::string what;
};

class RecordingVfs {
 public:
  /// Registers under `name`, on top of the process's default VFS; as the new default on demand. Recording starts at once.
  explicit RecordingVfs(std::string name, bool make_default = false);
  /// All its connections must be closed.
  ~RecordingVfs();
  RecordingVfs(const RecordingVfs &) = delete;
  RecordingVfs &operator=(const RecordingVfs &) = delete;

  const std::string &name() const { return name_; }
  void promise(std::string what);

  /// After `passing` more operations of this kind, all of them fail with this SQLite code, until heal().
  void fail(FileOperation::Kind kind, std::int64_t passing, int code);
  void heal();
  std::int64_t failures() const;  ///< how many operations have failed so
  /// Called before each operation that would change a file. Set it before anything is opened.
  std::function<void()> before = {};

  // The recording; read it when nothing is written any more.
  const std::deque<FileOperation> &operations() const { return operations_; }
  const std::vector<std::string> &files() const { return files_; }
  const std::vector<Promise> &promises() const { return promises_; }
  std::size_t syncs() const;
  /// Right before and right after every sync, and right after every promise; ascending.
  std::vector<std::size_t> crash_points() const;

  // For the VFS's own functions.
  sqlite3_vfs *real() const { return real_; }
  std::size_t file(const char *path);
  std::size_t position() const;
  void record(FileOperation operation);
  int injected(FileOperation::Kind kind);  ///< SQLITE_OK, or the failure that is due

 private:
  static constexpr std::size_t bytes_max = 1u << 30;  ///< a longer run is a mistake of the test

  mutable std::mutex mutex_;
  std::string name_;
  sqlite3_vfs *real_;
  std::unique_ptr<sqlite3_vfs> own_;
  std::deque<FileOperation> operations_;
  std::vector<std::string> files_;
  std::vector<Promise> promises_;
  std::size_t bytes_ = 0;
  bool failing_ = false;
  FileOperation::Kind failing_kind_ = FileOperation::Kind::write;
  std::int64_t failing_after_ = 0;
  int failing_code_ = 0;
  std::int64_t failures_ = 0;
};

/// Walks forward through a recording. A write that no later sync of its file covers may be on the disk, in part, or not at all.
class CrashSimulator {
 public:
  explicit CrashSimulator(const RecordingVfs &recording) : recording_(recording) {}
  /// The crash happens after `position` operations; never goes back.
  void advance(std::size_t position);
  /// Writes the files of one possible outcome into `folder` (made, emptied before). The same seed gives the same files.
  void build(const std::string &folder, std::uint64_t seed) const;
  std::size_t unsynced() const;  ///< operations whose fate is open

 private:
  struct File {
    bool exists = false;
    std::string durable;
    std::vector<std::size_t> open;  ///< positions of operations that are not synced
  };
  void settle(File &file, std::size_t covers) const;

  const RecordingVfs &recording_;
  std::size_t position_ = 0;
  std::map<std::size_t, File> files_;
};

}  // namespace purser::test
