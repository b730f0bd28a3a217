// Opening a store for a command: in the mode that it is stamped with, without secrets, at the clock of --now or --at.
#ifndef PURSER_CLI_OPEN_HPP
#define PURSER_CLI_OPEN_HPP
#include <cstdint>
#include <optional>
#include <purser.hpp>
#include <string>

namespace purser::cli {

struct Opening {
  std::string store;
  std::string mode = "stamped";
  std::optional<std::string> catalog = {};
  std::optional<std::int64_t> now_s = {};  ///< nullopt = the system's clock
  bool must_exist = true;
};

/// Nothing of the environment counts but what a catalog names as ${NAME}.
Purser open(const Opening &opening);

}  // namespace purser::cli
#endif
