// The fold against the reference prototype (Python), where that is at hand: PURSER_SHARED, or ../shared beside the source tree.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>

#include "catch.hpp"
#include "fold_support.hpp"

using namespace purser;
using namespace purser::test;

namespace {

constexpr int cases = 4000;

std::filesystem::path prototype() {
  const char *shared = std::getenv("PURSER_SHARED");
  return (shared ? std::filesystem::path(shared) : std::filesystem::path(PURSER_SOURCE_DIR).parent_path() / "shared") / "fold";
}

std::vector<std::string> lines_of(const std::string &command) {
  struct Close {
    void operator()(FILE *f) const { pclose(f); }
  };
  const std::unique_ptr<FILE, Close> pipe(popen(command.c_str(), "r"));
  REQUIRE(pipe);
  std::string text;
  char block[4096];
  while (const std::size_t n = std::fread(block, 1, sizeof block, pipe.get())) text.append(block, n);
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> fields(const std::string &word) {
  std::vector<std::string> out;
  std::istringstream in(word);
  for (std::string field; std::getline(in, field, ',');) out.push_back(field);
  return out;
}

EventFact event_of(const std::string &word) {
  const auto f = fields(word);
  EventFact e;
  e.kind = f[0] == "create" ? EventKind::created : f[0] == "delete" ? EventKind::deleted : EventKind::updated;
  e.has_pre = f[1] != "-1";
  if (e.has_pre) e.pre = vertex(static_cast<unsigned>(std::stoul(f[1])));
  e.post = vertex(static_cast<unsigned>(std::stoul(f[2])));
  e.created_s = std::stoll(f[3]);
  e.source = f[4] == "1";
  e.terminal = f[5] == "1";
  e.incomplete = f[6] == "1";
  e.period_start_s = std::stoll(f[7]);
  e.id = f[8];
  return e;
}

FetchFact fetch_of(const std::string &word) {
  const auto f = fields(word);
  return {std::stoll(f[1]), std::stoll(f[2]), vertex(static_cast<unsigned>(std::stoul(f[0]))), f[3] == "1"};
}

void compare(const std::string &line) {
  std::istringstream in(line);
  int state = 0, decided = 0, part = 0;
  in >> state >> decided;
  std::vector<EventFact> events;
  std::vector<FetchFact> fetches;
  for (std::string word; in >> word;) {
    if (word == "|")
      ++part;
    else if (part == 1)
      events.push_back(event_of(word));
    else
      fetches.push_back(fetch_of(word));
  }
  const Folded got = *domain::fold(events, fetches);
  INFO(line << "  got " << name(got.doubt));
  REQUIRE(got.known == (state >= 0));
  REQUIRE(got.decided() == (decided == 1));
  if (state >= 0) REQUIRE(got.state == vertex(static_cast<unsigned>(state)));
}

}  // namespace

TEST_CASE("the same answers as the reference prototype") {
  const std::filesystem::path directory = prototype();
  if (!std::filesystem::exists(directory / "final.py")) {
    std::cout << "SKIPPED: no reference prototype (final.py) at " << directory << "; set PURSER_SHARED to the folder that holds fold/\n";
    return;
  }
  std::ostringstream command;
  command << "python3 '" << PURSER_SOURCE_DIR << "/tests/domain/fold_prototype.py' '" << directory.string() << "' " << cases << " 1";
  const auto lines = lines_of(command.str());
  REQUIRE(lines.size() == cases);
  for (const std::string &line : lines) compare(line);
  std::cout << "compared with the prototype: " << lines.size() << " fact sets\n";
}
