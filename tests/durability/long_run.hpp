#pragma once
#include <cstdlib>
#include <string_view>

namespace purser::test {

/// PURSER_SOAK=1 runs everything; otherwise a slice that fits every build.
inline bool long_run() {
  const char *value = std::getenv("PURSER_SOAK");
  return value && std::string_view(value) == "1";
}

}  // namespace purser::test
