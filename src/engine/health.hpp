// What the receiving side says about itself: gaps, sweeps, what belongs to nobody, figures.
#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace purser::engine {

struct GapsFetched {
  std::int64_t fetched = 0, closed = 0, not_found = 0, failed = 0, waiting = 0;
  TimeMs next_due_ms = 0;
};
BOOST_DESCRIBE_STRUCT(GapsFetched, (), (fetched, closed, not_found, failed, waiting, next_due_ms))

struct Swept {
  std::int64_t listed = 0, missed = 0;
  TimeMs swept_until_ms = 0;
};
BOOST_DESCRIBE_STRUCT(Swept, (), (listed, missed, swept_until_ms))

struct ParkedObject {
  std::string type, id, customer, suggestion, outcome, stripe_account;
  TimeMs since_ms = 0;
};
BOOST_DESCRIBE_STRUCT(ParkedObject, (), (type, id, customer, suggestion, outcome, stripe_account, since_ms))
struct ParkedList {
  std::vector<ParkedObject> objects;
  std::string next;
};
BOOST_DESCRIBE_STRUCT(ParkedList, (), (objects, next))

struct Health {
  std::int64_t events = 0, gaps = 0, gaps_per_1000_events = 0, waiting_gaps = 0;
  TimeMs oldest_gap_ms = 0;
  std::int64_t fetches = 0, not_found = 0, unconfirmed = 0, mismatched_renderings = 0, swept_missed = 0;
  TimeMs swept_until_ms = 0;
  std::int64_t late = 0, parked = 0, foreign = 0, quarantined = 0;
};
BOOST_DESCRIBE_STRUCT(Health, (),
                      (events, gaps, gaps_per_1000_events, waiting_gaps, oldest_gap_ms, fetches, not_found, unconfirmed,
                       mismatched_renderings, swept_missed, swept_until_ms, late, parked, foreign, quarantined))

}  // namespace purser::engine
