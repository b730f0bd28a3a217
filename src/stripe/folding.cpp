// Which types fold, and how.
#include <algorithm>
#include <array>

#include "base/record.hpp"
#include "stripe/object_type.hpp"
#include "stripe/reader.hpp"

namespace purser::stripe {
namespace {

template <class T>
std::vector<domain::Seen<T>> seen_as(std::span<const RecordFact> facts) {
  std::vector<domain::Seen<T>> seen;
  seen.reserve(facts.size());
  for (const RecordFact &fact : facts) seen.push_back({fact.created_s, fact.fact, from_json<T>(json::parse_judged(fact.record).root)});
  return seen;
}

template <class T>
Joined join_as(std::span<const RecordFact> facts) {
  const std::vector<domain::Seen<T>> seen = seen_as<T>(facts);
  const T joined = domain::join(std::span<const domain::Seen<T>>(seen));
  return {record(joined), named_customer(joined)};
}

template <>
Joined join_as<domain::Session>(std::span<const RecordFact> facts) {
  std::vector<domain::SessionFact> seen;
  seen.reserve(facts.size());
  for (const RecordFact &fact : facts) seen.push_back({fact.created_s, fact.fact, session_of(fact.record)});
  const domain::Session joined = domain::join(seen);
  return {record(joined), joined.customer};
}

}  // namespace

std::optional<Folding> folding(std::string_view object_type) {
  std::optional<Folding> found;
  with_type(object_type, [&]<class T>(std::type_identity<T>) { found = joined_type<T> ? Folding::join : Folding::edges; });
  return found;
}

Joined join_records(std::string_view object_type, std::span<const RecordFact> facts) {
  Joined joined;
  if (facts.empty()) return joined;
  with_type(object_type, [&]<class T>(std::type_identity<T>) {
    if constexpr (joined_type<T>) joined = join_as<T>(facts);
  });
  return joined;
}

std::string customer_named(std::string_view object_type, std::string_view record) {
  std::string customer;
  with_type(object_type, [&]<class T>(std::type_identity<T>) {
    if constexpr (requires(T t) { t.customer; }) customer = from_json<T>(json::parse_judged(record).root).customer;
  });
  return customer;
}

}  // namespace purser::stripe
