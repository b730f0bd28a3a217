// The past of an object as one row instead of many.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "domain/compaction.hpp"
#include "domain/fact.hpp"
#include "ports/sql.hpp"

namespace purser::store {

/// The oldest events and all fetches.
struct OldFacts {
  std::vector<domain::EventFact> events;  ///< oldest first, at most `limit`
  std::vector<domain::FetchFact> fetches;
  bool all = true;  ///< false: there are more events before `before_s`
};
OldFacts old_facts(ports::SqlSession &db, const domain::ObjectKey &key, std::int64_t before_s, std::int64_t limit);
/// Events before it, fetches before it; at most `limit` are counted.
std::int64_t count_old(ports::SqlSession &db, const domain::ObjectKey &key, std::int64_t before_s, std::int64_t limit);
/// All facts before the boundary go; the checkpoint takes their place and the object's row knows its boundary.
void put_checkpoint(ports::SqlSession &db, const domain::ObjectKey &key, const domain::Checkpoint &checkpoint, std::string_view record);

/// One fact of a joined object goes; another one says as much.
void delete_event_fact(ports::SqlSession &db, const domain::ObjectKey &key, std::int64_t created_s, std::string_view event);

/// Objects that are nobody's, in the order in which they were first seen; `foreign`, else parked.
struct Nobodys {
  domain::ObjectKey key;
  TimeMs seen_at_ms = 0;
};
std::vector<Nobodys> oldest_nobodys(ports::SqlSession &db, bool foreign, std::int64_t limit);
std::int64_t count_nobodys(ports::SqlSession &db, bool foreign);
/// The time of its newest fact; 0 for none.
std::int64_t newest_fact_s(ports::SqlSession &db, const domain::ObjectKey &key);
void seen_again(ports::SqlSession &db, const domain::ObjectKey &key, TimeMs at);
/// From before it was noted when an object was first seen: from now on.
std::int64_t begin_ageing(ports::SqlSession &db, TimeMs now, std::int64_t limit);

}  // namespace purser::store
