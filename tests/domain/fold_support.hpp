// Facts in the notation of FOLD.md section 11: `+A` created, `A>B` update, `?B` snapshot without previous, `-X` deleted, `!` terminal, `@`
// seconds.
#pragma once
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "domain/fold.hpp"

namespace purser::test {

using domain::EventFact;
using domain::EventKind;
using domain::FetchFact;
using domain::Folded;

/// A state as a number: equal numbers are equal states, and digests sort like their numbers.
inline Digest vertex(unsigned n) {
  Digest d{};
  d[30] = static_cast<unsigned char>(n >> 8);
  d[31] = static_cast<unsigned char>(n & 0xFF);
  return d;
}
inline char letter(const Digest &d) { return static_cast<char>(d[31]); }

inline EventFact created(std::string id, unsigned to, std::int64_t at) {
  EventFact e;
  e.id = std::move(id);
  e.kind = EventKind::created;
  e.created_s = at;
  e.post = vertex(to);
  e.source = true;
  return e;
}
inline EventFact updated(std::string id, unsigned from, unsigned to, std::int64_t at) {
  EventFact e;
  e.id = std::move(id);
  e.created_s = at;
  e.has_pre = true;
  e.pre = vertex(from);
  e.post = vertex(to);
  return e;
}
inline EventFact seen(std::string id, unsigned to, std::int64_t at) {
  EventFact e;
  e.id = std::move(id);
  e.created_s = at;
  e.post = vertex(to);
  return e;
}
inline EventFact deleted(std::string id, unsigned to, std::int64_t at) {
  EventFact e = created(std::move(id), to, at);
  e.kind = EventKind::deleted;
  e.terminal = true;
  return e;
}
inline FetchFact fetched(unsigned state, std::int64_t at, bool terminal = false, std::int64_t round_trip = 1) {
  return {at, at - round_trip, vertex(state), terminal};
}

/// In the table the letters X, Y and E are terminal states.
inline EventFact event(const std::string &word, int number) {
  const std::string id = "e" + std::to_string(number);
  const auto at = word.find('@');
  std::string what = word.substr(0, at);
  const std::int64_t seconds = std::stoll(word.substr(at + 1));
  const bool ends = what.ends_with('!');
  if (ends) what.pop_back();
  const auto state = [&](std::size_t i) { return static_cast<unsigned>(what.at(i)); };
  if (what[0] == '+') return created(id, state(1), seconds);
  if (what[0] == '-') return deleted(id, state(1), seconds);
  EventFact e = what[0] == '?' ? seen(id, state(1), seconds) : updated(id, state(0), state(2), seconds);
  e.terminal = ends;
  e.source = ends && e.has_pre && std::string_view("XYE").find(what[0]) == std::string_view::npos;
  return e;
}
inline std::vector<EventFact> events(std::string_view words) {
  std::istringstream in{std::string(words)};
  std::vector<EventFact> out;
  for (std::string word; in >> word;) out.push_back(event(word, static_cast<int>(out.size())));
  return out;
}

}  // namespace purser::test
