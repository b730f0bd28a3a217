// What a fact leaves open: an undecided state, an object that is named and was never seen, a change that Stripe must make by a moment.
#include <algorithm>

#include "engine/change.hpp"
#include "store/counter.hpp"
#include "store/gap.hpp"

namespace purser::engine {
namespace {

// An object that never comes to rest is fetched nevertheless.
constexpr TimeMs longest_wait_ms = 10 * 60 * second_ms;
constexpr TimeMs shortest_wait_ms = 2 * second_ms;

}  // namespace

void Change::expect(store::ObjectRow &object, domain::Heard heard) const {
  if (object.key.type != "subscription") return;
  const TimeMs expected = domain::expected_by(stripe::subscription_of(object.record), world_.catalog);
  if (expected <= now_ && heard == domain::Heard::by_event && object.expect_at_ms > now_ && object.expect_at_ms != forever_ms) return;
  object.expect_at_ms = domain::ask_at(expected, now_, heard);
}

void Change::find_gaps(const stripe::Observation &o, const store::ObjectRow &object, std::int64_t created_s) {
  if (object.doubt != domain::Doubt::none) open_gap(o.key, domain::name(object.doubt), add_ms(to_ms(created_s), quiet_ms));
  if (o.key.type == "entitlements.active_entitlement_summary" && stripe::entitlement_summary_of(object.record).has_more)
    open_gap(o.key, "undecided", add_ms(to_ms(created_s), quiet_ms));
  for (const auto &[type, id] : o.references) {
    const domain::ObjectKey key{o.key.livemode, o.key.stripe_account, type, id};
    if (!store::load_object(db_, key)) open_gap(key, "dangling", add_ms(now_, quiet_ms));
  }
}

void Change::open_gap(const domain::ObjectKey &key, std::string_view reason, TimeMs due_at_ms) {
  store::GapRow gap{key, std::string(reason), now_, std::max(due_at_ms, add_ms(now_, shortest_wait_ms)), 0, 0};
  if (const auto open = store::load_gap(db_, key)) {
    if (open->due_at_ms >= gap.due_at_ms) return;
    gap.since_ms = open->since_ms;
    gap.tries = open->tries;
    gap.held_until_ms = open->held_until_ms;
    gap.due_at_ms = std::max(open->due_at_ms, std::min(gap.due_at_ms, add_ms(gap.since_ms, longest_wait_ms)));
  } else {
    store::count(db_, store::gaps_counter);
  }
  store::put_gap(db_, gap);
  sequence_.wrote = true;
}

}  // namespace purser::engine
