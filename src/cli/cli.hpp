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

namespace purser::cli {

/// What the command line asks for. Set while parsing, called afterwards; returns the exit code.
using Run = std::function<int()>;

void add_webhook(CLI::App &app, Run &run);
void add_replay(CLI::App &app, Run &run);
void add_account(CLI::App &app, Run &run);
void add_check(CLI::App &app, Run &run);

/// An option in unix seconds, up to the end of the year 9999.
CLI::Option *add_seconds(CLI::App &app, const std::string &name, std::optional<std::int64_t> &into, const std::string &help);

}  // namespace purser::cli
#endif
