// purser store tidy
#include "cli.hpp"
#include "json.hpp"
#include "terminal.hpp"

namespace purser::cli {
namespace {

struct Options {
  std::string store;
  std::int64_t budget_s = 0;
  std::optional<std::int64_t> now_s;
  bool json = false;
};

/// schemas/store-tidy.schema.json
std::string as_json(const Tidied &tidied) {
  Json json;
  json.object().key("payloads").number(tidied.payloads).key("compacted").number(tidied.compacted);
  json.key("forgotten").number(tidied.forgotten).key("more").boolean(tidied.more).end();
  return json.written() + "\n";
}

std::string for_people(const Tidied &tidied) {
  return table({{"event bodies deleted", grouped(tidied.payloads)},
                {"observations compacted", grouped(tidied.compacted)},
                {"parked and foreign objects forgotten", grouped(tidied.forgotten)}}) +
         (tidied.more ? "\nThere is more to do; run it again, or with a longer --budget.\n" : "");
}

int tidy(const Options &options) {
  const Tidied tidied = open({.store = options.store, .now_s = options.now_s}).store_tidy({.budget_ms = options.budget_s * 1000});
  print(options.json ? as_json(tidied) : for_people(tidied));
  return exit_yes;
}

}  // namespace

void add_store(CLI::App &app, Run &run) {
  auto options = std::make_shared<Options>();
  CLI::App *group = app.add_subcommand("store", "Housekeeping of the store");
  group->require_subcommand(1);
  CLI::App *command = group->add_subcommand("tidy", "Delete what is kept for a time only; hosts with threads do it every hour");
  add_store_option(*command, options->store);
  command->add_option("--budget", options->budget_s, "How long it may take (seconds; 1 unless told)")
      ->type_name("SEC")
      ->check(CLI::Range(1, 3600).description(""));
  add_seconds(*command, "--now", options->now_s, "Judge ages by this moment instead of the clock");
  add_json_option(*command, options->json, "store-tidy");
  command->footer("Example:\n  purser store tidy --store purser.db --budget 60");
  command->callback([options, &run] { run = [options] { return tidy(*options); }; });
}

}  // namespace purser::cli
