#include "sandbox/ids.hpp"

#include <array>

namespace purser::sandbox {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

struct Kind {
  std::string_view prefix;
  std::string_view start;  // what Stripe's ids of this kind begin with
  std::size_t letters;
};
// Lengths of ids in recorded traffic.
constexpr std::array kinds = {
    Kind{"cus_", "", 14},   Kind{"prod_", "", 14}, Kind{"si_", "", 14},  Kind{"li_", "1", 23},       Kind{"req_", "", 14},
    Kind{"pi_", "3", 23},   Kind{"ch_", "3", 23},  Kind{"re_", "3", 23}, Kind{"cs_test_a1", "", 56}, Kind{"txn_", "3", 23},
    Kind{"whsec_", "", 32}, Kind{"test_", "", 48}, Kind{"", "", 8}};

}  // namespace

std::uint64_t Ids::next() {
  std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

std::string Ids::letters(std::size_t count) {
  std::string out;
  out.reserve(count);
  while (out.size() < count) {
    std::uint64_t bits = next();
    for (int i = 0; i < 10 && out.size() < count; ++i, bits >>= 6) out += alphabet[(bits & 63) % alphabet.size()];
  }
  return out;
}

std::string Ids::upper(std::size_t count) {
  std::string out;
  while (out.size() < count) out += alphabet[below(36)];
  return out;
}

std::string Ids::make(std::string_view prefix) {
  std::string id(prefix);
  for (const Kind &kind : kinds)
    if (kind.prefix == prefix) return id.append(kind.start) + letters(kind.letters);
  return id.append("1") + letters(23);
}

}  // namespace purser::sandbox
