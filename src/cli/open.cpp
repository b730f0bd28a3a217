#include "open.hpp"

#include "terminal.hpp"

namespace purser::cli {

Purser open(const Opening &opening) {
  Config config;
  config.threads = 0;  // every call here blocks
  config.store = opening.store;
  config.catalog = opening.catalog;
  config.mode = opening.mode;
  config.webhook_secrets.emplace();  // none, whatever STRIPE_WEBHOOK_SECRET says
  config.connect_secrets.emplace();
  config.api_base = opening.api_base;
  config.must_exist = opening.must_exist;
  config.resident_accounts_max = 1;  // one command asks about one account
  config.log_level = PURSER_LOG_WARNING;
  config.on_log = [](std::int32_t, std::string_view message) { print_error("purser: " + printable(message) + "\n"); };
  if (opening.now_s) config.now_ms = [ms = *opening.now_s * 1000] { return ms; };
  return Purser::open(std::move(config));
}

}  // namespace purser::cli
