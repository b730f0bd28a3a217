// Catalog versions as applied: all kept, the last one rules.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "ports/sql.hpp"

namespace purser::store {

struct PolicyRow {
  std::int64_t version = 0;
  std::string hash;     ///< SHA-256 of `catalog`, hex
  std::string catalog;  ///< resolved canonical JSON
};
std::optional<PolicyRow> current_policy(ports::SqlSession &db);
std::int64_t current_policy_version(ports::SqlSession &db);  ///< 0 = none
void insert_policy(ports::SqlSession &db, const PolicyRow &policy, TimeMs at);

}  // namespace purser::store
