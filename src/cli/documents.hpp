// Where replayed documents come from: files, folders, standard input, handed on in slices that fit in memory.
#ifndef PURSER_CLI_DOCUMENTS_HPP
#define PURSER_CLI_DOCUMENTS_HPP
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace purser::cli {

struct Slice {
  const std::string &source;   ///< the file's name
  std::int64_t lines_before;   ///< how many lines of the source came before this slice
  std::string_view documents;  ///< whole lines
};

/// Files as they are; of a folder every *.json and *.jsonl in it, sorted by name. Throws Usage.
std::vector<std::string> sources_of(const std::vector<std::string> &paths);

/// A *.json file is one document, whatever its lines; everything else is one document per line.
void each_slice(const std::string &source, const std::function<void(const Slice &)> &take);

}  // namespace purser::cli
#endif
