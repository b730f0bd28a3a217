// purser check
#include "cli.hpp"
#include "open.hpp"
#include "terminal.hpp"

namespace purser::cli {
namespace {

struct Options {
  std::string account, feature, store;
  std::optional<std::int64_t> at_s;
};

int check(const Options &options) {
  const Purser purser = open({.store = options.store, .now_s = options.at_s});
  const bool allowed = purser.check(options.account, options.feature);
  print(allowed ? coloured(Colour::green, "yes") + "\n" : coloured(Colour::red, "no") + "\n");
  return allowed ? exit_yes : exit_no;
}

}  // namespace

void add_check(CLI::App &app, Run &run) {
  auto options = std::make_shared<Options>();
  CLI::App *command = app.add_subcommand("check", "May this account do this? Exit 0 yes, 1 no");
  command->add_option("ID", options->account, "The account, by the host's own id")->required();
  command->add_option("FEATURE", options->feature, "A feature's key in the catalog")->required();
  add_store_option(*command, options->store);
  add_seconds(*command, "--at", options->at_s, "Decide for this moment, by what is known today");
  command->footer(
      "Examples:\n"
      "  purser check acct_42 crm --store purser.db && echo welcome\n"
      "  purser check acct_42 crm --store purser.db --at 1767225600");
  command->callback([options, &run] { run = [options] { return check(*options); }; });
}

}  // namespace purser::cli
