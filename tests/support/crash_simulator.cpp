#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

#include "support/recording_vfs.hpp"

namespace purser::test {
namespace {

using Kind = FileOperation::Kind;
constexpr std::size_t sector_bytes = 512;  // the smallest unit that a disk writes whole

void put(std::string &content, std::int64_t offset, std::string_view bytes) {
  const auto from = static_cast<std::size_t>(offset);
  if (content.size() < from + bytes.size()) content.resize(from + bytes.size(), '\0');
  content.replace(from, bytes.size(), bytes);
}

void apply(std::string &content, const FileOperation &operation) {
  if (operation.kind == Kind::write) put(content, operation.offset, operation.bytes);
  if (operation.kind == Kind::truncate) content.resize(static_cast<std::size_t>(operation.offset), '\0');
}

/// What a disk does with one write that it was not told to keep.
class Fate {
 public:
  explicit Fate(std::uint64_t seed) : random_(seed) {
    // Some outcomes lose nearly all, some nearly nothing: the rare mixtures are where bugs are.
    constexpr double shares[] = {0.0, 0.1, 0.5, 0.9, 1.0};
    kept_ = shares[random_() % 5];
    torn_ = random_() % 2 == 0 ? 0.0 : 0.2;
  }
  void meet(std::string &content, const FileOperation &operation) {
    if (operation.kind != Kind::write) {
      if (happens(kept_)) apply(content, operation);
    } else if (happens(torn_)) {
      tear(content, operation);
    } else if (happens(kept_)) {
      apply(content, operation);
    }
  }

 private:
  bool happens(double probability) { return std::uniform_real_distribution<double>(0, 1)(random_) < probability; }
  void tear(std::string &content, const FileOperation &operation) {
    const std::string_view bytes = operation.bytes;
    for (std::size_t at = 0; at < bytes.size();) {
      const auto offset = operation.offset + static_cast<std::int64_t>(at);
      const std::size_t in_sector = sector_bytes - static_cast<std::size_t>(offset) % sector_bytes;
      const std::string_view piece = bytes.substr(at, in_sector);
      if (happens(0.5)) put(content, offset, piece);
      at += piece.size();
    }
  }

  std::mt19937_64 random_;
  double kept_ = 0;
  double torn_ = 0;
};

}  // namespace

void CrashSimulator::settle(File &file, std::size_t covers) const {
  const auto end = std::lower_bound(file.open.begin(), file.open.end(), covers);
  for (auto at = file.open.begin(); at != end; ++at) apply(file.durable, recording_.operations()[*at]);
  file.open.erase(file.open.begin(), end);
}

void CrashSimulator::advance(std::size_t position) {
  for (; position_ < position; ++position_) {
    const FileOperation &operation = recording_.operations()[position_];
    File &file = files_[operation.file];
    // Folder entries are taken as durable at once: a created file exists, a removed one does not.
    if (operation.kind == Kind::create || operation.kind == Kind::remove)
      file = File{operation.kind == Kind::create, {}, {}};
    else if (operation.kind == Kind::sync)
      settle(file, operation.covers);
    else
      file.open.push_back(position_);
  }
}

std::size_t CrashSimulator::unsynced() const {
  std::size_t count = 0;
  for (const auto &[index, file] : files_) count += file.open.size();
  return count;
}

void CrashSimulator::build(const std::string &folder, std::uint64_t seed) const {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  Fate fate(seed);
  for (const auto &[index, file] : files_) {
    if (!file.exists) continue;
    std::string content = file.durable;
    for (const std::size_t at : file.open) fate.meet(content, recording_.operations()[at]);
    const std::string name = std::filesystem::path(recording_.files()[index]).filename();
    std::ofstream(folder + "/" + name, std::ios::binary).write(content.data(), static_cast<std::streamsize>(content.size()));
  }
}

}  // namespace purser::test
