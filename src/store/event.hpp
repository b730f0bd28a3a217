// Every delivery that was believed, by event id; its bytes beside it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/hash.hpp"
#include "base/time.hpp"
#include "domain/fact.hpp"
#include "domain/outcome.hpp"
#include "ports/sql.hpp"

namespace purser::store {

struct EventRow {
  std::int64_t seq = 0;
  std::string_view id;
  std::string_view type;
  std::string_view api_version;
  std::int64_t created_s = 0;
  bool livemode = false;
  std::string_view stripe_account;
  std::string_view object_type;
  std::string_view object_id;
  domain::Outcome outcome = domain::Outcome::recorded;
  std::string_view reason;
  Digest payload_hash{};
  TimeMs received_at_ms = 0;
};

/// False when this id is stored already: nothing was written.
bool insert_event(ports::SqlSession &db, const EventRow &event);
void set_outcome(ports::SqlSession &db, std::int64_t seq, domain::Outcome outcome, std::string_view reason);

struct StoredEvent {
  std::int64_t seq = 0;
  std::string api_version;
};
std::optional<StoredEvent> find_event(ports::SqlSession &db, bool livemode, std::string_view stripe_account, std::string_view id);
/// True when this further rendering of a stored event was not yet kept; for another API version than the event's first one.
bool new_rendering(ports::SqlSession &db, std::int64_t event_seq, std::string_view api_version);

void insert_payload(ports::SqlSession &db, std::int64_t seq, std::int64_t event_seq, std::string_view api_version, std::string_view body,
                    TimeMs at);
/// Deliveries without effect: stored each time, never deduplicated (FOLD.md section 1).
void insert_quarantine(ports::SqlSession &db, std::int64_t seq, std::string_view event, std::string_view type, domain::Outcome outcome,
                       std::string_view reason, std::string_view body, TimeMs at);

}  // namespace purser::store
