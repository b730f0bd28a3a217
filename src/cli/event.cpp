// purser event sweep
#include "cli.hpp"
#include "json.hpp"
#include "terminal.hpp"

namespace purser::cli {
namespace {

struct Options {
  Asking asking;
  std::optional<std::int64_t> since_s;
};

/// schemas/event-sweep.schema.json
std::string as_json(const Swept &swept) {
  Json json;
  json.object().key("listed").number(swept.listed).key("missed").number(swept.missed);
  json.key("swept_until_ms").number(swept.swept_until_ms).end();
  return json.written() + "\n";
}

std::string for_people(const Swept &swept) {
  const std::string missed = counted(swept.missed, "webhook") + " had not come and " + (swept.missed == 1 ? "is" : "are") + " taken in now";
  return counted(swept.listed, "event") + " in Stripe's list; " +
         (swept.missed > 0 ? coloured(Colour::yellow, missed) : "none was missed") + "\nThe next sweep begins at " +
         moment(swept.swept_until_ms) + ".\n";
}

int sweep(const Options &options) {
  const Swept swept = open_to_ask(options.asking).event_sweep({.since_ms = options.since_s.value_or(0) * 1000});
  print(options.asking.json ? as_json(swept) : for_people(swept));
  return exit_yes;
}

}  // namespace

void add_event(CLI::App &app, Run &run) {
  auto options = std::make_shared<Options>();
  CLI::App *group = app.add_subcommand("event", "Events");
  group->require_subcommand(1);
  CLI::App *command = group->add_subcommand("sweep", "Read Stripe's list of events and take in those whose webhook never came");
  add_asking(*command, options->asking, "event-sweep");
  add_seconds(*command, "--since", options->since_s, "From this moment on, instead of where the last sweep ended; Stripe keeps 30 days");
  command->footer(
      "The key is STRIPE_SECRET_KEY's.\n\nExamples:\n"
      "  purser event sweep --store purser.db\n"
      "  purser event sweep --store purser.db --since \"$(date -d '3 days ago' +%s)\"");
  command->callback([options, &run] { run = [options] { return sweep(*options); }; });
}

}  // namespace purser::cli
