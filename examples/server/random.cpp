#include "random.hpp"

#include <random>
#include <string_view>

namespace host {

std::string random_word(std::size_t length) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::random_device source;  // getrandom(2) on Linux
  std::string word;
  while (word.size() < length) word += digits[source() % digits.size()];
  return word;
}

}  // namespace host
