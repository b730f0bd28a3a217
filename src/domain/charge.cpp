#include "domain/charge.hpp"

#include <tuple>

namespace purser::domain {

Charge join(std::span<const Seen<Charge>> facts) {
  Charge joined = greatest(facts, [](const auto &seen) {
    return std::tuple(seen.state.amount_refunded, step(seen.state.status, {{"pending"}, {"failed", "succeeded"}}));
  });
  raise(joined, facts, &Charge::refunded);
  raise(joined, facts, &Charge::disputed);
  keep(joined, facts, &Charge::customer);
  keep(joined, facts, &Charge::invoice);
  keep(joined, facts, &Charge::payment_intent);
  return joined;
}

}  // namespace purser::domain
