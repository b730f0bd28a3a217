// The SHA256_* functions are deprecated in OpenSSL 3 in favour of EVP, but their context is a plain value: a keyed HMAC is
// two copied midstates, without a lock, an allocation or a failure path. EVP runs the same block function.
#define OPENSSL_API_COMPAT 0x10100000L
#include "base/hash.hpp"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <cstring>

namespace purser {
namespace {

constexpr std::size_t block_size = 64;  // of SHA-256, in bytes

/// HMAC = outer(inner(message)); both have read the padded key already.
struct Midstates {
  SHA256_CTX inner;
  SHA256_CTX outer;
};

SHA256_CTX keyed(const unsigned char (&key)[block_size], unsigned char pad) {
  unsigned char block[block_size];
  for (std::size_t i = 0; i < block_size; ++i) block[i] = static_cast<unsigned char>(key[i] ^ pad);
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, block, sizeof block);
  OPENSSL_cleanse(block, sizeof block);
  return context;
}

}  // namespace

Digest sha256(std::string_view bytes) {
  Digest digest;
  SHA256(reinterpret_cast<const unsigned char *>(bytes.data()), bytes.size(), digest.data());
  return digest;
}

std::string hex(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string hex(const Digest &digest) { return hex(as_bytes(digest)); }

bool equal_constant_time(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void wipe(std::string &secret) noexcept {
  if (!secret.empty()) OPENSSL_cleanse(secret.data(), secret.size());
  secret.clear();
}

Sha256::Sha256() : context_(new SHA256_CTX) { SHA256_Init(static_cast<SHA256_CTX *>(context_)); }

Sha256::~Sha256() { delete static_cast<SHA256_CTX *>(context_); }

void Sha256::add(std::string_view bytes) { SHA256_Update(static_cast<SHA256_CTX *>(context_), bytes.data(), bytes.size()); }

Digest Sha256::finish() {
  Digest digest;
  SHA256_Final(digest.data(), static_cast<SHA256_CTX *>(context_));
  return digest;
}

HmacKey::HmacKey(std::string_view key) : context_(new Midstates) {
  unsigned char padded[block_size] = {};
  if (key.size() > block_size) {
    const Digest shortened = sha256(key);
    std::memcpy(padded, shortened.data(), shortened.size());
  } else if (!key.empty()) {
    std::memcpy(padded, key.data(), key.size());
  }
  auto *midstates = static_cast<Midstates *>(context_);
  midstates->inner = keyed(padded, 0x36);
  midstates->outer = keyed(padded, 0x5c);
  OPENSSL_cleanse(padded, sizeof padded);
}

HmacKey::~HmacKey() {
  if (context_) OPENSSL_cleanse(context_, sizeof(Midstates));
  delete static_cast<Midstates *>(context_);
}

Digest HmacKey::sign(std::initializer_list<std::string_view> parts) const {
  Midstates midstates = *static_cast<const Midstates *>(context_);
  for (const std::string_view part : parts) SHA256_Update(&midstates.inner, part.data(), part.size());
  Digest digest;
  SHA256_Final(digest.data(), &midstates.inner);
  SHA256_Update(&midstates.outer, digest.data(), digest.size());
  SHA256_Final(digest.data(), &midstates.outer);
  return digest;
}

}  // namespace purser
