#include "domain/invoice.hpp"

#include <algorithm>
#include <tuple>

namespace purser::domain {
namespace {

/// Attempts before time: they only rise, clocks may not. Of two prints of one second the one that knows the next attempt is the later.
auto rank(const Seen<Invoice> &seen) {
  const Invoice &i = seen.state;
  return std::tuple(step(i.status, {{"draft"}, {"open"}, {"uncollectible"}, {"paid", "void", "deleted"}}), i.attempt_count, seen.created_s,
                    i.amount_paid, i.attempted, i.next_payment_attempt_s);
}

}  // namespace

std::int64_t Invoice::paid_until_s() const {
  std::int64_t until = 0;
  for (const InvoiceLine &line : lines)
    if (!line.proration) until = std::max(until, line.period_end_s);
  return until;
}

Invoice join(std::span<const Seen<Invoice>> facts) {
  Invoice joined = greatest(facts, rank);
  raise(joined, facts, &Invoice::amount_paid);
  raise(joined, facts, &Invoice::attempt_count);
  raise(joined, facts, &Invoice::attempted);
  keep(joined, facts, &Invoice::subscription);
  keep(joined, facts, &Invoice::charge);
  for (const auto &seen : facts)
    joined.payment_intents.insert(joined.payment_intents.end(), seen.state.payment_intents.begin(), seen.state.payment_intents.end());
  make_set(joined.payment_intents);
  return joined;
}

}  // namespace purser::domain
