// Objects whose state is a join: what was seen of them only ever rises, so the greatest fact is the state, in every order of arrival and
// after every repetition (FOLD.md section 9).
#pragma once
#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/record.hpp"

namespace purser::domain {

/// One seen state with the fact it came from.
template <class T>
struct Seen {
  std::int64_t created_s = 0;  ///< of the event, or the date of the fetch
  std::string fact;            ///< the event's id, or "fetch"
  T state;
};

/// Words in steps, lowest first; words of one step stand in one list. 0: no word; 1: a word that is not known here.
inline int step(std::string_view word, std::initializer_list<std::initializer_list<std::string_view>> steps) {
  if (word.empty()) return 0;
  int at = 2;
  for (const auto &words : steps) {
    if (std::ranges::find(words, word) != words.end()) return at;
    ++at;
  }
  return 1;
}

/// The state of the greatest fact by (rank(state), created, fact, text): a total order, so equal sets give equal states.
template <class T, class Rank>
T greatest(std::span<const Seen<T>> facts, Rank rank) {
  if (facts.empty()) return {};
  const auto less = [&](const Seen<T> &a, const Seen<T> &b) {
    const auto key = [&](const Seen<T> &s) { return std::tuple(rank(s), s.created_s, std::string_view(s.fact)); };
    const auto ka = key(a), kb = key(b);
    return ka != kb ? ka < kb : canonical_text(a.state) < canonical_text(b.state);
  };
  return std::ranges::max_element(facts, less)->state;
}

/// A number that never falls.
template <class T>
void raise(T &joined, std::span<const Seen<T>> facts, std::int64_t T::*member) {
  for (const auto &seen : facts) joined.*member = std::max(joined.*member, seen.state.*member);
}
/// A mark that stays.
template <class T>
void raise(T &joined, std::span<const Seen<T>> facts, bool T::*member) {
  for (const auto &seen : facts) joined.*member = joined.*member || seen.state.*member;
}
/// A reference that not every version carries: where the greatest fact has none, the greatest text of the others.
template <class T>
void keep(T &joined, std::span<const Seen<T>> facts, std::string T::*member) {
  if (!(joined.*member).empty()) return;
  for (const auto &seen : facts) joined.*member = std::max(joined.*member, seen.state.*member);
}

/// Sorted, each once, none empty.
inline void make_set(std::vector<std::string> &ids) {
  std::erase(ids, std::string());
  std::ranges::sort(ids);
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

}  // namespace purser::domain
