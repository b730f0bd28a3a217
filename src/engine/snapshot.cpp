#include "engine/snapshot.hpp"

#include <algorithm>
#include <atomic>
#include <vector>

#include "engine/account_table.hpp"
#include "engine/interner.hpp"

namespace purser::engine {
namespace {

constexpr std::uint64_t coarse_lag_ms = 10;  ///< ports::Clock: how far coarse_ms may be behind exact_ms

}  // namespace

struct Snapshot::Impl {
  Impl(std::shared_ptr<const ports::Clock> clock_, std::string_view key)
      : clock(std::move(clock_)), hash(key), accounts(hash), names(hash) {}

  const Vocabulary &words() const noexcept { return *vocabulary.load(std::memory_order_acquire); }

  /// The coarse clock decides, unless the account's next boundary may lie between it and the exact time.
  const Compiled *held(const Record &record) const noexcept {
    const TimeMs coarse_ms = clock->coarse_ms();
    const Step step = record.at(coarse_ms);
    const std::uint64_t left_ms = static_cast<std::uint64_t>(step.until_ms) - static_cast<std::uint64_t>(coarse_ms);
    if (left_ms > coarse_lag_ms) return step.held;
    return record.at(clock->exact_ms()).held;
  }

  std::shared_ptr<const ports::Clock> clock;
  KeyedHash hash;
  std::atomic<const Vocabulary *> vocabulary{nullptr};
  AccountTable accounts;
  Interner names;
  std::vector<Step> steps;         ///< the writer's, reused
  std::vector<TimeMs> boundaries;  ///< the writer's, reused
};

Snapshot::Snapshot(std::shared_ptr<const ports::Clock> clock, std::string_view hash_key)
    : impl_(std::make_unique<Impl>(std::move(clock), hash_key)) {
  set_catalog(std::make_shared<const domain::Catalog>());
}

Snapshot::~Snapshot() = default;

// writers ---------------------------------------------------------------------------------------------------------

void Snapshot::set_catalog(std::shared_ptr<const domain::Catalog> catalog) {
  impl_->vocabulary.store(impl_->names.adopt(std::move(catalog)), std::memory_order_release);
}

void Snapshot::put(std::string_view account, std::span<const domain::Grant> grants) {
  std::vector<TimeMs> &ends = impl_->boundaries;
  ends.clear();
  for (const domain::Grant &grant : grants)
    if (grant.valid_until_ms > 0) ends.push_back(grant.valid_until_ms);
  ends.push_back(forever_ms);
  std::sort(ends.begin(), ends.end());
  std::vector<Step> &steps = impl_->steps;
  steps.clear();
  TimeMs from_ms = 0;
  for (const TimeMs until_ms : ends) {
    if (until_ms == from_ms) continue;
    const Compiled *held = impl_->names.compile(grants, from_ms);
    if (!steps.empty() && steps.back().held == held)
      steps.back().until_ms = until_ms;  // a boundary that changes nothing
    else
      steps.push_back({until_ms, held});
    from_ms = until_ms;
  }
  impl_->accounts.put(account, steps);
}

void Snapshot::reserve(std::size_t accounts) { impl_->accounts.reserve(accounts); }
void Snapshot::each(const std::function<void(std::string_view)> &visit) const { impl_->accounts.each(visit); }

// readers ---------------------------------------------------------------------------------------------------------

Snapshot::Answer Snapshot::check(std::string_view account, std::string_view feature) const noexcept {
  const std::uint64_t account_hash = impl_->hash(account);
  impl_->accounts.prefetch(account_hash);
  const std::uint32_t id = impl_->words().features.find(impl_->hash(feature), feature);
  if (id == Names::unknown) return Answer::unknown_feature;
  const Record *record = impl_->accounts.find(account_hash, account);
  if (!record) return Answer::not_resident;
  return impl_->held(*record)->has(id) ? Answer::yes : Answer::no;
}

Snapshot::Answer Snapshot::check_fallback(std::string_view feature) const noexcept {
  const Vocabulary &words = impl_->words();
  const std::uint32_t id = words.features.find(impl_->hash(feature), feature);
  if (id == Names::unknown) return Answer::unknown_feature;
  return words.fallback->has(id) ? Answer::yes : Answer::no;
}

const char *Snapshot::tier(std::string_view account, std::string_view product, bool &resident) const noexcept {
  const Vocabulary &words = impl_->words();
  const Record *record = impl_->accounts.find(impl_->hash(account), account);
  resident = record != nullptr;
  const std::uint32_t id = words.products.find(impl_->hash(product), product);
  if (id == Names::unknown) return nullptr;
  const char *tier = record ? impl_->held(*record)->tier(id) : nullptr;
  return tier ? tier : words.fallback->tier(id);  // not resident, or put before this product was in the catalog
}

std::size_t Snapshot::accounts() const noexcept { return impl_->accounts.size(); }
std::size_t Snapshot::bytes() const noexcept { return sizeof(Impl) + impl_->accounts.bytes() + impl_->names.bytes(); }

}  // namespace purser::engine
