#include "domain/dispute.hpp"

namespace purser::domain {
namespace {

constexpr int open_steps = 4;
int rank(std::string_view status) {
  return step(status, {{"warning_needs_response"},
                       {"warning_under_review"},
                       {"needs_response"},
                       {"under_review"},
                       {"won", "lost", "warning_closed", "prevented", "charge_refunded"}});
}

}  // namespace

bool closed_dispute(std::string_view status) { return rank(status) >= 2 + open_steps; }

Dispute join(std::span<const Seen<Dispute>> facts) {
  Dispute joined = greatest(facts, [](const auto &seen) { return rank(seen.state.status); });
  keep(joined, facts, &Dispute::charge);
  keep(joined, facts, &Dispute::payment_intent);
  return joined;
}

}  // namespace purser::domain
