// The simulator: seeds of accounts that buy, change, fail and recover at a Stripe in the sandbox, with faults on the way to the host. Every
// account's tiers and grants must equal Stripe's truth.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>

#include "run.hpp"
#include "team.hpp"

using namespace purser::simulator;

namespace {

constexpr int exit_red = 1, exit_usage = 2;
constexpr std::int64_t cell_least = 100;
constexpr int shrink_attempts = 200;
constexpr std::size_t reports_max = 3;

const char *const usage =
    R"(usage: purser_simulator [--seeds N] [--first S] [--steps N] [--jobs N] [--table] [--require-table] [--sabotage WORD]
       purser_simulator --seed S [--steps N] [--sabotage WORD]     replays one, step by step

  --table          print how often each fault met each kind of step
  --require-table  fail where a fault met a kind of step less than 100 times
  --sabotage       break the harness or the oracle on purpose: it must turn red. WORD: )";

struct Arguments {
  std::int64_t seeds = 100, first = 1, jobs = 1, seed = -1;
  bool table = false, require_table = false;
  Options options;
};

[[noreturn]] void refuse(const std::string &what) {
  std::fprintf(stderr, "%s\n%s", what.c_str(), usage);
  for (const std::string_view word : sabotages) std::fprintf(stderr, "%s ", std::string(word).c_str());
  std::fprintf(stderr, "\n");
  std::exit(exit_usage);
}

Arguments read(int count, char **words) {
  Arguments arguments;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    const auto value = [&]() -> std::string {
      if (++i == count) refuse(word + " needs a value");
      return words[i];
    };
    const auto number = [&] {
      const std::string text = value();
      char *end = nullptr;
      const std::int64_t read = std::strtoll(text.c_str(), &end, 10);
      if (text.empty() || *end || read < 0) refuse(word + ": expected a whole number, found " + text);
      return read;
    };
    if (word == "--seeds")
      arguments.seeds = number();
    else if (word == "--first")
      arguments.first = number();
    else if (word == "--seed")
      arguments.seed = number();
    else if (word == "--jobs")
      arguments.jobs = number();
    else if (word == "--steps")
      arguments.options.steps = number();
    else if (word == "--table")
      arguments.table = true;
    else if (word == "--require-table")
      arguments.require_table = arguments.table = true;
    else if (word == "--sabotage")
      arguments.options.sabotage = value();
    else
      refuse("unknown argument " + word);
  }
  const std::string &sabotage = arguments.options.sabotage;
  if (!sabotage.empty() && std::find(sabotages.begin(), sabotages.end(), sabotage) == sabotages.end())
    refuse("no sabotage is called " + sabotage);
  return arguments;
}

int replay(const Arguments &arguments) {
  const Run made = run(static_cast<std::uint64_t>(arguments.seed), arguments.options);
  for (const std::string &line : made.log) std::printf("%s\n", line.c_str());
  if (made.failure.empty()) {
    std::printf("seed %lld: %lld steps, %lld events, as at Stripe\n", static_cast<long long>(arguments.seed),
                static_cast<long long>(made.steps), static_cast<long long>(made.events));
    return 0;
  }
  std::printf("seed %lld fails: %s\n", static_cast<long long>(arguments.seed), made.failure.c_str());
  const Run least = shrunk(static_cast<std::uint64_t>(arguments.seed), arguments.options, made, shrink_attempts);
  std::printf("\nwith fewer steps:\n");
  for (const std::string &line : least.log) std::printf("  %s\n", line.c_str());
  std::printf("  fails: %s\n", least.failure.c_str());
  return exit_red;
}

bool print_table(const Table &table, bool required) {
  std::printf("\n%-18s", "step");
  for (const std::string_view fault : fault_names) std::printf("%10s", std::string(fault).c_str());
  std::printf("\n");
  bool enough = true;
  for (std::size_t kind = 0; kind < steps.size(); ++kind) {
    std::printf("%-18s", std::string(steps[kind].kind).c_str());
    for (std::size_t fault = 0; fault < fault_names.size(); ++fault) {
      const bool few = table[kind][fault] < cell_least;
      if (few && steps[kind].sends) enough = false;
      std::printf("%9lld%s", static_cast<long long>(table[kind][fault]), few && required && steps[kind].sends ? "!" : " ");
    }
    std::printf("\n");
  }
  if (required && !enough) std::printf("a fault met a kind of step less than %lld times (!)\n", static_cast<long long>(cell_least));
  return enough;
}

int simulate(const Arguments &arguments) {
  std::printf("seeds %lld to %lld, %lld steps each, %lld at a time\n", static_cast<long long>(arguments.first),
              static_cast<long long>(arguments.first + arguments.seeds - 1), static_cast<long long>(arguments.options.steps),
              static_cast<long long>(arguments.jobs));
  const auto began = std::chrono::steady_clock::now();
  const Sum sum = simulate_all({arguments.first, arguments.seeds, arguments.jobs, arguments.options});
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  for (std::size_t i = 0; i < std::min(reports_max, sum.failures.size()); ++i)
    std::printf("\nseed %lld fails: %s\n  replay: ./dev sim --seed %lld --steps %lld\n", static_cast<long long>(sum.failures[i].seed),
                sum.failures[i].what.c_str(), static_cast<long long>(sum.failures[i].seed),
                static_cast<long long>(arguments.options.steps));
  const bool enough = !arguments.table || print_table(sum.table, arguments.require_table) || !arguments.require_table;
  std::printf(
      "\n%lld seeds, %lld steps, %lld events, %lld arrivals, %lld rests, %lld accounts compared at %lld moments, %lld objects fetched\n",
      static_cast<long long>(sum.seeds), static_cast<long long>(sum.steps), static_cast<long long>(sum.events),
      static_cast<long long>(sum.arrivals), static_cast<long long>(sum.rests), static_cast<long long>(sum.compared),
      static_cast<long long>(sum.moments), static_cast<long long>(sum.fetched));
  std::printf("%.1f s, %.1f seeds/s; %zu failed%s\n", seconds, static_cast<double>(sum.seeds) / seconds, sum.failures.size(),
              sum.complete ? "" : "; a worker broke off");
  return sum.failures.empty() && enough && sum.complete ? 0 : exit_red;
}

}  // namespace

int main(int count, char **words) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  try {
    const Arguments arguments = read(count, words);
    return arguments.seed >= 0 ? replay(arguments) : simulate(arguments);
  } catch (const std::exception &error) {
    std::fprintf(stderr, "%s\n", error.what());
    return exit_red;
  }
}
