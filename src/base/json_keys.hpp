// Duplicate keys in JSON that is read without a tree. Exact: keys are compared as texts; fingerprints only spare comparisons.
#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <forward_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace purser::json {

/// Told about every object and key in the order of the text. Small objects are compared as they grow, large ones sorted when they
/// end: n log n for any keys, so that no choice of keys makes it slow. Memory: 16 bytes per key of the objects that are open.
class KeyCheck {
 public:
  /// `document` outlives this.
  explicit KeyCheck(std::string_view document) { keys_.reserve(std::min(document.size() / 4, compare_max)); }

  struct Object {
    std::size_t first;                       // of its keys in keys_
    std::array<std::uint64_t, 8> seen = {};  // 512 bits of a Bloom filter with one hash
  };
  Object open() { return {keys_.size()}; }

  /// A key that lies in the document. Returns it.
  std::string_view add(Object &object, std::string_view key) {
    if (keys_.size() - object.first < compare_max) {
      const std::uint64_t mark = fingerprint(key);
      std::uint64_t &seen = object.seen[mark >> 61];
      const std::uint64_t bit = std::uint64_t{1} << ((mark >> 55) & 63);
      if ((seen & bit) != 0) duplicate_ |= std::find(begin(object), keys_.end(), key) != keys_.end();
      seen |= bit;
    }
    keys_.push_back(key);
    return key;
  }
  /// A key that was made from escapes: kept here.
  std::string_view add(Object &object, std::string &&key) { return add(object, std::string_view(copies_.emplace_front(std::move(key)))); }

  void close(const Object &object) {
    if (keys_.size() - object.first > compare_max) {
      std::sort(begin(object), keys_.end());
      duplicate_ |= std::adjacent_find(begin(object), keys_.end()) != keys_.end();
    }
    keys_.resize(object.first);
  }

  bool duplicate() const { return duplicate_; }

 private:
  static constexpr std::size_t compare_max = 64;  // keys of one object; Stripe's largest have about 60

  /// From the size and the first and last bytes: what tells keys of one object apart.
  static std::uint64_t fingerprint(std::string_view key) {
    std::uint64_t front = 0, back = 0;
    if (key.size() >= 8) {
      std::memcpy(&front, key.data(), 8);
      std::memcpy(&back, key.data() + key.size() - 8, 8);
    } else if (key.size() >= 4) {
      std::memcpy(&front, key.data(), 4);
      std::memcpy(&back, key.data() + key.size() - 4, 4);
    } else if (!key.empty()) {
      front = static_cast<unsigned char>(key.front()) | static_cast<unsigned>(static_cast<unsigned char>(key.back())) << 8;
    }
    constexpr std::uint64_t odd = 0x9E3779B97F4A7C15u;  // 2^64 / golden ratio
    return (front + std::rotl(back, 29) + key.size()) * odd;
  }

  std::vector<std::string_view>::iterator begin(const Object &object) { return keys_.begin() + static_cast<std::ptrdiff_t>(object.first); }

  std::vector<std::string_view> keys_;
  std::forward_list<std::string> copies_;
  bool duplicate_ = false;
};

}  // namespace purser::json
