// How a command ends.
#ifndef PURSER_CLI_EXIT_HPP
#define PURSER_CLI_EXIT_HPP
#include <stdexcept>

namespace purser::cli {

constexpr int exit_yes = 0;     ///< done, accepted, allowed
constexpr int exit_no = 1;      ///< rejected, not allowed, refused under --strict
constexpr int exit_usage = 2;   ///< the command line, or a file that it names
constexpr int exit_failed = 3;  ///< the store, the catalog

/// The command line is wrong: exit 2. One line, "what; fix".
struct Usage : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace purser::cli
#endif
