// Ids and every other accident of the sandbox: a stream that the seed decides.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace purser::sandbox {

class Ids {
 public:
  explicit Ids(std::uint64_t seed) : state_(seed) {}
  /// splitmix64.
  std::uint64_t next();
  /// 0 … bound-1.
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  /// So many of 0-9A-Za-z.
  std::string letters(std::size_t count);
  std::string upper(std::size_t count);
  /// As long as Stripe's: cus_ and 14, sub_1 and 23, …
  std::string make(std::string_view prefix);

 private:
  std::uint64_t state_;
};

}  // namespace purser::sandbox
