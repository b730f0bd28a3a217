// The purser command.
#include <algorithm>
#include <purser.hpp>

#include "cli.hpp"
#include "terminal.hpp"

namespace purser::cli {
namespace {

constexpr std::int64_t year_10000_s = 253402300800;

/// Keys and secrets that were typed where something else belongs: only their kind is repeated.
std::string without_secrets(std::string text) {
  constexpr std::string_view word = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+/=";
  for (const std::string_view prefix : {"whsec_", "sk_", "rk_"})
    for (std::size_t at = 0; (at = text.find(prefix, at)) != text.npos;) {
      at += prefix.size();
      const std::size_t end = std::min(text.find_first_not_of(word, at), text.size());
      text.replace(at, end - at, "...");
    }
  return text;
}

int complain(int code, const std::string &message) {
  print_error("purser: " + printable(without_secrets(message)) + "\n");
  return code;
}

/// A mistyped option may be followed by a secret: of what was not expected only the names of options are repeated.
std::string unexpected(const CLI::App &app) {
  std::string names;
  for (const std::string &word : app.remaining(true))
    if (word.size() > 1 && word[0] == '-') names += (names.empty() ? "" : " ") + word.substr(0, word.find('='));
  return names.empty() ? "there are more arguments than the command takes" : "unknown option " + names;
}

std::string deepest_command(const CLI::App &app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app.get_name() : app.get_name() + " " + deepest_command(*chosen.front());
}

int usage_error(const CLI::App &app, const CLI::ParseError &error) {
  const bool extras = dynamic_cast<const CLI::ExtrasError *>(&error) != nullptr;
  const std::string what = extras ? unexpected(app) : error.what();
  return complain(exit_usage, what + "; see " + deepest_command(app) + " --help");
}

int run_command(int count, char **words) {
  CLI::App app("Subscriptions, webhooks, tiers and entitlements: the store of a host, from the command line.", "purser");
  Run run;
  app.require_subcommand(1);
  app.set_version_flag("--version", "purser " + version());
  app.footer("Exit codes: 0 done or yes, 1 no, 2 wrong usage, 3 failed. Every command explains itself: purser check --help");
  add_webhook(app, run);
  add_replay(app, run);
  add_account(app, run);
  add_check(app, run);
  add_invoice(app, run);
  add_gap(app, run);
  add_event(app, run);
  add_parked(app, run);
  add_health(app, run);
  add_ledger(app, run);
  add_store(app, run);
  try {
    app.parse(count, words);
  } catch (const CLI::Success &asked) {
    return app.exit(asked);  // --help, --version
  } catch (const CLI::ParseError &error) { return usage_error(app, error); }
  return run();
}

}  // namespace

CLI::Option *add_seconds(CLI::App &app, const std::string &name, std::optional<std::int64_t> &into, const std::string &help) {
  return app.add_option(name, into, help + " (unix seconds)")
      ->type_name("SEC")
      ->check(CLI::Range(std::int64_t{0}, year_10000_s - 1).description(""));
}

CLI::Option *add_store_option(CLI::App &command, std::string &into) {
  return command.add_option("--store", into, "The store: a file, or sqlite:FILE")->required();
}

CLI::Option *add_json_option(CLI::App &command, bool &into, const std::string &schema) {
  return command.add_flag("--json", into, "One JSON object (schemas/" + schema + ".schema.json)");
}

CLI::Option *add_limit_option(CLI::App &command, std::int64_t &into) {
  return command.add_option("--limit", into, "How many at most (" + std::to_string(listed_default) + " unless told)")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{100'000}).description(""));
}

void add_asking(CLI::App &command, Asking &into, const std::string &schema) {
  add_store_option(command, into.store);
  command.add_option("--api-base", into.api_base, "A sandbox on loopback instead of Stripe")->type_name("URL");
  add_seconds(command, "--now", into.now_s, "Act at this moment instead of the clock's");
  add_json_option(command, into.json, schema);
}

}  // namespace purser::cli

int main(int count, char **words) {
  using namespace purser::cli;
  try {
    return run_command(count, words);
  } catch (const Usage &error) { return complain(exit_usage, error.what()); } catch (const std::exception &error) {
    return complain(exit_failed, error.what());
  }
}
