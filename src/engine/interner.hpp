// The writer's side of the vocabulary: gives ids to names, compiles grants, and makes equal entitlements one object.
// Nothing is freed before the interner: readers may hold any of it. One thread at a time.
#pragma once
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/keyed_hash.hpp"
#include "domain/catalog.hpp"
#include "domain/entitlement.hpp"
#include "domain/grant.hpp"
#include "engine/vocabulary.hpp"

namespace purser::engine {

class Interner {
 public:
  explicit Interner(const KeyedHash &hash) : hash_(hash) {}

  /// The catalog's names and fallback. What is compiled from now on is compiled under this catalog.
  const Vocabulary *adopt(std::shared_ptr<const domain::Catalog> catalog);
  /// What these grants allow at `at`.
  const Compiled *compile(std::span<const domain::Grant> grants, TimeMs at);
  std::size_t bytes() const noexcept { return bytes_.load(std::memory_order_relaxed); }

 private:
  using Ids = std::map<std::string_view, std::uint32_t>;
  std::string_view text(std::string_view name);
  std::uint32_t id(Ids &ids, std::string_view name);
  Names::Entry entry(std::string_view name, std::uint32_t id_of_name);
  const Compiled *intern(const domain::Entitlement &entitlement);

  struct ContentHash {
    std::size_t operator()(const Compiled *compiled) const noexcept;
  };
  struct ContentEqual {
    bool operator()(const Compiled *a, const Compiled *b) const noexcept { return *a == *b; }
  };

  KeyedHash hash_;
  std::shared_ptr<const domain::Catalog> catalog_;
  std::set<std::string, std::less<>> texts_;  ///< every name ever seen, at an address that never changes
  Ids features_, products_;
  std::deque<Vocabulary> vocabularies_;
  std::deque<Compiled> compiled_;
  std::unordered_set<const Compiled *, ContentHash, ContentEqual> by_content_;
  std::unordered_map<std::string, const Compiled *> by_holding_;  ///< under the present catalog
  std::string holding_;                                           ///< reused for each look-up
  std::atomic<std::size_t> bytes_{0};
};

}  // namespace purser::engine
