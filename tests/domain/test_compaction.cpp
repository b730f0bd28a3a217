// Compaction against the fold of all facts: a random boundary, any later facts, old events sent again.
#include "domain/compaction.hpp"

#include <iostream>

#include "catch.hpp"
#include "fold_histories.hpp"

using namespace purser;
using namespace purser::test;
using purser::domain::compact;
using purser::domain::fold;

namespace {

bool equal(const Folded &a, const Folded &b) { return a.known == b.known && a.state == b.state && a.doubt == b.doubt; }

struct Facts {
  std::vector<EventFact> events;
  std::vector<FetchFact> fetches;
};

/// What the store keeps once `point` stands for the past; `arrivals` are what was and what comes, old ones again among them.
Facts kept(const Facts &arrivals, const domain::Checkpoint &point) {
  Facts left;
  for (const EventFact &e : arrivals.events)
    if (!domain::late(e.created_s, point.boundary_s)) left.events.push_back(e);
  for (const FetchFact &f : arrivals.fetches)
    if (f.date_s >= point.boundary_s) left.fetches.push_back(f);
  left.fetches.push_back(point.fact());
  return left;
}

Folded folded(const Facts &facts) { return *fold(stored(facts.events), facts.fetches); }

Facts facts_of(Random &r, const History &h, bool reads) {
  Facts all{stored(facts(h.events)), {}};
  if (reads)
    for (int n = below(r, 4); n > 0; --n) all.fetches.push_back(read_at(r, h, 3));
  return all;
}

}  // namespace

TEST_CASE("a checkpoint says what all facts before it say, whatever comes later") {
  Random r(4);
  Shares shares;
  for (int i = 0; i < 30'000; ++i) {
    const History h = history(r, {.longest = 14, .burst = 0.4, .skew_s = below(r, 2), .loss = 0.05 * below(r, 3), .ends = 0.2});
    if (h.events.empty()) continue;
    const Facts all = facts_of(r, h, chance(r, 0.5));
    const std::int64_t latest = h.times[static_cast<std::size_t>(below(r, static_cast<int>(h.times.size())))] + below(r, 40);
    const auto point = compact(all.events, all.fetches, latest);
    shares.count();
    shares.count("compacted", point.has_value());
    if (!point) continue;
    REQUIRE(point->boundary_s <= latest);
    Facts later;  // any subset of what came after the boundary
    for (const EventFact &e : all.events)
      if (e.created_s < point->boundary_s || chance(r, 0.8)) later.events.push_back(e);
    for (const FetchFact &f : all.fetches)
      if (f.date_s < point->boundary_s || chance(r, 0.8)) later.fetches.push_back(f);
    const Folded full = folded(later), small = folded(kept(later, *point));
    INFO("history " << i << ": " << name(small.doubt) << ", expected " << name(full.doubt));
    REQUIRE(equal(small, full));
    shares.count("with reads", !all.fetches.empty());
    shares.count("terminal", point->terminal);
    shares.count("gap", h.lost);
    shares.count("undecided later", !full.decided());
    shares.count("race later", full.doubt == domain::Doubt::race);
    shares.count("something later", later.events.size() > static_cast<std::size_t>(point->replaced));
  }
  std::cout << "compaction: " << shares.text() << "\n";
  CHECK(shares.share("compacted") > 20);
  CHECK(shares.share("with reads") > 5);
  CHECK(shares.share("terminal") > 1);
  CHECK(shares.share("undecided later") > 0.3);
  CHECK(shares.share("race later") > 0.1);
}

TEST_CASE("a second checkpoint swallows the first, with the same answer as none") {
  Random r(11);
  long twice = 0;
  for (int i = 0; i < 20'000; ++i) {
    const History h = history(r, {.longest = 14, .burst = 0.3, .ends = 0.2});
    const Facts all = facts_of(r, h, chance(r, 0.4));
    const std::int64_t first_s = h.times[h.times.size() / 3] + 30, second_s = h.times[2 * h.times.size() / 3] + 30;
    const auto first = compact(all.events, all.fetches, first_s);
    if (!first) continue;
    const Facts once = kept(all, *first);
    const auto second = compact(once.events, once.fetches, second_s);
    if (!second || second->boundary_s == first->boundary_s) continue;
    ++twice;
    REQUIRE(equal(folded(kept(once, *second)), folded(all)));
  }
  std::cout << "compacted twice: " << twice << " cases\n";
  CHECK(twice > 1000);
}

TEST_CASE("what is near, undecided or alone is not compacted") {
  const auto at = [](const char *words, std::int64_t latest, std::vector<FetchFact> reads = {}) {
    return compact(events(words), reads, latest);
  };
  CHECK_FALSE(at("+A@0", 1000));                                // nothing to gain
  CHECK_FALSE(at("A>B@0 C>D@0", 1000));                         // undecided: fragments
  CHECK(at("+A@0 A>B@100", 1000)->boundary_s == 1000);          // the newest moment allowed
  CHECK(at("+A@0 A>B@100 B>C@1000", 1000)->boundary_s == 986);  // moved away from the event
  CHECK(at("+A@0 A>B@100 B>C@1013", 1000)->boundary_s == 999);  // 13 s: its cluster and its race
  CHECK(at("+A@0 A>B@100 B>C@1014", 1000)->boundary_s == 1000);
  CHECK_FALSE(at("+A@0 A>B@20", 20));                                                    // no quiet moment with two facts before it
  CHECK(at("+A@0 A>B@100", 1000, {fetched('B', 1005, false, 300)})->boundary_s == 691);  // asked before, answered after
  CHECK_FALSE(at("+A@0 A>B@100", 1000, {fetched('C', 500)}));                            // the events alone say B
  CHECK(at("+A@0 A>B@100", 1000, {fetched('B', 500)})->replaced == 3);
  CHECK(at("+A@0 -X@100", 1000)->terminal);
  CHECK(letter(at("+A@0 -X@100", 1000)->state) == 'X');
  CHECK(domain::late(991, 1000));
  CHECK_FALSE(domain::late(992, 1000));
}

TEST_CASE("an event from between the margin and the boundary meets the checkpoint as it would meet a fetch") {
  const auto point = compact(events("+A@0 A>B@100"), {}, 1000);
  REQUIRE(point);
  const std::vector<FetchFact> reads{point->fact()};
  CHECK(fold(events("B>C@995"), reads)->doubt == domain::Doubt::race);
  CHECK(letter(fold(events("B>C@1020"), reads)->state) == 'C');
  CHECK(letter(fold(events("B>C@1020 C>B@1021"), reads)->state) == 'B');  // closed: its start is the checkpoint
}
