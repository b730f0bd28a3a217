// purser account close, purser account erase, purser account export
#include <unistd.h>

#include <iostream>

#include "cli.hpp"
#include "json.hpp"
#include "terminal.hpp"

namespace purser::cli {
namespace {

struct Options {
  std::string account;
  Asking asking;
  std::optional<std::string> yes_erase;
  bool at_once = false;
};

/// schemas/account-close.schema.json
std::string as_json(const Closed &closed) {
  Json json;
  json.object().key("subscriptions").number(closed.subscriptions).key("open").number(closed.open);
  json.key("ends_ms").number(closed.ends_ms).key("closed_at_ms").number(closed.closed_at_ms).end();
  return json.written() + "\n";
}

std::string for_people(const std::string &account, const Closed &closed) {
  std::string out = printable(account) + " is closed";
  if (closed.subscriptions == 0) return out + "; no subscription lived\n";
  out += "; " + counted(closed.subscriptions, "subscription") + (closed.subscriptions == 1 ? " ends" : " end");
  out += closed.ends_ms > 0 ? " by " + moment(closed.ends_ms) + "\n" : " now\n";
  if (closed.open > 0)
    out += coloured(Colour::yellow,
                    "Stripe has not confirmed " + grouped(closed.open) + " of them; the host's outbox goes on, or close it again") +
           "\n";
  return out;
}

int close(const Options &options) {
  const Purser purser = open_to_ask(options.asking);
  const Closed closed =
      purser.account_close({.account = options.account, .when = options.at_once ? PURSER_CLOSE_NOW : PURSER_CLOSE_AT_PERIOD_END});
  print(options.asking.json ? as_json(closed) : for_people(options.account, closed));
  return closed.open > 0 ? exit_no : exit_yes;
}

/// schemas/account-erase.schema.json
std::string as_json(const Erased &erased) {
  Json json;
  json.object().key("customers").number(erased.customers).key("objects").number(erased.objects).key("payloads").number(erased.payloads);
  json.key("intents").number(erased.intents).key("ledger_entries").number(erased.ledger_entries).end();
  return json.written() + "\n";
}

std::string for_people(const std::string &account, const Erased &erased) {
  return printable(account) + " is erased\n" +
         table({{"customers", grouped(erased.customers)},
                {"objects", grouped(erased.objects)},
                {"event bodies", grouped(erased.payloads)},
                {"outbox rows", grouped(erased.intents)},
                {"ledger entries", grouped(erased.ledger_entries), "kept, without personal data; the chain is closed"}});
}

/// Nothing brings an erased account back, so its id has to be said twice.
void require_consent(const Options &options) {
  std::string repeated = options.yes_erase.value_or("");
  if (!options.yes_erase && isatty(STDIN_FILENO) == 1 && errors_are_terminal()) {
    print_error("Everything about " + printable(options.account) + " will be deleted; nothing brings it back. Its id again: ");
    std::getline(std::cin, repeated);
  } else if (!options.yes_erase) {
    throw Usage("erasing is not undone by anything; repeat the account's id with --yes-erase ID");
  }
  if (repeated != options.account) throw Usage("the two ids are not the same; nothing was erased");
}

int erase(const Options &options) {
  require_consent(options);
  const Purser purser = open({.store = options.asking.store});
  const Erased erased = purser.account_erase({.account = options.account});
  print(options.asking.json ? as_json(erased) : for_people(options.account, erased));
  return exit_yes;
}

int export_account(const Options &options) {
  const Purser purser = open({.store = options.asking.store});
  print(purser.account_export({.account = options.account}).document + "\n");
  return exit_yes;
}

CLI::App *add(CLI::App &group, Options &options, const std::string &name, const std::string &what) {
  CLI::App *command = group.add_subcommand(name, what);
  command->add_option("ACCOUNT", options.account, "The account, by the host's own id")->required();
  return command;
}

}  // namespace

void add_account_end(CLI::App &group, Run &run) {
  auto options = std::make_shared<Options>();
  CLI::App *closing =
      add(group, *options, "close", "Close the account: nothing can be bought any more, and its subscriptions are cancelled at Stripe");
  closing->add_flag("--at-once", options->at_once, "End the subscriptions now instead of each at the end of its period");
  add_asking(*closing, options->asking, "account-close");
  closing->footer(
      "The key is STRIPE_SECRET_KEY's. Exit 1: Stripe has not confirmed all yet.\n\nExample:\n  purser account close acct_42 --store "
      "purser.db");
  closing->callback([options, &run] { run = [options] { return close(*options); }; });

  CLI::App *erasing = add(group, *options, "erase", "Delete all that the store has of the account's person. Not undone by anything");
  add_store_option(*erasing, options->asking.store);
  erasing->add_option("--yes-erase", options->yes_erase, "The account's id once more; asked for on a terminal")->type_name("ACCOUNT");
  add_json_option(*erasing, options->asking.json, "account-erase");
  erasing->footer(
      "Export first; what Stripe keeps is deleted at Stripe.\n\nExample:\n"
      "  purser account erase acct_42 --store purser.db --yes-erase acct_42");
  erasing->callback([options, &run] { run = [options] { return erase(*options); }; });

  CLI::App *exporting = add(group, *options, "export", "All that the store has of the account, as one JSON document");
  add_store_option(*exporting, options->asking.store);
  exporting->footer("Example:\n  purser account export acct_42 --store purser.db > acct_42.json");
  exporting->callback([options, &run] { run = [options] { return export_account(*options); }; });
}

}  // namespace purser::cli
