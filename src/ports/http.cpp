#include "ports/http.hpp"

#include <algorithm>

namespace purser::ports {

std::string_view header(const HttpAnswer &answer, std::string_view name) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  for (const HttpHeader &one : answer.headers)
    if (std::ranges::equal(one.name, name, {}, lower, lower)) return one.value;
  return {};
}

}  // namespace purser::ports
