// Objects that belong to no account: parked ones, and another application's; and how much came in at all.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "domain/fact.hpp"
#include "domain/outcome.hpp"
#include "ports/sql.hpp"

namespace purser::store {

struct NobodysRow {
  domain::ObjectKey key;
  std::string customer;
  domain::Outcome outcome = domain::Outcome::parked;
  TimeMs seen_at_ms = 0;
};
/// Where a page begins: behind this object.
struct NobodysCursor {
  TimeMs seen_at_ms = -1;
  std::string type, id, stripe_account;
};
/// Empty text = the first page; nullopt = no text that cursor_text wrote.
std::optional<NobodysCursor> nobodys_cursor(std::string_view text);
std::string cursor_text(const NobodysRow &row);

/// Oldest first.
std::vector<NobodysRow> nobodys(ports::SqlSession &db, domain::Outcome outcome, const NobodysCursor &after, std::int64_t limit);
/// An account that a checkout session of the same customer names without proof; empty for none.
std::string suggestion(ports::SqlSession &db, const NobodysRow &row);

struct ReceivedTotals {
  std::int64_t events = 0, quarantined = 0, unconfirmed = 0, parked = 0, foreign = 0;
};
ReceivedTotals received_totals(ports::SqlSession &db);

}  // namespace purser::store
