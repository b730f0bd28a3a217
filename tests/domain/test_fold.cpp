// Rows 1-42 of FOLD.md section 11: every order of arrival gives the same answer.
#include <algorithm>
#include <set>
#include <tuple>

#include "catch.hpp"
#include "fold_support.hpp"

using namespace purser;
using namespace purser::test;
using purser::domain::fold;

namespace {

struct Row {
  int number;
  std::string events;
  std::vector<FetchFact> fetches;
  std::string expected;  ///< state or `?`, then the doubt
};

std::string two_hundred_toggles() {
  std::string words = "+A@0 A>B@0";
  for (int i = 0; i < 100; ++i) words += " B>C@0 C>B@0";
  return words;
}

const std::vector<Row> rows{
    {1, "+A@0 A>B@0", {}, "B none"},
    {2, "A>B@0", {}, "B none"},
    {3, "+A@0 A>B@0 B>A@0", {}, "A none"},
    {4, "+A@0 A>B@0 B>A@0 A>B@0", {}, "B none"},
    {5, "+A@0 A>B@0 C>D@0", {}, "? fragments"},
    {6, "+A@0 A>B@10 C>D@100", {}, "D none"},
    {7, "+A@0 B>C@100", {}, "C none"},
    {8, "+A@0 B>C@100 C>D@100", {}, "D start"},
    {9, "+A@0 A>B@50 ?B@50", {}, "B none"},
    {10, "+A@0 ?B@50", {}, "B none"},
    {11, "+A@0 ?B@0", {}, "B none"},
    {12, "+A@0 ?B@50 ?C@50", {}, "? observations_only"},
    {13, "+A@0 A>B@50 -X@50", {}, "X none"},
    {14, "+A@0 -X@50 A>B@70", {}, "X none"},
    {15, "+A@0 -X@50 X>Y!@50", {}, "Y none"},
    {16, "+A@0 A>E!@0", {}, "E none"},
    {17, "+A@2 A>B@0", {}, "B none"},
    {18, "+A@3 A>B@1 B>C@2 C>D@1", {}, "D none"},
    {19, "A>B@0 B>A@0", {}, "? closed"},
    {20, "+A@-99 A>B@-50 A>B@0 B>A@0", {}, "B none"},
    {21, "+A@0 A>B@50 B>B@50", {}, "B none"},
    {22, "+A@0 A>B@50 C>C@50", {}, "? fragments"},
    {23, "+A@0 A>B@50 A>B@50", {}, "? two_ends"},
    {24, "+A@0", {fetched('B', 100)}, "B none"},
    {25, "+A@0 A>B@50", {fetched('B', 100)}, "B none"},
    {26, "+A@0 B>C@200", {fetched('B', 100)}, "C none"},
    {27, "A>B@99", {fetched('B', 100)}, "B none"},
    {28, "A>B@99", {fetched('A', 100)}, "A race"},
    {29, "A>B@103", {fetched('A', 100)}, "B race"},
    {30, "+A@0 A>B@99", {fetched('A', 100)}, "A race"},
    {31, "+A@0 A>B@99", {fetched('A', 100), fetched('B', 120)}, "B none"},
    {32, "+A@0 -X@50", {fetched('A', 52)}, "X none"},
    {33, "+A@0 A>B@50", {fetched('X', 40, true)}, "X none"},
    {34, "+A@100", {fetched('B', 100)}, "B none"},
    {35, "+A@100 A>B@100", {fetched('B', 100)}, "B none"},
    {36, "+A@0 A>B@98 B>C@98 C>D@99", {fetched('D', 100)}, "D none"},
    {37, "+A@0 A>B@98 B>C@98 C>D@99", {fetched('B', 98)}, "D race"},
    {38, "", {fetched('B', 100)}, "B none"},
    {39, "A>B@100 B>A@101", {fetched('B', 100)}, "? race"},
    {40, "-X@50 +A@0", {fetched('A', 400)}, "X none"},
    {41, "+A@0 A>B@20 B>A@40 A>B@60 B>A@80", {}, "A none"},
    {42, two_hundred_toggles(), {}, "B none"},
    // Beyond the table: no later read revives what a read saw ended; creation and end in one second.
    {43, "+A@0 A>B@50", {fetched('X', 40, true), fetched('A', 400)}, "X none"},
    {44, "+A@0 A>B@0 -X@0", {}, "X none"},
    {45, "", {}, "? empty"},
    {46, "+A@0 A>B@100 B>A@100 A>B@103 B>C@200 C>B@200", {}, "B none"},
};

std::string answer(const Folded &f) {
  const std::string state(1, f.known ? letter(f.state) : '?');
  return state + " " + name(f.doubt);
}

void check_row(const Row &row) {
  std::vector<EventFact> facts = events(row.events);
  std::vector<FetchFact> reads = row.fetches;
  std::set<std::string> answers;
  const auto add = [&] {
    for (int turn = 0; turn < 2; ++turn) {
      const auto folded = fold(facts, reads);
      REQUIRE(folded);
      answers.insert(answer(*folded));
      std::ranges::reverse(reads);
    }
  };
  add();
  std::ranges::reverse(facts);
  add();
  if (facts.size() <= 5) {
    std::ranges::sort(facts, {}, &EventFact::id);
    do add();
    while (std::ranges::next_permutation(facts, {}, &EventFact::id).found);
  }
  INFO("row " << row.number << ": " << row.events.substr(0, 60));
  REQUIRE(answers.size() == 1);
  const std::string expected = row.expected[0] == '?' ? *answers.begin() : row.expected;
  CHECK(*answers.begin() == expected);
  CHECK(answers.begin()->substr(2) == row.expected.substr(2));
}

}  // namespace

TEST_CASE("every row of the fold's table, in every order of arrival") {
  for (const Row &row : rows) check_row(row);
  CHECK(rows.size() == 46);
}

TEST_CASE("repetition changes nothing") {
  for (const Row &row : rows) {
    std::vector<EventFact> facts = events(row.events);
    const auto once = fold(facts, row.fetches);
    const std::vector<EventFact> copy = facts;
    facts.insert(facts.end(), copy.begin(), copy.end());
    std::vector<FetchFact> reads = row.fetches;
    reads.insert(reads.end(), row.fetches.begin(), row.fetches.end());
    const auto twice = fold(facts, reads);
    INFO("row " << row.number);
    CHECK(answer(*once) == answer(*twice));
  }
}

TEST_CASE("of two renderings of one event the newer version counts") {
  EventFact old_form = updated("e1", 'A', 'B', 10), new_form = updated("e1", 'A', 'C', 10);
  old_form.api_version = "2020-08-27";
  new_form.api_version = "2026-06-24.dahlia";
  CHECK(answer(*fold(std::vector{old_form, new_form}, {})) == "C none");
  CHECK(answer(*fold(std::vector{new_form, old_form}, {})) == "C none");
}

TEST_CASE("the guess: newest, then kind, then not incomplete, then period, then id") {
  const auto guessed = [](std::vector<EventFact> facts) {
    const auto folded = fold(facts, {});
    REQUIRE(!folded->decided());
    return letter(folded->state);
  };
  CHECK(guessed({seen("e9", 'A', 10), seen("e1", 'B', 11)}) == 'B');
  EventFact later = seen("e1", 'C', 10), incomplete = seen("e9", 'D', 10);
  incomplete.incomplete = true;
  CHECK(guessed({later, incomplete}) == 'C');
  later.period_start_s = 5;
  CHECK(guessed({later, seen("e9", 'A', 10)}) == 'C');
  CHECK(guessed({seen("e1", 'A', 10), seen("e2", 'B', 10)}) == 'B');
}

TEST_CASE("numbers at the ends of their range are only numbers") {
  constexpr auto most = std::numeric_limits<std::int64_t>::max(), least = std::numeric_limits<std::int64_t>::min();
  CHECK(answer(*fold(std::vector{created("a", 'A', least), updated("b", 'A', 'B', most)}, {})) == "B none");
  CHECK(answer(*fold(std::vector{created("a", 'A', least), updated("b", 'A', 'B', most)},
                     std::vector{FetchFact{most, least, vertex('B'), false}})) == "B none");
  CHECK(answer(*fold(std::vector{updated("b", 'A', 'B', least)}, std::vector{FetchFact{least, most, vertex('C'), false}})) == "C none");
}

TEST_CASE("names of doubts are words") {
  std::set<std::string> names;
  for (int i = 0; i <= static_cast<int>(domain::Doubt::race); ++i) names.insert(name(static_cast<domain::Doubt>(i)));
  CHECK(names.size() == static_cast<std::size_t>(domain::Doubt::race) + 1);
  CHECK(!names.contains("unknown"));
}
