#pragma once
#include "base/time.hpp"

namespace purser::ports {

/// Wall time. `coarse_ms` may lag `exact_ms` by up to 10 ms and is what the access check reads.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimeMs exact_ms() const = 0;
  virtual TimeMs coarse_ms() const = 0;
};

}  // namespace purser::ports
