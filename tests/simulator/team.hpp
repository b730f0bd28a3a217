// Many seeds in several processes: a seed that crashes takes its own process down and is named.
#pragma once
#include <string>
#include <vector>

#include "run.hpp"

namespace purser::simulator {

struct Task {
  std::int64_t first = 1, seeds = 100, jobs = 1;
  Options options;
};
struct Sum {
  struct Failure {
    std::int64_t seed = 0;
    std::string what;
  };
  std::vector<Failure> failures;
  Table table{};
  std::int64_t seeds = 0, steps = 0, events = 0, arrivals = 0, rests = 0, moments = 0, compared = 0, fetched = 0;
  bool complete = true;
};
Sum simulate_all(const Task &task);

}  // namespace purser::simulator
