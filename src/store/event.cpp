#include "store/event.hpp"

namespace purser::store {

bool insert_event(ports::SqlSession &db, const EventRow &e) {
  return db.execute(
             "INSERT INTO purser_events (seq, livemode, stripe_account, id, type, api_version, created_s, object_type, object_id, outcome, "
             "reason, payload_hash, received_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) "
             "ON CONFLICT (livemode, stripe_account, id) DO NOTHING",
             {e.seq, std::int64_t{e.livemode}, e.stripe_account, e.id, e.type, e.api_version, e.created_s, e.object_type, e.object_id,
              static_cast<std::int64_t>(e.outcome), e.reason, ports::Blob{as_bytes(e.payload_hash)}, e.received_at_ms}) == 1;
}

void set_outcome(ports::SqlSession &db, std::int64_t seq, domain::Outcome outcome, std::string_view reason) {
  db.execute("UPDATE purser_events SET outcome = $2, reason = $3 WHERE seq = $1", {seq, static_cast<std::int64_t>(outcome), reason});
}

std::optional<StoredEvent> find_event(ports::SqlSession &db, bool livemode, std::string_view stripe_account, std::string_view id) {
  std::optional<StoredEvent> found;
  db.execute("SELECT seq, api_version FROM purser_events WHERE livemode = $1 AND stripe_account = $2 AND id = $3",
             {std::int64_t{livemode}, stripe_account, id}, [&](const ports::SqlRow &row) {
               found = StoredEvent{row.integer(0), std::string(row.text(1))};
               return false;
             });
  return found;
}

bool new_rendering(ports::SqlSession &db, std::int64_t event_seq, std::string_view api_version) {
  bool seen = false;
  db.execute("SELECT 1 FROM purser_payloads WHERE event_seq = $1 AND api_version = $2 AND seq <> event_seq", {event_seq, api_version},
             [&](const ports::SqlRow &) { return !(seen = true); });
  return !seen;
}

void insert_payload(ports::SqlSession &db, std::int64_t seq, std::int64_t event_seq, std::string_view api_version, std::string_view body,
                    TimeMs at) {
  db.execute("INSERT INTO purser_payloads (seq, event_seq, api_version, body, received_at_ms) VALUES ($1, $2, $3, $4, $5)",
             {seq, event_seq, api_version, ports::Blob{body}, at});
}

void insert_quarantine(ports::SqlSession &db, std::int64_t seq, std::string_view event, std::string_view type, domain::Outcome outcome,
                       std::string_view reason, std::string_view body, TimeMs at) {
  db.execute("INSERT INTO purser_quarantine (seq, event, type, outcome, reason, body, received_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)",
             {seq, event, type, static_cast<std::int64_t>(outcome), reason, ports::Blob{body}, at});
}

}  // namespace purser::store
