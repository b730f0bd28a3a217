// Properties: the same answer as the slow oracle, T1 purity, T6 absorption, the window contract, and the cost of long histories.
#include <rapidcheck.h>
#include <chrono>
#include <iostream>

#include "catch.hpp"
#include "fold_histories.hpp"
#include "slow_fold.hpp"

using namespace purser;
using namespace purser::test;
using purser::domain::fold;

namespace {

bool equal(const Folded &a, const Folded &b) { return a.known == b.known && a.state == b.state && a.doubt == b.doubt; }

/// Any event at all, also ones that no object could emit: few states and seconds, so that they meet.
EventFact any_event(std::string id, int what, unsigned from, unsigned to, int at, bool hint) {
  if (what == 0) return created(std::move(id), to, at);
  if (what == 1) return seen(std::move(id), to, at);
  if (what == 2 && hint) return deleted(std::move(id), to, at);
  EventFact e = updated(std::move(id), from, to, at);
  e.terminal = hint && (what == 3 || what == 4);
  e.source = hint && what == 3;
  e.incomplete = hint && what == 5;
  e.period_start_s = hint && what == 6 ? 1 : 0;
  return e;
}
rc::Gen<std::vector<EventFact>> any_events() {
  using rc::gen::inRange;
  auto draw = rc::gen::tuple(inRange(0, 12), inRange(0u, 4u), inRange(0u, 4u), inRange(0, 60), rc::gen::arbitrary<bool>());
  return rc::gen::map(rc::gen::container<std::vector<std::tuple<int, unsigned, unsigned, int, bool>>>(std::move(draw)),
                      [](const auto &draws) {
                        std::vector<EventFact> out;
                        for (const auto &[what, from, to, at, hint] : draws)
                          out.push_back(any_event("e" + std::to_string(out.size()), what, from, to, at, hint));
                        return out;
                      });
}
rc::Gen<std::vector<FetchFact>> any_fetches() {
  return rc::gen::map(rc::gen::container<std::vector<std::tuple<unsigned, int, int, int>>>(rc::gen::tuple(
                          rc::gen::inRange(0u, 4u), rc::gen::inRange(0, 70), rc::gen::inRange(1, 4), rc::gen::inRange(0, 10))),
                      [](const auto &draws) {
                        std::vector<FetchFact> out;
                        for (const auto &[state, at, trip, ends] : draws) out.push_back(fetched(state, at, ends == 0, trip));
                        return out;
                      });
}

/// The part of the events that an index gives: newest first, of the terminal ones where there are any.
std::vector<EventFact> counting(std::vector<EventFact> events) {
  events = stored(std::move(events));
  if (std::ranges::any_of(events, &EventFact::terminal)) std::erase_if(events, [](const EventFact &e) { return !e.terminal; });
  return events;
}

}  // namespace

TEST_CASE("any facts: the same answer as the rule written the slow way") {
  CHECK(rc::check("fold = slow fold", [] {
    const auto events = *any_events();
    const auto fetches = *any_fetches();
    const Folded expected = slow::fold(events, fetches), got = *fold(events, fetches);
    RC_TAG(std::string(name(expected.doubt)));
    RC_ASSERT(equal(got, expected));
  }));
}

TEST_CASE("ten thousand sets of any facts, and every part of them: the slow way's answer, or none yet") {
  Random r(3);
  Shares shares;
  for (int i = 0; i < 10'000; ++i) {
    std::vector<EventFact> events;
    const int seconds = chance(r, 0.5) ? 12 : 90;
    const bool may_end = chance(r, 0.3);
    for (int n = below(r, 10); n > 0; --n) {
      const int what = below(r, 12);
      const auto from = static_cast<unsigned>(below(r, 4)), to = static_cast<unsigned>(below(r, 4));
      events.push_back(any_event("e" + std::to_string(n), what, from, to, below(r, seconds), may_end && chance(r, 0.5)));
    }
    std::vector<FetchFact> reads;
    for (int n = below(r, 3); n > 0; --n)
      reads.push_back(fetched(static_cast<unsigned>(below(r, 4)), below(r, seconds + 20), may_end && chance(r, 0.2), 1 + below(r, 3)));
    const Folded all = *fold(events, reads), expected = slow::fold(events, reads);
    INFO("set " << i << ": " << name(all.doubt) << ", expected " << name(expected.doubt));
    REQUIRE(equal(all, expected));
    const auto newest = counting(events);
    for (std::size_t n = 0; n <= newest.size(); ++n) {
      const auto part = fold(std::span(newest).first(n), reads, false);
      REQUIRE((!part || equal(*part, all)));
    }
    shares.count();
    shares.count(name(all.doubt), true);
  }
  std::cout << "any facts: " << shares.text() << "\n";
  for (int d = 0; d <= static_cast<int>(domain::Doubt::race); ++d) CHECK(shares.share(name(static_cast<domain::Doubt>(d))) > 0.1);
}

TEST_CASE("generated histories with loss, skew, repetition and reads: the same answer as the slow way, whatever the order") {
  Random r(7);
  Shares shares;
  for (int i = 0; i < 4000; ++i) {
    const History h = history(r, {.longest = 14, .skew_s = below(r, 3), .loss = 0.1 * below(r, 3)});
    auto arrivals = facts(delivered(r, h));
    std::vector<FetchFact> reads;
    for (int n = below(r, 3); n > 0; --n) reads.push_back(read_at(r, h, 3));
    const Folded got = *fold(arrivals, reads), expected = slow::fold(stored(arrivals), reads);
    INFO("history " << i << ": " << name(got.doubt) << ", expected " << name(expected.doubt));
    REQUIRE(equal(got, expected));
    std::ranges::shuffle(arrivals, r);
    std::ranges::shuffle(reads, r);
    REQUIRE(equal(*fold(arrivals, reads), got));  // T1
    shares.count();
    shares.count("gap", h.lost);
    shares.count("read", !reads.empty());
    shares.count("race", got.doubt == domain::Doubt::race);
    shares.count("undecided", !got.decided());
    shares.count("terminal", h.terminal);
    shares.count("start", got.doubt == domain::Doubt::start || got.doubt == domain::Doubt::no_start || got.doubt == domain::Doubt::closed);
  }
  std::cout << "against the slow fold: " << shares.text() << "\n";
  CHECK(shares.share("gap") > 25);
  CHECK(shares.share("read") > 50);
  CHECK(shares.share("race") > 1);
  CHECK(shares.share("undecided") > 5);
  CHECK(shares.share("start") > 1);
}

TEST_CASE("T4: with every event delivered, a read of up to three seconds of age never makes a wrong decision") {
  Random r(11);
  Shares shares;
  long wrong = 0;
  for (int i = 0; i < 6000; ++i) {
    const History h = history(r, {.longest = 10, .skew_s = below(r, 2)});
    std::vector<FetchFact> reads;
    for (int n = 1 + below(r, 3); n > 0; --n) reads.push_back(read_at(r, h, 3));
    const Folded got = *fold(facts(delivered(r, h)), reads);
    wrong += got.decided() && got.state != h.truth() ? 1 : 0;
    shares.count();
    shares.count("decided", got.decided());
    shares.count("race", got.doubt == domain::Doubt::race);
  }
  std::cout << "with reads: " << shares.text() << ", " << wrong << " wrong\n";
  CHECK(wrong == 0);
  CHECK(shares.share("race") > 3);
  CHECK(shares.share("decided") > 50);
}

TEST_CASE("T6: once any fact is terminal, no other event and no read changes the answer") {
  CHECK(rc::check("terminal absorbs", [] {
    auto events = *any_events();
    auto fetches = *any_fetches();
    const int at = *rc::gen::inRange(0, 60);
    if (*rc::gen::arbitrary<bool>())
      events.push_back(deleted("end", 9, at));
    else
      fetches.push_back(fetched(9, at, true));
    const Folded all = *fold(events, fetches);
    std::erase_if(events, [](const EventFact &e) { return !e.terminal; });
    std::erase_if(fetches, [](const FetchFact &f) { return !f.terminal; });
    RC_ASSERT(equal(all, *fold(events, fetches)));
  }));
}

TEST_CASE("the window contract: a newest part of the events gives no answer or the whole one's") {
  CHECK(rc::check("any facts", [] {
    const auto events = counting(*any_events());
    const auto fetches = *any_fetches();
    const Folded all = *fold(events, fetches);
    for (std::size_t n = 0; n <= events.size(); ++n) {
      const auto part = fold(std::span(events).first(n), fetches, false);
      RC_ASSERT((!part || equal(*part, all)));  // the macro takes || apart, without its short cut
    }
  }));
  Random r(13);
  Shares shares;
  for (int i = 0; i < 3000; ++i) {
    const History h = history(r, {.longest = 14, .burst = 0.3, .skew_s = 1, .loss = 0.05});
    const auto events = stored(facts(h.events));  // also a mixed part answers, as long as it holds a terminal event where there is one
    std::vector<FetchFact> reads;
    if (chance(r, 0.3)) reads.push_back(read_at(r, h, 1));
    const Folded all = *fold(events, reads);
    std::size_t needed = 0;
    for (std::size_t n = 0; n < events.size(); ++n) {
      const auto part = std::span(events).first(n);
      if (h.terminal && std::ranges::none_of(part, &EventFact::terminal)) continue;
      const auto answer = fold(part, reads, false);
      if (answer) REQUIRE(equal(*answer, all));
      if (answer && needed == 0) needed = n;
    }
    shares.count();
    shares.count("answered by a part", needed > 0);
    shares.count("by two events", needed > 0 && needed <= 2);
    shares.count("with a read by a part", !reads.empty() && needed > 0);
  }
  std::cout << "windows: " << shares.text() << "\n";
  CHECK(shares.share("answered by a part") > 50);  // else the contract would be kept by never answering
  CHECK(shares.share("by two events") > 20);
  CHECK(shares.share("with a read by a part") > 10);
}

TEST_CASE("a part of the events never hides a fact that could matter") {
  const std::vector<EventFact> one{updated("e2", 'A', 'B', 100)};
  CHECK_FALSE(fold(one, {}, false));  // an older event may belong to the cluster
  CHECK_FALSE(fold({}, {}, false));
  CHECK_FALSE(fold({}, std::vector{fetched('B', 10)}, false));
  CHECK_FALSE(fold(one, std::vector{fetched('B', 50)}, false));  // an older event may touch the fetch
  CHECK(fold(std::vector{updated("e2", 'A', 'B', 100), updated("e1", 'C', 'A', 90)}, {}, false));
  CHECK(fold(std::vector{updated("e2", 'B', 'C', 100), updated("e1", 'A', 'B', 40)}, std::vector{fetched('B', 50)}, false));
  // A fetch long ago asks for no more than the last cluster.
  CHECK(fold(std::vector{updated("e2", 'B', 'C', 900), updated("e1", 'A', 'B', 800)}, std::vector{fetched('B', 50)}, false));
  CHECK_FALSE(fold(std::vector{updated("e2", 'B', 'C', 803), updated("e1", 'A', 'B', 800)}, std::vector{fetched('B', 50)}, false));
  CHECK_FALSE(fold(std::vector{created("e1", 'A', 100)}, std::vector{fetched('B', 50)}, false));
  // Terminal facts whose start may be an older terminal fact, beside newer ones that do not count.
  EventFact out = updated("e3", 'X', 'Y', 100), back = updated("e2", 'Y', 'X', 100);
  out.terminal = back.terminal = true;
  const std::vector<EventFact> mixed{out, back, updated("e1", 'A', 'B', 50)};
  CHECK_FALSE(fold(mixed, {}, false));
  CHECK(fold(mixed, {})->doubt == domain::Doubt::closed);
  const std::vector<EventFact> closed{updated("e3", 'B', 'A', 100), updated("e2", 'A', 'B', 100), seen("e1", 'A', 50)};
  CHECK_FALSE(fold(closed, {}, false));  // its start may belong to a cluster that goes on
}

TEST_CASE("ten thousand events: no deep stack, no square of the cost") {
  const auto took = [](const std::vector<EventFact> &events, const Folded &expected) {
    const auto begin = std::chrono::steady_clock::now();
    const Folded got = *fold(events, {});
    const auto end = std::chrono::steady_clock::now();
    CHECK(equal(got, expected));
    return std::chrono::duration_cast<std::chrono::milliseconds>(end - begin).count();
  };
  // Every cluster is a toggle that needs the state before it, back to the creation.
  std::vector<EventFact> toggles{created("e", 'A', 0)};
  for (int i = 0; i < 5000; ++i) {
    toggles.push_back(updated("a" + std::to_string(i), 'A', 'B', 100 + 10 * i));
    toggles.push_back(updated("b" + std::to_string(i), 'B', 'A', 100 + 10 * i));
  }
  const auto clusters_ms = took(toggles, {vertex('A'), domain::Doubt::none, true});
  // One cluster: a path over 10,000 states in one second, the hardest thing to connect.
  std::vector<EventFact> path{created("e", 0, 0)};
  for (unsigned i = 0; i < 10'000; ++i) path.push_back(updated(std::to_string(i), i, i + 1, 0));
  const auto path_ms = took(path, {vertex(10'000), domain::Doubt::none, true});
  std::cout << "10,000 events: 5,000 open clusters " << clusters_ms << " ms, one cluster " << path_ms << " ms\n";
  CHECK(clusters_ms < 2000);
  CHECK(path_ms < 2000);
}
