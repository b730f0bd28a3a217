// What the program is told on its command line.
#pragma once
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace host {

struct Options {
  std::uint16_t port = 0;  ///< 0 = any free one
  std::string catalog;
  std::string store;   ///< Purser's, `sqlite:PATH` or a path
  std::string users;   ///< the host's own SQLite file; empty = beside the store
  std::string origin;  ///< where browsers find this server; empty = http://127.0.0.1:PORT
  std::string service = "purser-reference-host";
  std::vector<std::string> operators;  ///< e-mail addresses that may see the operator's page; on the sandbox everybody may
  std::string sabotage;                ///< with script: what is broken on purpose
  std::uint64_t seed = 0;              ///< of the sandbox; 0 = 1
  bool sandbox = false;                ///< a sandbox in this process instead of Stripe
  bool script = false;                 ///< the whole story, without a browser
  bool confirms = true;                ///< the success page asks Stripe; off only for a sabotage
  bool help = false;
};

/// A command line that cannot be meant.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

Options read_options(const std::vector<std::string> &words);
std::string usage();
/// The plain path of a store; empty for one in memory.
std::string store_path(const std::string &store);
/// The users' file beside the store.
std::string users_path(const Options &options);

}  // namespace host
