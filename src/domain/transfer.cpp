#include "domain/transfer.hpp"

namespace purser::domain {

Transfer join(std::span<const Seen<Transfer>> facts) {
  Transfer joined = greatest(facts, [](const auto &seen) { return seen.state.amount_reversed; });
  raise(joined, facts, &Transfer::reversed);
  return joined;
}

}  // namespace purser::domain
