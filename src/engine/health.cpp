// What belongs to nobody, and the figures that show whether the store can be trusted.
#include "engine/impl.hpp"
#include "store/counter.hpp"
#include "store/gap.hpp"
#include "store/nobodys.hpp"

namespace purser::engine {
namespace {

constexpr std::int64_t page_default = 100;
constexpr std::int64_t page_max = 1000;

}  // namespace

ParkedList Engine::Impl::parked_list(std::int64_t limit, std::string_view after, bool foreign) {
  if (limit < 0 || limit > page_max)
    throw Failure(Status::invalid, "limit_invalid", "expected a limit of 0 (100) to 1,000, found another number; correct it", "limit");
  if (limit == 0) limit = page_default;
  const auto from = store::nobodys_cursor(after);
  if (!from)
    throw Failure(Status::invalid, "after_invalid", "expected `next` of an earlier page, found something else; pass it unchanged", "after");
  ParkedList list;
  read([&](ports::SqlSession &db) {
    const auto rows = store::nobodys(db, foreign ? domain::Outcome::foreign : domain::Outcome::parked, *from, limit);
    for (const store::NobodysRow &row : rows)
      list.objects.push_back({row.key.type, row.key.id, row.customer, store::suggestion(db, row), domain::name(row.outcome),
                              row.key.stripe_account, row.seen_at_ms});
    if (static_cast<std::int64_t>(rows.size()) == limit) list.next = store::cursor_text(rows.back());
  });
  return list;
}

Health Engine::Impl::health_read() {
  Health h;
  read([&](ports::SqlSession &db) {
    const store::ReceivedTotals received = store::received_totals(db);
    h.events = received.events;
    h.quarantined = received.quarantined;
    h.unconfirmed = received.unconfirmed;
    h.parked = received.parked;
    h.foreign = received.foreign;
    h.gaps = store::counter(db, store::gaps_counter);
    h.gaps_per_1000_events = h.events == 0 ? 0 : (h.gaps * 1000 + h.events - 1) / h.events;
    const store::GapTotals gaps = store::gap_totals(db);
    h.waiting_gaps = gaps.waiting;
    h.oldest_gap_ms = gaps.oldest_since_ms;
    h.fetches = store::counter(db, store::fetches_counter);
    h.not_found = store::counter(db, store::not_found_counter);
    h.mismatched_renderings = store::counter(db, store::mismatched_counter);
    h.swept_missed = store::counter(db, store::missed_counter);
    h.swept_until_ms = store::counter(db, store::swept_counter);
    h.late = store::counter(db, store::late_counter);
  });
  return h;
}

}  // namespace purser::engine
