// A store's URL as libpq's keywords, with what Purser adds: time-outs, verified TLS, and a name without secrets.
#pragma once
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "adapters/postgres.hpp"

namespace purser::adapters {

struct PostgresAddress {
  std::vector<std::pair<std::string, std::string>> keywords;  ///< for PQconnectdbParams
  std::string name;                                           ///< the URL without password, for messages
  std::string password;                                       ///< to keep it out of messages
  std::size_t connections_max = 0;
};

/// Throws invalid (store_url); its message repeats nothing of the URL.
PostgresAddress postgres_address(const PostgresOptions &options);

}  // namespace purser::adapters
