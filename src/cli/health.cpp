// purser health
#include <utility>

#include "cli.hpp"
#include "json.hpp"
#include "terminal.hpp"

namespace purser::cli {
namespace {

/// A figure with the name that it has in JSON, and what it is for people.
struct Figure {
  const char *name, *what;
  std::int64_t Health::*value;
  bool moment = false;
};

constexpr Figure figures[] = {
    {"events", "events stored", &Health::events},
    {"gaps", "gaps opened", &Health::gaps},
    {"gaps_per_1000_events", "gaps per 1,000 events", &Health::gaps_per_1000_events},
    {"waiting_gaps", "gaps waiting now", &Health::waiting_gaps},
    {"oldest_gap_ms", "the oldest waits since", &Health::oldest_gap_ms, true},
    {"fetches", "objects fetched", &Health::fetches},
    {"not_found", "not found at Stripe", &Health::not_found},
    {"unconfirmed", "unconfirmed states now", &Health::unconfirmed},
    {"mismatched_renderings", "mismatched renderings", &Health::mismatched_renderings},
    {"swept_missed", "events that only the list had", &Health::swept_missed},
    {"swept_until_ms", "list read up to", &Health::swept_until_ms, true},
    {"late", "late events", &Health::late},
    {"parked", "parked now", &Health::parked},
    {"foreign", "foreign now", &Health::foreign},
    {"quarantined", "quarantined", &Health::quarantined},
};

/// schemas/health.schema.json
std::string as_json(const Health &health) {
  Json json;
  json.object();
  for (const Figure &figure : figures) json.key(figure.name).number(health.*figure.value);
  return json.end().written() + "\n";
}

std::string for_people(const Health &health) {
  std::vector<std::vector<std::string>> rows;
  for (const Figure &figure : figures) {
    const std::int64_t value = health.*figure.value;
    rows.push_back({figure.what, !figure.moment ? grouped(value) : value == 0 ? "never" : moment(value)});
  }
  return table(rows);
}

int read(const std::string &store, bool json) {
  const Health health = open({.store = store}).health_read();
  print(json ? as_json(health) : for_people(health));
  return exit_yes;
}

}  // namespace

void add_health(CLI::App &app, Run &run) {
  auto options = std::make_shared<std::pair<std::string, bool>>();
  CLI::App *command = app.add_subcommand("health", "Figures that show whether what the store believes can be trusted");
  add_store_option(*command, options->first);
  add_json_option(*command, options->second, "health");
  command->footer("Example:\n  purser health --store purser.db --json");
  command->callback([options, &run] { run = [options] { return read(options->first, options->second); }; });
}

}  // namespace purser::cli
