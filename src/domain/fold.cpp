#include "domain/fold.hpp"

#include <algorithm>
#include <limits>
#include <tuple>
#include <variant>
#include <vector>

#include "domain/balance.hpp"

namespace purser::domain {
namespace {

using Events = std::vector<const EventFact *>;  // newest first
using View = std::span<const EventFact *const>;

/// later − earlier, saturating: `created` comes from outside.
std::int64_t distance(std::int64_t later, std::int64_t earlier) {
  std::int64_t d = 0;
  if (!__builtin_sub_overflow(later, earlier, &d)) return d;
  return later > earlier ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
}

Folded decided(const Digest &state) { return {state, Doubt::none, true}; }
Folded doubtful(const Digest &state, Doubt doubt) { return {state, doubt, true}; }

/// What is known of an object's events. The ones that are not in `events` are not newer than `oldest_s`.
struct Known {
  Events events;
  bool complete = true;
  std::int64_t oldest_s = 0;
  Folded start{{}, Doubt::empty, false};  ///< what the first event found: nothing, or a checkpoint
};

// The last cluster ------------------------------------------------------------------------------------------------

/// A cluster whose answer hangs on the state before it.
struct Open {
  Balance graph;
  Digest guess;
};

/// When nothing decides: deterministic, and most often right.
const Digest &guess(View cluster) {
  const auto order = [](const EventFact *e) {
    return std::tuple(e->created_s, e->kind, !e->incomplete, e->period_start_s, std::string_view(e->id));
  };
  return (*std::ranges::max_element(cluster, {}, order))->post;
}

Folded resolve(const Open &open, const Folded &before) {
  const Balance &g = open.graph;
  if (!g.end()) return before.decided() && g.has(before.state) ? before : doubtful(open.guess, Doubt::closed);
  if (!before.decided()) return doubtful(*g.end(), Doubt::no_start);
  return before.state == *g.begin() ? decided(*g.end()) : doubtful(*g.end(), Doubt::start);
}

std::variant<Folded, Open> solve(View cluster) {
  if (cluster.size() == 1) return decided(cluster.front()->post);
  Balance graph(cluster);
  if (graph.vertices().size() == 1) return decided(graph.vertices().front());

  const Digest *source = nullptr;
  for (const EventFact *e : cluster) {
    if (!e->source) continue;
    if (source && *source != e->post) return doubtful(guess(cluster), Doubt::two_sources);
    source = &e->post;
  }
  if (graph.edges() == 0) {
    if (!source || graph.vertices().size() != 2) return doubtful(guess(cluster), Doubt::observations_only);
    return decided(graph.vertices()[graph.vertices().front() == *source ? 1 : 0]);
  }
  if (!graph.connected()) return doubtful(guess(cluster), Doubt::fragments);
  if (graph.surplus() > 1) return doubtful(guess(cluster), Doubt::two_ends);
  if (graph.edges() == 1 && !source) return decided(*graph.end());  // a gap before it is history only
  Open open{std::move(graph), guess(cluster)};
  if (source) return resolve(open, decided(*source));
  return open;
}

/// How many of the newest events lie within cluster_gap_s of their neighbor.
std::size_t last_cluster(View events) {
  std::size_t size = 1;
  while (size < events.size() && distance(events[size - 1]->created_s, events[size]->created_s) <= cluster_gap_s) ++size;
  return size;
}

/// The start of each open cluster is the state that the older one left.
Folded unwind(std::vector<Open> &open, Folded start) {
  for (; !open.empty(); open.pop_back()) start = resolve(open.back(), start);
  return start;
}

// Events alone ------------------------------------------------------------------------------------------------------

/// Cluster by cluster into the past, until one decides without its start. A loop: 10,000 open clusters cost memory, not stack.
std::optional<Folded> fold_events(View events, const Known &known) {
  std::vector<Open> open;
  while (!events.empty()) {
    const std::size_t size = last_cluster(events);
    const bool may_go_on = size == events.size() && distance(events.back()->created_s, known.oldest_s) <= cluster_gap_s;
    if (!known.complete && may_go_on) return std::nullopt;
    std::variant<Folded, Open> solved = solve(events.first(size));
    if (const Folded *answer = std::get_if<Folded>(&solved)) return unwind(open, *answer);
    open.push_back(std::get<Open>(std::move(solved)));
    events = events.subspan(size);
  }
  if (!known.complete) return std::nullopt;
  return unwind(open, known.start);
}

// Events and the latest fetch ---------------------------------------------------------------------------------------

/// `recent`, newest first, touches the moment of the fetch: only what both can agree on is decided.
std::optional<Folded> race(const FetchFact &fetch, View recent, View all, const Known &known) {
  const Balance graph(recent, &fetch.state);
  if (graph.vertices().size() == 1) return decided(fetch.state);
  const bool all_lead_to_it = graph.connected() && !graph.leaves(fetch.state) && graph.surplus() == 1 && *graph.end() == fetch.state;
  if (all_lead_to_it) return decided(fetch.state);
  const std::optional<Folded> alone = fold_events(all, known);
  if (!alone) return std::nullopt;
  if (alone->decided() && alone->state == fetch.state) return decided(fetch.state);
  const bool newer = distance(recent.front()->created_s, fetch.date_s) > 0;
  return doubtful(alone->decided() && newer ? alone->state : fetch.state, Doubt::race);
}

/// `events` without the ones in `removed`, which is in the same order.
Events without(View events, View removed) {
  Events kept;
  for (const EventFact *e : events) {
    if (!removed.empty() && removed.front() == e)
      removed = removed.subspan(1);
    else
      kept.push_back(e);
  }
  return kept;
}

std::optional<Folded> fold_with(const FetchFact &fetch, const Known &known) {
  const auto recent = [&](std::int64_t created_s) { return distance(fetch.lo_s, created_s) < fetch_margin_s; };
  const bool more = !known.complete && recent(known.oldest_s);  // events that matter may be missing below
  Events after;                                                 // what was fetched existed: creation precedes every fetch
  std::ranges::copy_if(known.events, std::back_inserter(after),
                       [&](const EventFact *e) { return recent(e->created_s) && e->kind != EventKind::created; });
  View rest(after);
  std::vector<Open> open;
  while (!rest.empty()) {
    const std::size_t size = last_cluster(rest);
    const bool meets = distance(rest[size - 1]->created_s, fetch.date_s) <= fetch_margin_s;
    const bool may_go_on = size == rest.size() && distance(rest.back()->created_s, known.oldest_s) <= cluster_gap_s;
    if (more && (meets || may_go_on)) return std::nullopt;
    if (meets) {
      const std::optional<Folded> met = race(fetch, rest, without(known.events, View(after).first(after.size() - rest.size())), known);
      if (!met) return std::nullopt;
      return unwind(open, *met);
    }
    std::variant<Folded, Open> solved = solve(rest.first(size));
    if (const Folded *answer = std::get_if<Folded>(&solved)) return unwind(open, *answer);
    open.push_back(std::get<Open>(std::move(solved)));
    rest = rest.subspan(size);
  }
  if (more) return std::nullopt;
  return unwind(open, decided(fetch.state));
}

// The set of facts ----------------------------------------------------------------------------------------------------

/// Newest first without repetition, whatever the order they came in; of two renderings of one event the newer version counts.
Events ordered(std::span<const EventFact> facts) {
  const auto place = [](const EventFact *e) { return std::tie(e->created_s, e->id); };
  Events events;
  events.reserve(facts.size());
  for (const EventFact &e : facts) events.push_back(&e);
  const auto not_older = [&](const EventFact *a, const EventFact *b) { return place(a) <= place(b); };
  if (std::ranges::adjacent_find(events, not_older) == events.end()) return events;
  std::ranges::sort(events, std::ranges::greater(), [](const EventFact *e) {
    return std::tie(e->created_s, e->id, e->api_version, e->post, e->has_pre, e->pre, e->kind, e->source, e->terminal, e->incomplete,
                    e->period_start_s);
  });
  const auto same = [&](const EventFact *a, const EventFact *b) { return place(a) == place(b); };
  events.erase(std::unique(events.begin(), events.end(), same), events.end());
  return events;
}

const FetchFact *latest(std::span<const FetchFact> fetches, bool terminal_only) {
  const FetchFact *found = nullptr;
  for (const FetchFact &f : fetches) {
    if (terminal_only && !f.terminal) continue;
    if (!found || found->order() < f.order()) found = &f;
  }
  return found;
}

}  // namespace

std::optional<Folded> fold(std::span<const EventFact> facts, std::span<const FetchFact> fetches, bool complete) {
  Known known;
  known.events = ordered(facts);
  known.complete = complete;
  if (!known.events.empty())
    known.oldest_s = known.events.back()->created_s;
  else if (!complete)
    return std::nullopt;

  const auto terminal = [](const EventFact *e) { return e->terminal; };
  const bool ended = std::ranges::any_of(known.events, terminal);
  const bool absorbed = ended || std::ranges::any_of(fetches, &FetchFact::terminal);
  const FetchFact *fetch = latest(fetches, absorbed);
  if (absorbed && !ended) return decided(fetch->state);
  if (ended) std::erase_if(known.events, [](const EventFact *e) { return !e->terminal; });
  for (const FetchFact &f : fetches)
    if (f.checkpoint && (f.terminal || !absorbed)) known.start = decided(f.state);
  return fetch ? fold_with(*fetch, known) : fold_events(known.events, known);
}

const char *name(Doubt doubt) {
  switch (doubt) {
    case Doubt::none: return "none";
    case Doubt::empty: return "empty";
    case Doubt::two_sources: return "two_sources";
    case Doubt::observations_only: return "observations_only";
    case Doubt::fragments: return "fragments";
    case Doubt::two_ends: return "two_ends";
    case Doubt::closed: return "closed";
    case Doubt::no_start: return "no_start";
    case Doubt::start: return "start";
    case Doubt::race: return "race";
  }
  return "unknown";
}

}  // namespace purser::domain
