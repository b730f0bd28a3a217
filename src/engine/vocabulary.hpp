// What readers of the snapshot look names up in. Everything here is immutable once published, and lives as long as the snapshot.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace purser::engine {

/// What an account may do during one stretch of time; one object for all accounts that may do the same.
struct Compiled {
  std::vector<std::uint64_t> features;  ///< bit = feature id
  std::vector<const char *> tiers;      ///< by product id; nullptr: the catalog it was compiled under lacks the product

  bool has(std::uint32_t feature) const noexcept {
    const std::size_t word = feature / 64;
    return word < features.size() && (features[word] >> (feature % 64) & 1) != 0;
  }
  const char *tier(std::uint32_t product) const noexcept { return product < tiers.size() ? tiers[product] : nullptr; }
  bool operator==(const Compiled &) const = default;
};

/// Name → id, open addressing, at most half full.
class Names {
 public:
  static constexpr std::uint32_t unknown = UINT32_MAX;
  struct Entry {
    std::uint64_t hash = 0;
    std::string_view name;  ///< interned; data() is nullptr in an empty slot
    std::uint32_t id = unknown;
  };

  explicit Names(const std::vector<Entry> &entries) : slots_(std::bit_ceil(entries.size() * 2 + 1)) {
    for (const Entry &entry : entries) {
      std::size_t i = entry.hash & (slots_.size() - 1);
      while (slots_[i].name.data()) i = (i + 1) & (slots_.size() - 1);
      slots_[i] = entry;
    }
  }
  std::uint32_t find(std::uint64_t hash, std::string_view name) const noexcept {
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t i = hash & mask; slots_[i].name.data(); i = (i + 1) & mask)
      if (slots_[i].hash == hash && slots_[i].name == name) return slots_[i].id;
    return unknown;
  }
  std::size_t bytes() const noexcept { return slots_.capacity() * sizeof(Entry); }

 private:
  std::vector<Entry> slots_;
};

/// The names of one catalog. Ids stay the same from catalog to catalog, so what was compiled under an older one stays right.
struct Vocabulary {
  Names features;
  Names products;            ///< keys and aliases
  const Compiled *fallback;  ///< what an account without grants may do
};

}  // namespace purser::engine
