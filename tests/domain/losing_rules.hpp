// The rules that lose (FOLD.md section 8, STRIPE.md section 3): named mutants of the fold. A generated history that none of them
// gets wrong proves nothing, so the tests fail unless every one of them is caught.
#pragma once
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/fact.hpp"

namespace purser::test {

/// One arrival: the fact, and the two states as fields, which the fold itself never looks at.
struct Arrival {
  domain::EventFact fact;
  std::map<std::string, std::string> pre;  ///< empty where the fact has no pre
  std::map<std::string, std::string> post;
};
using Arrivals = std::span<const Arrival>;  // in order of arrival, repetitions included
using LosingRule = Digest (*)(Arrivals);

inline Digest last_arrival(Arrivals arrivals) { return arrivals.back().fact.post; }

inline Digest newer_created(Arrivals arrivals) {
  const Arrival *kept = &arrivals.front();
  for (const Arrival &a : arrivals) {
    if (a.fact.created_s > kept->fact.created_s) kept = &a;
  }
  return kept->fact.post;
}

inline Digest not_older_created(Arrivals arrivals) {
  const Arrival *kept = &arrivals.front();
  for (const Arrival &a : arrivals) {
    if (a.fact.created_s >= kept->fact.created_s) kept = &a;
  }
  return kept->fact.post;
}

namespace chain {

/// "B follows A": A's values equal B's previous values on the keys that B changed.
inline bool follows(const Arrival &a, const Arrival &b) {
  for (const auto *side : {&b.pre, &b.post}) {
    for (const auto &[key, ignored] : *side) {
      const auto before = b.pre.find(key), now = b.post.find(key), held = a.post.find(key);
      const std::string previous = before == b.pre.end() ? "" : before->second;
      if (previous != (now == b.post.end() ? "" : now->second) && previous != (held == a.post.end() ? "" : held->second)) return false;
    }
  }
  return true;
}

/// Depth first through `rest`; the last event of the first order in which each follows the one before.
inline const Arrival *last_of(const Arrival *last, std::vector<const Arrival *> rest) {
  if (rest.empty()) return last;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (last && !follows(*last, *rest[i])) continue;
    auto left = rest;
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(i));
    if (const Arrival *found = last_of(rest[i], std::move(left))) return found;
  }
  return nullptr;
}

}  // namespace chain

/// Terminal first, then the newest second, ordered by the changed keys alone.
inline Digest changed_keys_chain(Arrivals arrivals) {
  constexpr std::size_t longest_chain = 7;  // beyond it the search would take for ever
  const bool ended = std::ranges::any_of(arrivals, [](const Arrival &a) { return a.fact.terminal; });
  std::map<std::string, const Arrival *> by_id;
  std::int64_t newest = arrivals.front().fact.created_s;
  for (const Arrival &a : arrivals) {
    if (ended && !a.fact.terminal) continue;
    newest = by_id.empty() ? a.fact.created_s : std::max(newest, a.fact.created_s);
    by_id.emplace(a.fact.id, &a);
  }
  const Arrival *start = nullptr, *other = nullptr;
  std::vector<const Arrival *> changes;
  for (const auto &[id, a] : by_id) {
    if (a->fact.created_s != newest) continue;
    if (a->fact.kind == domain::EventKind::created)
      start = a;
    else if (a->fact.has_pre && a->fact.kind != domain::EventKind::deleted)
      changes.push_back(a);
    else
      other = a;
  }
  if (changes.empty()) return (other ? other : start)->fact.post;
  if (changes.size() > longest_chain) return changes.back()->fact.post;
  const Arrival *found = chain::last_of(start, changes);
  return (found ? found : changes.back())->fact.post;
}

struct NamedRule {
  std::string_view name;
  LosingRule rule;
};
inline constexpr std::array<NamedRule, 4> losing_rules{
    {{"last arrival", last_arrival}, {"<", newer_created}, {"<=", not_older_created}, {"changed-keys-only chain", changed_keys_chain}}};

}  // namespace purser::test
