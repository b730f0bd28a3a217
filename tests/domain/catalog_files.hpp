// Bad catalogs say in comments what is wrong with them: `// ! <reason> <path, or -> ? <part of the fix>` on the line at fault.
#pragma once
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "domain/catalog.hpp"

namespace catalog_files {

inline std::string read(const std::filesystem::path &path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("expected a readable file, found none at " + path.string());
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

inline std::filesystem::path root() { return PURSER_SOURCE_DIR; }

inline std::vector<std::filesystem::path> bad() {
  std::vector<std::filesystem::path> files;
  for (const auto &entry : std::filesystem::directory_iterator(root() / "tests/domain/catalogs")) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

/// What the bad catalogs' variables are set to.
inline purser::domain::Environment environment() {
  return [](std::string_view name) -> std::optional<std::string> {
    if (name == "SAME") return "price_1Abc";
    if (name == "PLACEHOLDER") return "price_PLACEHOLDER";
    if (name == "EMPTY") return "";
    if (name == "SECRET") return "sk_live_veryverysecret";
    return std::nullopt;
  };
}

struct Expected {
  int line = 0;
  std::string reason, path, fix;
};

inline std::vector<Expected> expected(const std::string &text) {
  constexpr std::string_view mark = "// ! ";
  std::vector<Expected> all;
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    for (std::size_t at = line.find(mark); at != std::string::npos;) {
      const std::size_t next = line.find(mark, at + 1);
      const std::string note = line.substr(at + mark.size(), next == std::string::npos ? next : next - at - mark.size());
      const std::size_t space = note.find(' ');
      const std::size_t question = note.find(" ? ");
      Expected one{number, note.substr(0, space), note.substr(space + 1, question - space - 1), note.substr(question + 3)};
      if (one.path == "-") one.path.clear();
      one.fix.erase(one.fix.find_last_not_of(' ') + 1);
      all.push_back(std::move(one));
      at = next;
    }
  }
  return all;
}

}  // namespace catalog_files
