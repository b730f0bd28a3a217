// The hot path: the snapshot answers; the store is asked only for accounts that do not fit into memory.
#include <chrono>

#include "domain/entitlement.hpp"
#include "engine/impl.hpp"

namespace purser::engine {
namespace {

constexpr auto point_read_wait = std::chrono::milliseconds(50);
constexpr std::size_t unknown_features_max = 1000;  // a caller with generated names must not fill the memory

}  // namespace

int Engine::Impl::check(std::string_view account, std::string_view feature) noexcept {
  Snapshot::Answer answer = snapshot_.check(account, feature);
  if (answer == Snapshot::Answer::not_resident) {
    if (!all_resident_.load(std::memory_order_relaxed)) return point_read(account, feature);
    answer = snapshot_.check_fallback(feature);
  }
  if (answer == Snapshot::Answer::unknown_feature) log_unknown_feature(feature);
  return answer == Snapshot::Answer::yes ? 1 : 0;
}

const char *Engine::Impl::tier(std::string_view account, std::string_view product) noexcept {
  bool resident = false;
  const char *held = snapshot_.tier(account, product, resident);
  if (resident || !held || all_resident_.load(std::memory_order_relaxed)) return held;
  try {
    const std::unique_lock lock(reader_mutex_, point_read_wait);
    if (!lock) return held;
    std::vector<domain::Grant> grants;
    for (store::GrantRow &row : store::grants_of(*reader_, account)) grants.push_back(std::move(row.grant));
    const auto policy = catalog();
    const domain::Product *known = policy->product(product);
    const domain::Entitlement now = domain::entitlement(grants, *policy, now_ms());
    const domain::Tier *tier = known ? policy->tier(known->key, now.tiers.at(known->key)) : nullptr;
    return tier ? tier->key.c_str() : held;  // catalogs are kept until the engine closes
  } catch (...) { return held; }
}

int Engine::Impl::point_read(std::string_view account, std::string_view feature) noexcept {
  try {
    const std::unique_lock lock(reader_mutex_, point_read_wait);
    if (!lock) return 0;
    std::vector<domain::Grant> grants;
    for (store::GrantRow &row : store::grants_of(*reader_, account)) grants.push_back(std::move(row.grant));
    return domain::entitlement(grants, *catalog(), now_ms()).features.contains(std::string(feature)) ? 1 : 0;
  } catch (...) { return 0; }
}

void Engine::Impl::log_unknown_feature(std::string_view feature) noexcept {
  try {
    {
      const std::lock_guard lock(unknown_mutex_);
      if (unknown_features_.size() >= unknown_features_max || unknown_features_.contains(feature)) return;
      unknown_features_.emplace(feature);
    }
    log(ports::LogLevel::warning, "check of a feature that no catalog entry names: \"" + std::string(feature.substr(0, 64)) +
                                      "\"; it is denied for everybody. Mend the name in the code or add it to the catalog");
  } catch (...) {}
}

}  // namespace purser::engine
