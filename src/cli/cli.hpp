// The purser command: one file per group of commands, each a function that adds them. It sees purser.hpp and nothing below.
#ifndef PURSER_CLI_CLI_HPP
#define PURSER_CLI_CLI_HPP
#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "exit.hpp"
#include "open.hpp"

namespace purser::cli {

/// What the command line asks for. Set while parsing, called afterwards; returns the exit code.
using Run = std::function<int()>;

void add_webhook(CLI::App &app, Run &run);
void add_replay(CLI::App &app, Run &run);
void add_account(CLI::App &app, Run &run);
void add_check(CLI::App &app, Run &run);
void add_event(CLI::App &app, Run &run);
void add_gap(CLI::App &app, Run &run);
void add_health(CLI::App &app, Run &run);
void add_invoice(CLI::App &app, Run &run);
void add_ledger(CLI::App &app, Run &run);
void add_parked(CLI::App &app, Run &run);
void add_store(CLI::App &app, Run &run);

// More commands of the group `account`.
void add_account_billing(CLI::App &group, Run &run);
void add_account_end(CLI::App &group, Run &run);

/// An option in unix seconds, up to the end of the year 9999.
CLI::Option *add_seconds(CLI::App &app, const std::string &name, std::optional<std::int64_t> &into, const std::string &help);

/// --store, for the commands that take one and make none.
CLI::Option *add_store_option(CLI::App &command, std::string &into);
/// --json, with its schema's name.
CLI::Option *add_json_option(CLI::App &command, bool &into, const std::string &schema);
/// --limit: how many are listed.
CLI::Option *add_limit_option(CLI::App &command, std::int64_t &into);
/// --store, --api-base, --now and --json of a command that asks Stripe.
void add_asking(CLI::App &command, Asking &into, const std::string &schema);

constexpr std::int64_t listed_default = 100;

}  // namespace purser::cli
#endif
