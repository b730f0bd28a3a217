// SHA-256 and HMAC-SHA-256 (OpenSSL libcrypto), hex, constant-time comparison. Pure functions.
#pragma once
#include <array>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace purser {

using Digest = std::array<unsigned char, 32>;

Digest sha256(std::string_view bytes);
std::string hex(std::string_view bytes);
std::string hex(const Digest &digest);
inline std::string_view as_bytes(const Digest &digest) { return {reinterpret_cast<const char *>(digest.data()), digest.size()}; }
/// Takes the same time whatever the content; false when the sizes differ.
bool equal_constant_time(std::string_view a, std::string_view b) noexcept;
/// Overwrites a secret before its memory is released; the compiler cannot drop it.
void wipe(std::string &secret) noexcept;

/// SHA-256 of a text that is made piece by piece.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256 &) = delete;
  Sha256 &operator=(const Sha256 &) = delete;
  void add(std::string_view bytes);
  Digest finish();

 private:
  void *context_;
};

/// HMAC with the key schedule done once; `sign` may be called from any thread.
class HmacKey {
 public:
  explicit HmacKey(std::string_view key);
  ~HmacKey();
  HmacKey(HmacKey &&other) noexcept : context_(std::exchange(other.context_, nullptr)) {}
  HmacKey &operator=(HmacKey &&other) noexcept {
    std::swap(context_, other.context_);
    return *this;
  }
  /// HMAC over the concatenation of the parts, without joining them in memory.
  Digest sign(std::initializer_list<std::string_view> parts) const;

 private:
  void *context_;
};

}  // namespace purser
