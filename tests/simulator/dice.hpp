// Numbers from a seed (splitmix64): the same on every machine.
#pragma once
#include <cstdint>
#include <vector>

namespace purser::simulator {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  /// The dice of one part of a run: what the others draw does not change them.
  Dice(std::uint64_t seed, std::uint64_t part) : Dice(Dice(seed).next() ^ (part * 0xD1342543DE82EF95u)) {}

  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  /// 0 to count − 1; 0 for 0.
  std::size_t below(std::size_t count) { return count == 0 ? 0 : static_cast<std::size_t>(next() % count); }
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(below(static_cast<std::size_t>(most - least + 1)));
  }
  bool chance(int percent) { return below(100) < static_cast<std::size_t>(percent); }
  template <class T>
  const T &pick(const std::vector<T> &from) {
    return from[below(from.size())];
  }
  template <class T>
  void shuffle(std::vector<T> &order) {
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[below(i)]);
  }

 private:
  std::uint64_t state_;
};

}  // namespace purser::simulator
