// A 64-bit hash of short texts for in-memory tables: wyhash, final version 4 (Wang Yi, public domain), with all four of its
// constants replaced by a key. Under a key that is not known nobody can choose texts that collide. Never stored, never sent.
#pragma once
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace purser {

class KeyedHash {
 public:
  /// 32 random bytes; fewer leave the published constants in place (tests: the same hash on every run).
  explicit KeyedHash(std::string_view key = {}) {
    if (key.size() >= sizeof key_) std::memcpy(key_.data(), key.data(), sizeof key_);
  }

  std::uint64_t operator()(std::string_view text) const noexcept {
    const char *p = text.data();
    const std::size_t size = text.size();
    std::uint64_t seed = key_[0] ^ mix(key_[0], key_[1]), a = 0, b = 0;
    if (size <= 16) {
      if (size >= 4) {
        const std::size_t middle = (size >> 3) << 2;
        a = read4(p) << 32 | read4(p + middle);
        b = read4(p + size - 4) << 32 | read4(p + size - 4 - middle);
      } else if (size > 0) {
        a = byte(p[0]) << 16 | byte(p[size >> 1]) << 8 | byte(p[size - 1]);
      }
    } else {
      std::size_t left = size;
      for (; left > 16; left -= 16, p += 16) seed = mix(read8(p) ^ key_[1], read8(p + 8) ^ seed);
      a = read8(p + left - 16);
      b = read8(p + left - 8);
    }
    const Product last = multiply(a ^ key_[1], b ^ seed);
    return mix(last.low ^ key_[0] ^ size, last.high ^ key_[1] ^ key_[2] ^ key_[3]);
  }

 private:
  struct Product {
    std::uint64_t low, high;
  };
  static Product multiply(std::uint64_t a, std::uint64_t b) noexcept {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return {static_cast<std::uint64_t>(product), static_cast<std::uint64_t>(product >> 64)};
  }
  static std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept {
    const Product product = multiply(a, b);
    return product.low ^ product.high;
  }
  static std::uint64_t byte(char c) noexcept { return static_cast<unsigned char>(c); }
  static std::uint64_t read4(const char *p) noexcept {
    std::uint32_t value = 0;
    std::memcpy(&value, p, sizeof value);
    return value;
  }
  static std::uint64_t read8(const char *p) noexcept {
    std::uint64_t value = 0;
    std::memcpy(&value, p, sizeof value);
    return value;
  }

  std::array<std::uint64_t, 4> key_{0x2d358dccaa6c78a5, 0x8bb84b93962eacc9, 0x4b33a62ed433d4a3, 0x4d5a2da51de1aa47};
};

}  // namespace purser
