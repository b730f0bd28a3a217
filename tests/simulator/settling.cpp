#include "settling.hpp"

#include <stdexcept>

namespace purser::simulator {
namespace {

constexpr int refused_percent = 10;  ///< rests at which Stripe answers 429 first
constexpr int rounds_max = 60;
constexpr std::int64_t gaps_max = 1000;

}  // namespace

std::int64_t settle(Stage &stage, Dice &dice) {
  std::int64_t fetched = 0;
  if (dice.chance(refused_percent)) stage.refuse_fetches(static_cast<std::int32_t>(dice.between(1, 3)));
  for (int round = 0; round < rounds_max; ++round) {
    const bool quiet = stage.arrives(dice);
    if (!stage.heals) {
      if (quiet) return fetched;
      continue;
    }
    stage.heal_lost();
    const GapsFetched gaps = stage.purser.gap_fetch({.limit = gaps_max});
    fetched += gaps.fetched;
    if (gaps.waiting > 0) {
      stage.box.advance(std::max<std::int64_t>(gaps.next_due_ms - stage.now_ms(), 1));
    } else if (quiet) {
      stage.refuse_fetches(0);
      return fetched;
    }
  }
  throw std::runtime_error("gaps are open after " + std::to_string(rounds_max) + " rounds of fetches");
}

}  // namespace purser::simulator
