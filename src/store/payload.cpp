#include "store/payload.hpp"

namespace purser::store {

using ports::SqlRow;

void each_payload(ports::SqlSession &db, Shelf shelf, std::int64_t after, std::int64_t limit,
                  const std::function<bool(const Payload &)> &visit) {
  const std::string_view sql =
      shelf == Shelf::payloads
          ? "SELECT seq, event_seq, body, api_version, received_at_ms FROM purser_payloads WHERE seq > $1 ORDER BY seq LIMIT $2"
          : "SELECT seq, 0, body, type, received_at_ms FROM purser_quarantine WHERE seq > $1 ORDER BY seq LIMIT $2";
  db.execute(sql, {after, limit}, [&](const SqlRow &row) {
    return visit({row.integer(0), row.integer(1), row.text(2), row.text(3), row.integer(4)});
  });
}

std::int64_t delete_payload(ports::SqlSession &db, Shelf shelf, std::int64_t seq) {
  return db.execute(
      shelf == Shelf::payloads ? "DELETE FROM purser_payloads WHERE seq = $1" : "DELETE FROM purser_quarantine WHERE seq = $1", {seq});
}

std::int64_t delete_old_payloads(ports::SqlSession &db, Shelf shelf, TimeMs before_ms, std::int64_t limit) {
  // The sequence rises with time: the oldest rows have the least numbers, and the first young one ends the search.
  std::vector<std::int64_t> old;
  const std::string_view sql = shelf == Shelf::payloads ? "SELECT seq, received_at_ms FROM purser_payloads ORDER BY seq LIMIT $1"
                                                        : "SELECT seq, received_at_ms FROM purser_quarantine ORDER BY seq LIMIT $1";
  db.execute(sql, {limit}, [&](const SqlRow &row) {
    if (row.integer(1) >= before_ms) return false;
    old.push_back(row.integer(0));
    return true;
  });
  for (const std::int64_t seq : old) delete_payload(db, shelf, seq);
  return static_cast<std::int64_t>(old.size());
}

void each_event(ports::SqlSession &db, std::int64_t after, std::int64_t limit, const std::function<bool(const EventName &)> &visit) {
  db.execute("SELECT seq, object_id FROM purser_events WHERE seq > $1 ORDER BY seq LIMIT $2", {after, limit}, [&](const SqlRow &row) {
    return visit({row.integer(0), row.text(1)});
  });
}

void blank_event(ports::SqlSession &db, std::int64_t seq) {
  db.execute("UPDATE purser_events SET object_id = '', reason = 'erased' WHERE seq = $1", {seq});
}

EventFacts event_facts(ports::SqlSession &db, std::int64_t seq) {
  EventFacts facts;
  db.execute("SELECT id, type, created_s FROM purser_events WHERE seq = $1", {seq}, [&](const SqlRow &row) {
    facts = {std::string(row.text(0)), std::string(row.text(1)), row.integer(2)};
    return false;
  });
  return facts;
}

}  // namespace purser::store
