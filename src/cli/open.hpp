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
  std::optional<std::string> api_base = {};  ///< where Stripe is asked instead of at its own address: loopback only
};

/// What commands that ask Stripe have in common. The key is STRIPE_SECRET_KEY's.
struct Asking {
  std::string store;
  std::optional<std::string> api_base;
  std::optional<std::int64_t> now_s;
  bool json = false;
};

/// Of the environment only STRIPE_SECRET_KEY counts, for what asks Stripe, and what a catalog names as ${NAME}.
Purser open(const Opening &opening);
inline Purser open_to_ask(const Asking &asking) {
  return open({.store = asking.store, .now_s = asking.now_s, .api_base = asking.api_base});
}

}  // namespace purser::cli
#endif
