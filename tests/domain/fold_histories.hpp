// Random histories of one object: a true walk over states with fields, the events it emits, and how they reach us.
#pragma once
#include <random>
#include <set>

#include "base/hash.hpp"
#include "fold_support.hpp"
#include "losing_rules.hpp"

namespace purser::test {

using Fields = std::map<std::string, std::string>;
using Random = std::mt19937_64;

inline int below(Random &r, int n) { return std::uniform_int_distribution<int>(0, n - 1)(r); }
inline bool chance(Random &r, double p) { return std::uniform_real_distribution<double>(0, 1)(r) < p; }

inline Digest digest_of(const Fields &fields) {
  std::string text;
  for (const auto &[key, value] : fields) text += key + "=" + value + ";";
  return sha256(text);
}

struct HistoryShape {
  int longest = 12;
  double burst = 0.55;  ///< share of transitions in the second of the one before, or nearly
  int skew_s = 0;       ///< clock error of `created`, each way
  double loss = 0;
  double ends = 0.3;  ///< share of histories that end in a terminal status
};

struct History {
  std::vector<Arrival> events;  ///< in true order, what was lost left out
  std::vector<Fields> states;
  std::vector<std::int64_t> times;
  std::set<Digest> lost_into;  ///< the states that lost events entered
  bool lost = false, lost_tail = false, same_second = false, toggle = false, terminal = false;
  Digest truth() const { return digest_of(states.back()); }
};

/// One change: mostly one field, sometimes two, sometimes back to where it came from.
inline Fields changed(Random &r, const std::vector<Fields> &states) {
  const Fields &now = states.back();
  if (states.size() > 1 && chance(r, 0.25)) return states[states.size() - 2];
  Fields next = now;
  while (next == now) {
    for (int i = 0; i <= (chance(r, 0.2) ? 1 : 0); ++i) next[std::string(1, "abc"[below(r, 3)])] = std::to_string(below(r, 3));
  }
  return next;
}

inline History history(Random &r, const HistoryShape &shape) {
  History h;
  std::int64_t at = 1'700'000'000;
  const int length = 2 + below(r, shape.longest - 1);
  const bool ends = chance(r, shape.ends);
  for (int i = 0; i < length; ++i) {
    if (i > 0) at += chance(r, shape.burst) ? below(r, 2) : chance(r, 0.5) ? below(r, 7) : 60 + below(r, 1'000'000);
    Fields next = h.states.empty() ? Fields{{"a", "0"}, {"b", "0"}, {"c", "0"}} : changed(r, h.states);
    const bool last = i + 1 == length;
    if (ends && last) next["status"] = "canceled";
    Arrival a;
    a.fact = created("e" + std::to_string(below(r, 1'000'000'000)), 0, at + below(r, 2 * shape.skew_s + 1) - shape.skew_s);
    a.fact.kind = i == 0 ? EventKind::created : ends && last ? EventKind::deleted : EventKind::updated;
    a.fact.source = a.fact.kind != EventKind::updated;
    a.fact.terminal = a.fact.kind == EventKind::deleted;
    a.fact.post = digest_of(next);
    a.post = next;
    if (a.fact.kind == EventKind::updated) {
      a.pre = h.states.back();
      a.fact.has_pre = true;
      a.fact.pre = digest_of(a.pre);
    }
    h.same_second = h.same_second || (!h.times.empty() && h.times.back() == at);
    h.toggle = h.toggle || std::ranges::find(h.states, next) != h.states.end();
    h.terminal = h.terminal || a.fact.terminal;
    h.states.push_back(std::move(next));
    h.times.push_back(at);
    if (chance(r, shape.loss)) {
      h.lost = true;
      h.lost_into.insert(a.fact.post);
      h.lost_tail = h.lost_tail || last;
    } else {
      h.events.push_back(std::move(a));
    }
  }
  return h;
}

/// The events as they come in: shuffled, a fifth of them twice.
inline std::vector<Arrival> delivered(Random &r, const History &h) {
  std::vector<Arrival> arrivals = h.events;
  for (const Arrival &a : h.events) {
    if (chance(r, 0.2)) arrivals.push_back(a);
  }
  std::ranges::shuffle(arrivals, r);
  return arrivals;
}

inline std::vector<EventFact> facts(const std::vector<Arrival> &arrivals) {
  std::vector<EventFact> out;
  for (const Arrival &a : arrivals) out.push_back(a.fact);
  return out;
}
/// What the store keeps: every id once, newest first.
inline std::vector<EventFact> stored(std::vector<EventFact> events) {
  std::ranges::sort(events, std::ranges::greater(), [](const EventFact &e) { return std::tie(e.created_s, e.id); });
  const auto twice = std::ranges::unique(events, {}, &EventFact::id);
  events.erase(twice.begin(), twice.end());
  return events;
}

/// A read at some moment of the history, up to `oldest_s` stale, its date off by at most a second.
inline FetchFact read_at(Random &r, const History &h, int oldest_s) {
  const auto i = static_cast<std::size_t>(below(r, static_cast<int>(h.states.size())));
  const std::int64_t at = h.times[i] + below(r, 4);
  std::size_t seen = 0;
  const std::int64_t as_of = at - below(r, oldest_s + 1);
  for (std::size_t k = 0; k < h.states.size(); ++k) {
    if (h.times[k] <= as_of) seen = k;
  }
  const std::int64_t date = at + below(r, 3) - 1;
  return {date, date - 1 - below(r, 3), digest_of(h.states[seen]), h.states[seen].contains("status")};
}

/// How often what happened: printed, and held above floors, so that a generator gone lame cannot pass.
class Shares {
 public:
  void count() { ++total_; }
  void count(const std::string &what, bool happened) { counts_[what] += happened ? 1 : 0; }
  double share(const std::string &what) const {
    return total_ == 0 ? 0 : 100.0 * static_cast<double>(counts_.at(what)) / static_cast<double>(total_);
  }
  std::string text() const {
    std::ostringstream out;
    out << total_ << " cases";
    for (const auto &[what, n] : counts_) out << ", " << what << " " << n << " (" << static_cast<int>(share(what) * 100) / 100.0 << " %)";
    return out.str();
  }

 private:
  std::map<std::string, long> counts_;
  long total_ = 0;
};

}  // namespace purser::test
