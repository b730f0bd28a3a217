// FOLD.md section 3 written a second time, the slow and obvious way: recursion, maps, whole sets. An oracle for src/domain/fold.cpp,
// with which it shares nothing but the facts and the names of doubts.
#pragma once
#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <vector>

#include "domain/fold.hpp"

namespace purser::test::slow {

using domain::Doubt;
using domain::EventFact;
using domain::EventKind;
using domain::FetchFact;
using domain::Folded;
using Facts = std::vector<EventFact>;
using Start = std::function<Folded()>;

inline Folded yes(const Digest &state) { return {state, Doubt::none, true}; }
inline Folded no(const Digest &state, Doubt why) { return {state, why, true}; }

inline Digest guess(const Facts &cluster) {
  const EventFact *best = &cluster.front();
  for (const EventFact &e : cluster) {
    if (std::make_tuple(e.created_s, e.kind, e.incomplete ? 0 : 1, e.period_start_s, e.id) >
        std::make_tuple(best->created_s, best->kind, best->incomplete ? 0 : 1, best->period_start_s, best->id))
      best = &e;
  }
  return best->post;
}

struct Graph {
  std::set<Digest> vertices;
  std::vector<std::pair<Digest, Digest>> edges;
  std::map<Digest, int> balance;

  explicit Graph(const Facts &events) {
    for (const EventFact &e : events) {
      vertices.insert(e.post);
      if (e.source || !e.has_pre || e.pre == e.post) continue;
      vertices.insert(e.pre);
      edges.emplace_back(e.pre, e.post);
      balance[e.pre] -= 1;
      balance[e.post] += 1;
    }
  }
  /// Flood from any vertex until nothing is added.
  bool connected() const {
    std::set<Digest> reached{*vertices.begin()};
    for (bool grew = true; grew;) {
      grew = false;
      for (const auto &[a, b] : edges) {
        if (reached.contains(a) == reached.contains(b)) continue;
        reached.insert(a);
        reached.insert(b);
        grew = true;
      }
    }
    return reached.size() == vertices.size();
  }
  std::vector<Digest> with(int sign) const {  // one entry per unit of surplus or deficit
    std::vector<Digest> out;
    for (const auto &[v, d] : balance) {
      for (int i = 0; i < d * sign; ++i) out.push_back(v);
    }
    return out;
  }
};

inline Folded solve(const Facts &cluster, const Start &start) {
  const Graph g(cluster);
  std::set<Digest> sources;
  for (const EventFact &e : cluster) {
    if (e.source) sources.insert(e.post);
  }
  if (g.vertices.size() == 1) return yes(*g.vertices.begin());
  if (sources.size() > 1) return no(guess(cluster), Doubt::two_sources);
  if (g.edges.empty()) {
    std::set<Digest> others = g.vertices;
    for (const Digest &s : sources) others.erase(s);
    return !sources.empty() && others.size() == 1 ? yes(*others.begin()) : no(guess(cluster), Doubt::observations_only);
  }
  if (!g.connected()) return no(guess(cluster), Doubt::fragments);
  const auto ends = g.with(+1), begins = g.with(-1);
  if (ends.size() > 1) return no(guess(cluster), Doubt::two_ends);
  if (g.edges.size() == 1 && sources.empty()) return yes(g.edges.front().second);
  const Folded s = sources.empty() ? start() : yes(*sources.begin());
  if (ends.empty()) return s.decided() && g.vertices.contains(s.state) ? yes(s.state) : no(guess(cluster), Doubt::closed);
  if (!s.decided()) return no(ends.front(), Doubt::no_start);
  return s.state == begins.front() ? yes(ends.front()) : no(ends.front(), Doubt::start);
}

/// The last cluster of `events`, and all events without it.
inline std::pair<Facts, Facts> split(const Facts &events, const Facts &all) {
  Facts sorted = events;
  std::ranges::stable_sort(sorted, std::ranges::greater(), &EventFact::created_s);
  std::size_t size = 1;
  while (size < sorted.size() && sorted[size - 1].created_s - sorted[size].created_s <= 5) ++size;
  const Facts cluster(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(size));
  Facts rest;
  for (const EventFact &e : all) {
    if (std::ranges::none_of(cluster, [&](const EventFact &c) { return c.id == e.id; })) rest.push_back(e);
  }
  return {cluster, rest};
}

inline Folded fold(Facts events, std::vector<FetchFact> fetches) {
  bool terminal = false;
  for (const EventFact &e : events) terminal = terminal || e.terminal;
  for (const FetchFact &f : fetches) terminal = terminal || f.terminal;
  if (terminal) {
    std::erase_if(events, [](const EventFact &e) { return !e.terminal; });
    std::erase_if(fetches, [](const FetchFact &f) { return !f.terminal; });
  }
  if (fetches.empty()) {
    if (events.empty()) return {{}, Doubt::empty, false};
    const auto [cluster, rest] = split(events, events);
    return solve(cluster, [&] { return fold(rest, {}); });
  }
  std::ranges::sort(fetches, [](const FetchFact &a, const FetchFact &b) {
    return std::make_tuple(a.date_s, a.lo_s, a.state) < std::make_tuple(b.date_s, b.lo_s, b.state);
  });
  const FetchFact b = fetches.back();
  Facts recent;
  for (const EventFact &e : events) {
    if (e.created_s > b.lo_s - 8 && e.kind != EventKind::created) recent.push_back(e);
  }
  if (recent.empty()) return yes(b.state);
  const auto [cluster, rest] = split(recent, events);
  std::int64_t first = cluster.front().created_s, last = first;
  for (const EventFact &e : cluster) {
    first = std::min(first, e.created_s);
    last = std::max(last, e.created_s);
  }
  if (first > b.date_s + 8) return solve(cluster, [&] { return fold(rest, fetches); });

  Graph g(recent);
  g.vertices.insert(b.state);
  if (g.vertices.size() == 1) return yes(b.state);
  const Folded alone = fold(events, {});
  if (alone.decided() && alone.state == b.state) return yes(b.state);
  const bool leaves = std::ranges::any_of(g.edges, [&](const auto &edge) { return edge.first == b.state; });
  if (!leaves && g.connected() && g.with(+1) == std::vector<Digest>{b.state}) return yes(b.state);
  return no(alone.decided() && last > b.date_s ? alone.state : b.state, Doubt::race);
}

}  // namespace purser::test::slow
