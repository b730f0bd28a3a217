// What C passes, as C++ views. Everything was checked by the guard.
#pragma once
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace purser::capi {

/// NULL is empty.
inline std::string_view view(const char *text) { return text ? std::string_view(text) : std::string_view(); }
/// At most one byte more than `most`: enough to see that it is too long.
inline std::string_view clipped(const char *text, std::size_t most) {
  return text ? std::string_view(text, strnlen(text, most + 1)) : std::string_view();
}
inline std::string_view bytes(const void *data, std::size_t size) {
  return data ? std::string_view(static_cast<const char *>(data), size) : std::string_view();
}
inline std::vector<std::string> texts(const char *const *list, std::size_t count) {
  return list ? std::vector<std::string>(list, list + count) : std::vector<std::string>();
}

}  // namespace purser::capi
