// One seed: steps under faults, and rests at which everything must be as at Stripe.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "post.hpp"
#include "steps.hpp"

namespace purser::simulator {

/// How often a fault met a step of a kind.
using Table = std::array<std::array<std::int64_t, fault_names.size()>, steps.size()>;

struct Options {
  std::int64_t steps = 50;
  std::string sabotage;  ///< one of sabotages, or empty
};
/// Deliberate faults of the harness, to see that it notices.
inline constexpr std::array<std::string_view, 9> sabotages{"wrong-grace",   "wrong-slack",      "wrong-pause",
                                                           "lost-for-good", "errors-forgotten", "last-arrival",
                                                           "one-missing",   "changes-missed",   "refunds-unseen"};

struct Run {
  std::string failure;  ///< empty = all was as it must be
  std::vector<std::string> log;
  std::vector<int> taken;  ///< numbers of the steps that were possible
  Table table{};
  std::int64_t steps = 0, events = 0, arrivals = 0, rests = 0, moments = 0, compared = 0, fetched = 0;
};
/// `only`: the numbers of the steps to take; all where it is null.
Run run(std::uint64_t seed, const Options &options, const std::set<int> *only = nullptr);

/// Fewer steps that still fail.
Run shrunk(std::uint64_t seed, const Options &options, const Run &failed, int attempts);

}  // namespace purser::simulator
