// From what a host says and its environment to what the engine needs. Pure: the environment is a parameter.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/catalog.hpp"
#include "engine/engine.hpp"
#include "ports/clock.hpp"
#include "ports/http.hpp"
#include "ports/log.hpp"

namespace purser::runtime {

inline constexpr int default_threads = 2;
inline constexpr std::int64_t default_resident_accounts = 1'000'000;
inline constexpr std::int64_t default_payload_days = 90;
inline constexpr const char *connect_endpoint = "connect";  ///< where the events of connected accounts come in

/// purser_config in C++. nullopt: take it from the environment, or the documented default.
struct Options {
  std::string store;
  std::optional<std::string> catalog;
  std::optional<std::string> mode;
  std::string stripe_account;
  std::vector<std::string> connect_accounts;
  std::optional<std::vector<std::string>> webhook_secrets;
  std::optional<std::vector<std::string>> connect_secrets;
  std::int64_t payload_days = 0;
  std::int64_t tolerance_s = 0;
  std::int64_t resident_accounts_max = 0;
  int threads = -1;
  bool must_exist = false;
  ports::Log log;
  std::shared_ptr<ports::Clock> clock;  ///< null = the system's
  std::optional<std::string> secret_key;
  std::optional<std::string> api_base;
  std::optional<std::vector<std::string>> allowed_origins;
  std::shared_ptr<ports::Http> http;  ///< null = the built-in client
};

/// Throws invalid or refused, with the field or variable at fault.
engine::Config engine_config(const Options &options, const domain::Environment &environment);
/// Whether the store is a postgres:// or postgresql:// address.
bool is_postgres(std::string_view store);
/// `sqlite:PATH`, a bare path, `sqlite::memory:` → what the SQLite adapter opens.
std::string sqlite_path(std::string_view store);

}  // namespace purser::runtime
