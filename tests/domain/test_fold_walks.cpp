// FOLD.md T2 and T4, by enumeration instead of sampling: all walks over three states, all clocks, all instants of a fetch.
#include <algorithm>
#include <iostream>

#include "catch.hpp"
#include "fold_support.hpp"

using namespace purser;
using namespace purser::test;
using purser::domain::fold;

namespace {

using Walk = std::vector<unsigned>;
using Clock = std::vector<int>;

/// All walks of `steps` transitions over the states 0, 1, 2, none of which stays where it is.
std::vector<Walk> walks(int steps) {
  std::vector<Walk> out{{0}, {1}, {2}};
  for (int i = 0; i < steps; ++i) {
    std::vector<Walk> longer;
    for (const Walk &w : out) {
      for (unsigned next = 0; next < 3; ++next) {
        if (next == w.back()) continue;
        longer.push_back(w);
        longer.back().push_back(next);
      }
    }
    out = std::move(longer);
  }
  return out;
}

/// All assignments of −1, 0, +1.
std::vector<Clock> clocks(std::size_t size) {
  std::vector<Clock> out{{}};
  for (std::size_t i = 0; i < size; ++i) {
    std::vector<Clock> longer;
    for (const Clock &c : out) {
      for (const int error : {-1, 0, 1}) {
        longer.push_back(c);
        longer.back().push_back(error);
      }
    }
    out = std::move(longer);
  }
  return out;
}

std::vector<EventFact> walked(const Walk &w, std::size_t cut, const Clock &error) {
  std::vector<EventFact> facts;
  for (std::size_t i = 0; i < w.size(); ++i) {
    const std::int64_t at = (i < cut ? 0 : 1) + error[i];
    const std::string id = "e" + std::to_string(i);
    facts.push_back(i == 0 ? created(id, w[0], at) : updated(id, w[i - 1], w[i], at));
  }
  return facts;
}

struct Counts {
  long cases = 0, wrong = 0, undecided = 0;
  void add(const Folded &folded, unsigned truth) {
    ++cases;
    wrong += folded.decided() && folded.state != vertex(truth) ? 1 : 0;
    undecided += folded.decided() ? 0 : 1;
  }
};

}  // namespace

TEST_CASE("every walk of up to four transitions, every clock error of one second: decided and right") {
  Counts counts;
  for (int steps = 1; steps <= 4; ++steps) {
    const auto errors = clocks(static_cast<std::size_t>(steps) + 1);
    for (const Walk &w : walks(steps)) {
      for (std::size_t cut = 0; cut <= w.size(); ++cut) {
        for (const Clock &error : errors) counts.add(*fold(walked(w, cut, error), {}), w.back());
      }
    }
  }
  std::cout << "walks x clocks: " << counts.cases << " cases, " << counts.wrong << " wrong, " << counts.undecided << " undecided\n";
  CHECK(counts.cases == 81162);
  CHECK(counts.wrong == 0);
  CHECK(counts.undecided == 0);
}

TEST_CASE("one fetch at every instant, of every age, with every error of its date: never decided and wrong") {
  Counts counts;
  for (int steps = 1; steps <= 4; ++steps) {
    const auto size = static_cast<std::size_t>(steps) + 1;
    std::vector<Clock> errors = clocks(size);
    if (steps > 2) {
      Clock ahead(size, -1), behind(size, 1);
      ahead.front() = 1;
      for (std::size_t i = 0; i < size; ++i) behind[i] = i + 1 < size ? -1 : 1;
      errors = {Clock(size, 0), ahead, behind};
    }
    for (const Walk &w : walks(steps)) {
      for (std::size_t cut = 0; cut <= w.size(); ++cut) {
        for (const Clock &error : errors) {
          const auto facts = walked(w, cut, error);
          for (std::size_t instant = 0; instant < size; ++instant) {
            for (std::size_t age = 0; age <= instant; ++age) {
              for (const int off : {-1, 0, 1, 2}) {
                const FetchFact read = fetched(w[age], (instant < cut ? 0 : 1) + off);
                counts.add(*fold(facts, std::span(&read, 1)), w.back());
              }
            }
          }
        }
      }
    }
  }
  std::cout << "walks x one fetch: " << counts.cases << " cases, " << counts.wrong << " wrong, " << counts.undecided << " undecided\n";
  CHECK(counts.cases == 99288);  // FOLD.md T4
  CHECK(counts.wrong == 0);
  CHECK(counts.undecided == 62064);  // all of them inside the race window, as intended
}

TEST_CASE("one lost event of a walk within one second: as many errors as FOLD.md section 12 admits, and no more") {
  Counts counts;
  long tail_wrong = 0;
  for (int steps = 2; steps <= 5; ++steps) {
    for (const Walk &w : walks(steps)) {
      const auto facts = walked(w, w.size(), Clock(w.size(), 0));
      for (std::size_t lost = 0; lost < facts.size(); ++lost) {
        auto left = facts;
        left.erase(left.begin() + static_cast<std::ptrdiff_t>(lost));
        const Folded folded = *fold(left, {});
        counts.add(folded, w.back());
        tail_wrong += lost + 1 == facts.size() && folded.decided() && folded.state != vertex(w.back()) ? 1 : 0;
      }
    }
  }
  std::cout << "one lost: " << counts.cases << " cases, " << counts.wrong - tail_wrong << " wrong beyond a lost tail, " << counts.undecided
            << " undecided\n";
  CHECK(counts.cases == 948);
  CHECK(counts.wrong - tail_wrong == 144);
  CHECK(counts.undecided == 624);
}
