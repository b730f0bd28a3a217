#include "documents.hpp"

#include <algorithm>
#include <filesystem>

#include "exit.hpp"
#include "input.hpp"

namespace purser::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t slice_bytes = std::size_t{4} << 20;
constexpr std::size_t document_read_max = (std::size_t{1} << 20) + 1;  ///< one more byte than Purser takes: it refuses and says so

std::vector<std::string> in_folder(const std::string &folder) {
  std::vector<std::string> found;
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    const fs::path extension = at->path().extension();
    if ((extension == ".json" || extension == ".jsonl") && !at->is_directory()) found.push_back(at->path().string());
  }
  if (failed) throw Usage(folder + " cannot be read: " + failed.message() + "; name a folder that you may read");
  if (found.empty()) throw Usage(folder + " holds no *.json and no *.jsonl; name a folder of documents");
  std::sort(found.begin(), found.end());
  return found;
}

/// The document on one line. A line break in JSON is either white space, as a tab is, or a mistake, as a tab is.
void one_document(const std::string &source, const std::function<void(const Slice &)> &take) {
  std::string text = read_file(source, document_read_max);
  std::replace(text.begin(), text.end(), '\n', '\t');
  take({source, 0, text});
}

void skip_line(Input &input, std::string &rest) {
  do {
    const std::size_t end = rest.find('\n');
    if (end != rest.npos) {
      rest.erase(0, end);
      return;
    }
    rest.clear();
  } while (input.read(rest, slice_bytes));
}

void lines(const std::string &source, const std::function<void(const Slice &)> &take) {
  Input input(source);
  std::string held;
  std::int64_t lines_before = 0;
  for (bool more = true; more;) {
    more = input.read(held, slice_bytes);
    if (held.size() > slice_bytes && held.find('\n') == held.npos) {  // no document is that long
      take({source, lines_before, std::string_view(held).substr(0, document_read_max)});
      skip_line(input, held);
      if (!held.empty()) held.erase(0, 1);
      lines_before += 1;
      continue;
    }
    const std::size_t end = more ? held.rfind('\n') + 1 : held.size();  // npos + 1 is 0: not a whole line yet
    if (end == 0) continue;
    const std::string_view whole = std::string_view(held).substr(0, end);
    take({source, lines_before, whole});
    lines_before += std::count(whole.begin(), whole.end(), '\n');
    held.erase(0, end);
  }
}

}  // namespace

std::vector<std::string> sources_of(const std::vector<std::string> &paths) {
  std::vector<std::string> sources;
  for (const std::string &path : paths) {
    std::error_code ignored;
    if (path != "-" && fs::is_directory(path, ignored)) {
      for (std::string &file : in_folder(path)) sources.push_back(std::move(file));
    } else {
      static_cast<void>(Input(path));  // unreadable files are named before anything is stored
      sources.push_back(path);
    }
  }
  return sources;
}

void each_slice(const std::string &source, const std::function<void(const Slice &)> &take) {
  fs::path(source).extension() == ".json" ? one_document(source, take) : lines(source, take);
}

}  // namespace purser::cli
