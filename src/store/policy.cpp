#include "store/policy.hpp"

namespace purser::store {

std::optional<PolicyRow> current_policy(ports::SqlSession &db) {
  std::optional<PolicyRow> found;
  db.execute("SELECT version, hash, catalog FROM purser_policies ORDER BY version DESC LIMIT 1", {}, [&](const ports::SqlRow &row) {
    found = PolicyRow{row.integer(0), std::string(row.text(1)), std::string(row.text(2))};
    return false;
  });
  return found;
}

std::int64_t current_policy_version(ports::SqlSession &db) {
  std::int64_t version = 0;
  db.execute("SELECT max(version) FROM purser_policies", {}, [&](const ports::SqlRow &row) {
    version = row.null(0) ? 0 : row.integer(0);
    return false;
  });
  return version;
}

void insert_policy(ports::SqlSession &db, const PolicyRow &policy, TimeMs at) {
  db.execute("INSERT INTO purser_policies (version, hash, catalog, applied_at_ms) VALUES ($1, $2, $3, $4)",
             {policy.version, policy.hash, policy.catalog, at});
}

}  // namespace purser::store
