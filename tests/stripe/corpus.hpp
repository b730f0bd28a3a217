// Payloads that stand outside of the project: PURSER_SHARED, or ../shared beside the source tree.
#pragma once
#include <boost/json/parse.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "base/json.hpp"

namespace purser::test {

inline std::filesystem::path corpus() {
  const char *shared = std::getenv("PURSER_SHARED");
  return (shared ? std::filesystem::path(shared) : std::filesystem::path(PURSER_SOURCE_DIR).parent_path() / "shared") / "corpus";
}
inline bool without_corpus() {
  if (std::filesystem::exists(corpus())) return false;
  std::cout << "SKIPPED: no corpus at " << corpus() << "; set PURSER_SHARED to the folder that holds corpus/\n";
  return true;
}

inline std::string text_of(const std::filesystem::path &file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}
/// The files are ours to trust, their depth is not that of one event: the parser of Boost itself.
inline json::value load(const std::filesystem::path &file) {
  boost::json::parse_options options;
  options.max_depth = 100;
  return boost::json::parse(text_of(file), {}, options);
}
/// In the order of their names, without index.json.
inline std::vector<std::filesystem::path> documents(const std::filesystem::path &folder) {
  std::vector<std::filesystem::path> files;
  for (const auto &entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".json" && entry.path().filename() != "index.json") files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}
inline std::vector<std::string> lines_of(const std::filesystem::path &file) {
  std::vector<std::string> lines;
  std::istringstream in(text_of(file));
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace purser::test
