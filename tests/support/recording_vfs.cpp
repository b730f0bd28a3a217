#include "support/recording_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace purser::test {
namespace {

using Kind = FileOperation::Kind;

/// SQLite allocates szOsFile bytes: this, and the real VFS's file right behind it.
struct Wrapped {
  sqlite3_file base;
  sqlite3_file *real;
  RecordingVfs *owner;
  std::size_t file;
  bool recorded;
};

Wrapped &wrapped(sqlite3_file *file) { return *reinterpret_cast<Wrapped *>(file); }
sqlite3_file *real(sqlite3_file *file) { return wrapped(file).real; }
RecordingVfs &owner(sqlite3_vfs *vfs) { return *static_cast<RecordingVfs *>(vfs->pAppData); }

int close_file(sqlite3_file *file) { return real(file)->pMethods->xClose(real(file)); }
int read_file(sqlite3_file *file, void *into, int count, sqlite3_int64 offset) {
  return real(file)->pMethods->xRead(real(file), into, count, offset);
}

// Recorded when done: a sync that another thread starts meanwhile does not count it in.
int write_file(sqlite3_file *file, const void *from, int count, sqlite3_int64 offset) {
  const Wrapped &self = wrapped(file);
  if (!self.recorded) return self.real->pMethods->xWrite(self.real, from, count, offset);
  if (const int failure = self.owner->injected(Kind::write)) return failure;
  const int code = self.real->pMethods->xWrite(self.real, from, count, offset);
  if (code == SQLITE_OK) {
    self.owner->record({Kind::write, self.file, offset, 0, std::string(static_cast<const char *>(from), static_cast<std::size_t>(count))});
  }
  return code;
}

int truncate_file(sqlite3_file *file, sqlite3_int64 size) {
  const Wrapped &self = wrapped(file);
  if (!self.recorded) return self.real->pMethods->xTruncate(self.real, size);
  if (const int failure = self.owner->injected(Kind::truncate)) return failure;
  const int code = self.real->pMethods->xTruncate(self.real, size);
  if (code == SQLITE_OK) self.owner->record({Kind::truncate, self.file, size, 0, {}});
  return code;
}

int sync_file(sqlite3_file *file, int flags) {
  const Wrapped &self = wrapped(file);
  if (!self.recorded) return self.real->pMethods->xSync(self.real, flags);
  if (const int failure = self.owner->injected(Kind::sync)) return failure;
  // What another thread writes while this sync runs is not covered by it.
  const std::size_t covers = self.owner->position();
  const int code = self.real->pMethods->xSync(self.real, flags);
  if (code == SQLITE_OK) self.owner->record({Kind::sync, self.file, 0, covers, {}});
  return code;
}

int file_size(sqlite3_file *file, sqlite3_int64 *size) { return real(file)->pMethods->xFileSize(real(file), size); }
int lock_file(sqlite3_file *file, int kind) { return real(file)->pMethods->xLock(real(file), kind); }
int unlock_file(sqlite3_file *file, int kind) { return real(file)->pMethods->xUnlock(real(file), kind); }
int check_reserved(sqlite3_file *file, int *out) { return real(file)->pMethods->xCheckReservedLock(real(file), out); }
int file_control(sqlite3_file *file, int op, void *argument) { return real(file)->pMethods->xFileControl(real(file), op, argument); }
int sector_size(sqlite3_file *file) { return real(file)->pMethods->xSectorSize(real(file)); }
int characteristics(sqlite3_file *file) {
  // An atomic batch would pass by xWrite.
  return real(file)->pMethods->xDeviceCharacteristics(real(file)) & ~SQLITE_IOCAP_BATCH_ATOMIC;
}
int shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out) {
  return real(file)->pMethods->xShmMap(real(file), page, size, extend, out);
}
int shm_lock(sqlite3_file *file, int offset, int count, int flags) {
  return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}
void shm_barrier(sqlite3_file *file) { real(file)->pMethods->xShmBarrier(real(file)); }
int shm_unmap(sqlite3_file *file, int remove) { return real(file)->pMethods->xShmUnmap(real(file), remove); }

// Version 2: shared memory for the log's index, no memory-mapped pages.
const sqlite3_io_methods methods = {2,         close_file,  read_file,      write_file,   truncate_file, sync_file,       file_size,
                                    lock_file, unlock_file, check_reserved, file_control, sector_size,   characteristics, shm_map,
                                    shm_lock,  shm_barrier, shm_unmap,      nullptr,      nullptr};

int open_file(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out_flags) {
  RecordingVfs &self = owner(vfs);
  Wrapped &made = wrapped(file);
  made = {{nullptr}, reinterpret_cast<sqlite3_file *>(&made + 1), &self, 0, false};
  made.recorded = path && (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL));
  int existed = 1;
  if (made.recorded) self.real()->xAccess(self.real(), path, SQLITE_ACCESS_EXISTS, &existed);
  const int code = self.real()->xOpen(self.real(), path, made.real, flags, out_flags);
  if (made.real->pMethods) made.base.pMethods = &methods;
  if (code != SQLITE_OK || !made.recorded) return code;
  made.file = self.file(path);
  if (!existed) self.record({Kind::create, made.file, 0, 0, {}});
  return code;
}

int delete_file(sqlite3_vfs *vfs, const char *path, int sync_folder) {
  RecordingVfs &self = owner(vfs);
  if (const int failure = self.injected(Kind::remove)) return failure;
  const int code = self.real()->xDelete(self.real(), path, sync_folder);
  if (code == SQLITE_OK) self.record({Kind::remove, self.file(path), 0, 0, {}});
  return code;
}

int access_file(sqlite3_vfs *vfs, const char *path, int flags, int *out) {
  return owner(vfs).real()->xAccess(owner(vfs).real(), path, flags, out);
}
int full_path(sqlite3_vfs *vfs, const char *path, int size, char *out) {
  return owner(vfs).real()->xFullPathname(owner(vfs).real(), path, size, out);
}
int randomness(sqlite3_vfs *vfs, int count, char *out) { return owner(vfs).real()->xRandomness(owner(vfs).real(), count, out); }
int sleep_for(sqlite3_vfs *vfs, int microseconds) { return owner(vfs).real()->xSleep(owner(vfs).real(), microseconds); }
int current_time(sqlite3_vfs *vfs, double *out) { return owner(vfs).real()->xCurrentTime(owner(vfs).real(), out); }
int last_error(sqlite3_vfs *vfs, int size, char *out) { return owner(vfs).real()->xGetLastError(owner(vfs).real(), size, out); }
int current_time_ms(sqlite3_vfs *vfs, sqlite3_int64 *out) { return owner(vfs).real()->xCurrentTimeInt64(owner(vfs).real(), out); }

}  // namespace

RecordingVfs::RecordingVfs(std::string name, bool make_default)
    : name_(std::move(name)), real_(sqlite3_vfs_find(nullptr)), own_(std::make_unique<sqlite3_vfs>()) {
  *own_ = sqlite3_vfs{};
  own_->iVersion = 2;
  own_->szOsFile = static_cast<int>(sizeof(Wrapped)) + real_->szOsFile;
  own_->mxPathname = real_->mxPathname;
  own_->zName = name_.c_str();
  own_->pAppData = this;
  own_->xOpen = open_file;
  own_->xDelete = delete_file;
  own_->xAccess = access_file;
  own_->xFullPathname = full_path;
  own_->xRandomness = randomness;
  own_->xSleep = sleep_for;
  own_->xCurrentTime = current_time;
  own_->xGetLastError = last_error;
  own_->xCurrentTimeInt64 = current_time_ms;
  sqlite3_vfs_register(own_.get(), make_default ? 1 : 0);
}

RecordingVfs::~RecordingVfs() {
  sqlite3_vfs_unregister(own_.get());
  sqlite3_vfs_register(real_, 1);
}

void RecordingVfs::promise(std::string what) {
  const std::lock_guard lock(mutex_);
  promises_.push_back({operations_.size(), std::move(what)});
}

void RecordingVfs::fail(Kind kind, std::int64_t passing, int code) {
  const std::lock_guard lock(mutex_);
  failing_ = true;
  failing_kind_ = kind;
  failing_after_ = passing;
  failing_code_ = code;
}

void RecordingVfs::heal() {
  const std::lock_guard lock(mutex_);
  failing_ = false;
}

std::int64_t RecordingVfs::failures() const {
  const std::lock_guard lock(mutex_);
  return failures_;
}

int RecordingVfs::injected(Kind kind) {
  if (before) before();
  const std::lock_guard lock(mutex_);
  if (!failing_ || kind != failing_kind_ || failing_after_-- > 0) return SQLITE_OK;
  ++failures_;
  return failing_code_;
}

std::size_t RecordingVfs::file(const char *path) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find(files_.begin(), files_.end(), path);
  if (found != files_.end()) return static_cast<std::size_t>(found - files_.begin());
  files_.emplace_back(path);
  return files_.size() - 1;
}

std::size_t RecordingVfs::position() const {
  const std::lock_guard lock(mutex_);
  return operations_.size();
}

void RecordingVfs::record(FileOperation operation) {
  const std::lock_guard lock(mutex_);
  bytes_ += operation.bytes.size();
  if (bytes_ > bytes_max) throw std::runtime_error("the recording is larger than 1 GiB");
  operations_.push_back(std::move(operation));
}

std::size_t RecordingVfs::syncs() const {
  return static_cast<std::size_t>(
      std::count_if(operations_.begin(), operations_.end(), [](const FileOperation &o) { return o.kind == Kind::sync; }));
}

std::vector<std::size_t> RecordingVfs::crash_points() const {
  std::vector<std::size_t> points;
  for (std::size_t i = 0; i < operations_.size(); ++i) {
    if (operations_[i].kind != Kind::sync) continue;
    points.push_back(i);
    points.push_back(i + 1);
  }
  for (const Promise &promise : promises_) points.push_back(promise.position);
  std::sort(points.begin(), points.end());
  points.erase(std::unique(points.begin(), points.end()), points.end());
  return points;
}

}  // namespace purser::test
