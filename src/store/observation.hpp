// Facts about one Stripe object: events as edges, fetches as snapshots. Read newest first, as the fold wants them.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/fact.hpp"
#include "domain/session.hpp"
#include "ports/sql.hpp"

namespace purser::store {

void insert_event_fact(ports::SqlSession &db, const domain::ObjectKey &key, const domain::EventFact &fact, std::string_view record);
/// Another rendering of an event that is stored: the greater (api_version, post, pre) stays.
struct Rendering {
  bool replaced = false;  ///< the stored one
  bool agrees = true;     ///< both say the same; when not, one of them was read wrongly
};
Rendering put_rendering(ports::SqlSession &db, const domain::ObjectKey &key, const domain::EventFact &fact, std::string_view record);
/// False when this very fact is stored already.
bool put_fetch_fact(ports::SqlSession &db, const domain::ObjectKey &key, const domain::FetchFact &fact, std::string_view record);

/// What the fold needs of one object: terminal facts only where any fact is terminal (the terminal phase absorbs), else all.
struct FactWindow {
  std::vector<domain::EventFact> events;   ///< the newest `limit`, newest first by (created_s, id)
  std::vector<domain::FetchFact> fetches;  ///< all
  bool complete = true;                    ///< false: older events exist
};
FactWindow facts_of(ports::SqlSession &db, const domain::ObjectKey &key, std::size_t limit);
/// The record with this state; empty when no fact carries it.
std::string record_with_state(ports::SqlSession &db, const domain::ObjectKey &key, const Digest &state);
/// Records of all facts, for objects that are joined and not folded.
struct RecordedFact {
  std::int64_t created_s = 0;
  std::string fact;
  std::string record;
};
std::vector<RecordedFact> records_of(ports::SqlSession &db, const domain::ObjectKey &key);

/// The lookup keys a price was ever seen with: a key moved to a newer price must not lock out who still pays the older one.
/// An empty key says that the price was seen without one. Keeps the first sight of each.
void put_price_key(ports::SqlSession &db, const domain::ObjectKey &key, std::string_view price, std::string_view lookup_key,
                   std::int64_t created_s, std::string_view fact);
struct PriceKey {
  std::string lookup_key;
  std::int64_t created_s = 0;  ///< of its first sight, and by which fact
  std::string fact;
};
/// Latest first sight first; the empty one too.
std::vector<PriceKey> seen_price_keys(ports::SqlSession &db, bool livemode, std::string_view stripe_account, std::string_view price);
/// Latest first sight first; without the empty one.
std::vector<std::string> price_keys(ports::SqlSession &db, bool livemode, std::string_view stripe_account, std::string_view price);

}  // namespace purser::store
