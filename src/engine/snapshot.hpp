// Access in memory. Readers: any thread, no lock, no allocation, no write. Writers: one at a time, serialised by the caller.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "domain/catalog.hpp"
#include "domain/grant.hpp"
#include "ports/clock.hpp"

namespace purser::engine {

class Snapshot {
 public:
  /// `hash_key`: 32 random bytes, so that nobody can choose account ids that collide; empty only in tests.
  explicit Snapshot(std::shared_ptr<const ports::Clock> clock, std::string_view hash_key = {});
  ~Snapshot();
  Snapshot(const Snapshot &) = delete;

  // writers ---------------------------------------------------------------------------------------------------
  /// New vocabulary and fallback. Accounts keep what they hold until they are put again.
  void set_catalog(std::shared_ptr<const domain::Catalog> catalog);
  /// Replaces what the account holds. Its boundaries are all known now, so time alone changes the answer later.
  void put(std::string_view account, std::span<const domain::Grant> grants);
  void reserve(std::size_t accounts);
  /// Every resident account.
  void each(const std::function<void(std::string_view account)> &visit) const;

  // readers ---------------------------------------------------------------------------------------------------
  enum class Answer : int { no = 0, yes = 1, not_resident = 2, unknown_feature = 3 };
  /// `not_resident`: this account was never put. The caller decides (fallback, or one point read).
  Answer check(std::string_view account, std::string_view feature) const noexcept;
  /// The fallback's answer, for accounts without rows.
  Answer check_fallback(std::string_view feature) const noexcept;
  /// Interned for the life of the snapshot. nullptr: unknown product. `resident` is set to whether the account was ever put.
  const char *tier(std::string_view account, std::string_view product, bool &resident) const noexcept;

  std::size_t accounts() const noexcept;
  std::size_t bytes() const noexcept;  ///< memory held, for the stated bytes per account

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace purser::engine
