#pragma once
#include <cstdint>
#include <functional>
#include <string>

namespace purser::ports {

enum class LogLevel : std::int32_t { debug = 0, info = 1, warning = 2, error = 3 };
/// Called without any lock held; the text never holds a payload or a secret.
using Log = std::function<void(LogLevel, const std::string &)>;

}  // namespace purser::ports
