// The account ids that bench/accounts.py puts into a store, each in a field of its own, in an order that no cache can guess.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <numeric>
#include <random>
#include <vector>

namespace bench {

inline constexpr std::size_t id_bytes = 32;

/// NUL-terminated, 20 characters each.
inline std::vector<char> shuffled_accounts(std::int64_t count) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin(), order.end(), std::mt19937_64(1));
  std::vector<char> ids(order.size() * id_bytes);
  for (std::size_t i = 0; i < order.size(); ++i)
    std::snprintf(&ids[i * id_bytes], id_bytes, "acct_%015lld", static_cast<long long>(order[i]));
  return ids;
}

}  // namespace bench
