#pragma once
#include <cstddef>
#include <string>

namespace purser::ports {

class Random {
 public:
  virtual ~Random() = default;
  virtual std::string bytes(std::size_t count) = 0;  ///< cryptographically strong
};

}  // namespace purser::ports
