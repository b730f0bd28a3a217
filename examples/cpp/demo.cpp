// Replays history.jsonl one observation at a time and prints, after each, what acct_42 holds at that moment.
//   demo_cpp catalog.json history.jsonl
#include <algorithm>
#include <fstream>
#include <iostream>
#include <purser.hpp>

using purser::Purser;

/// The first number of a line is its moment in unix seconds.
std::int64_t moment_ms(const std::string &line) { return std::stoll(line.substr(line.find_first_of("0123456789"))) * 1000; }

std::string outcome_of(const purser::ReplayReport &report) {
  const auto found = std::find_if(report.outcomes.begin(), report.outcomes.end(), [](const auto &one) { return one.count > 0; });
  return found == report.outcomes.end() ? "none" : found->outcome;
}

void print_account(const Purser &purser) {
  const purser::AccountView view = purser.account_read({.account = "acct_42"});
  for (const char *between = ""; const auto &held : view.tiers) {
    std::cout << between << held.product << "/" << held.tier;
    between = " ";
  }
  std::cout << "\t" << (purser.check("acct_42", "leads") ? "yes" : "no");
  for (const auto &held : view.limits)
    if (held.meter == "pool_emails") std::cout << "\t" << held.limit;
  std::cout << "\t" << view.state_hash.substr(0, 12) << "\n";
}

int main(int count, char **words) try {
  if (count != 3) {
    std::cerr << "usage: demo_cpp CATALOG HISTORY\n";
    return 2;
  }
  std::int64_t clock_ms = 0;  // the history's own time
  const Purser purser =
      Purser::open({.store = "sqlite::memory:", .catalog = words[1], .mode = "offline", .now_ms = [&clock_ms] { return clock_ms; }});
  std::ifstream history(words[2]);
  std::string line;
  for (int step = 1; std::getline(history, line); step++) {
    clock_ms = std::max(clock_ms, moment_ms(line));  // time never runs back, also where a document is late
    const purser::ReplayReport report = purser.event_replay({.documents = line});
    std::cout << step << "\t" << outcome_of(report) << "\t";
    print_account(purser);
  }
} catch (const std::exception &error) {
  std::cerr << error.what() << "\n";
  return 1;
}
