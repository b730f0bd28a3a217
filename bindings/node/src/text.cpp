#include "text.hpp"

#include <vector>

#include "failure.hpp"

namespace purser_node {

std::optional<std::string> text_of(napi_env env, napi_value string) {
  std::size_t length = 0;
  must(env, napi_get_value_string_utf16(env, string, nullptr, 0, &length));
  std::vector<char16_t> wide(length + 1);
  must(env, napi_get_value_string_utf16(env, string, wide.data(), wide.size(), &length));
  std::string text(3 * length + 1, '\0');
  if (!to_utf8(wide.data(), length, text.data())) return std::nullopt;
  text.resize(text.find('\0'));
  return text;
}

std::string bytes_of(napi_env env, napi_value string) {
  std::size_t size = 0;
  must(env, napi_get_value_string_utf8(env, string, nullptr, 0, &size));
  std::string bytes(size + 1, '\0');
  must(env, napi_get_value_string_utf8(env, string, bytes.data(), bytes.size(), &size));
  bytes.resize(size);
  return bytes;
}

}  // namespace purser_node
