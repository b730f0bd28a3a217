#include "domain/refund.hpp"

namespace purser::domain {

Refund join(std::span<const Seen<Refund>> facts) {
  Refund joined = greatest(facts, [](const auto &seen) {
    return step(seen.state.status, {{"pending"}, {"requires_action"}, {"succeeded"}, {"failed", "canceled"}});
  });
  keep(joined, facts, &Refund::charge);
  keep(joined, facts, &Refund::payment_intent);
  return joined;
}

}  // namespace purser::domain
