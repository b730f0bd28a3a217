// Stored bodies as rows to walk through and to delete: by age, or because of whom they are about. Pages by seq, so that a walk over all of
// them is a series of short reads.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "domain/fact.hpp"
#include "ports/sql.hpp"

namespace purser::store {

enum class Shelf { payloads, quarantine };

struct Payload {
  std::int64_t seq = 0;
  std::int64_t event_seq = 0;  ///< 0 for a quarantined one
  std::string_view body;
  std::string_view api_version;  ///< a quarantined one: the event's type
  TimeMs received_at_ms = 0;
};
/// Up to `limit` rows with a greater seq, in order, streamed; stops where `visit` returns false.
void each_payload(ports::SqlSession &db, Shelf shelf, std::int64_t after, std::int64_t limit,
                  const std::function<bool(const Payload &)> &visit);
std::int64_t delete_payload(ports::SqlSession &db, Shelf shelf, std::int64_t seq);
/// The oldest ones, up to `limit`, if received before `before_ms`.
std::int64_t delete_old_payloads(ports::SqlSession &db, Shelf shelf, TimeMs before_ms, std::int64_t limit);

/// The rows of events, which stay so that nothing counts twice.
struct EventName {
  std::int64_t seq = 0;
  std::string_view object_id;
};
void each_event(ports::SqlSession &db, std::int64_t after, std::int64_t limit, const std::function<bool(const EventName &)> &visit);
/// The event's row says no more whose it was.
void blank_event(ports::SqlSession &db, std::int64_t seq);
/// What the row says of itself, for an export.
struct EventFacts {
  std::string id, type;
  std::int64_t created_s = 0;
};
EventFacts event_facts(ports::SqlSession &db, std::int64_t seq);

}  // namespace purser::store
