#include "router.hpp"

#include <optional>

namespace host {
namespace {

std::vector<std::string> split(const std::string &path) {
  std::vector<std::string> parts(1);
  for (const char c : path) {
    if (c == '/') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::optional<Fields> match(const std::vector<std::string> &pattern, const std::vector<std::string> &path) {
  if (pattern.size() != path.size()) return std::nullopt;
  Fields found;
  for (std::size_t i = 0; i < path.size(); i++) {
    if (pattern[i].starts_with('{')) {
      if (path[i].empty()) return std::nullopt;
      found[pattern[i].substr(1, pattern[i].size() - 2)] = path[i];
    } else if (pattern[i] != path[i]) {
      return std::nullopt;
    }
  }
  return found;
}

}  // namespace

void Router::add(const std::string &method, const std::string &pattern, Handler handler) {
  routes_.push_back({method, split(pattern), std::move(handler)});
}

Response Router::answer(Request &request, const std::function<Response(int, const std::string &)> &refused) const {
  const std::vector<std::string> path = split(request.path);
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  std::string allow;
  for (const Route &route : routes_) {
    auto parts = match(route.parts, path);
    if (!parts) continue;
    if (route.method == method) {
      request.parts = std::move(*parts);
      return route.handler(request);
    }
    allow += (allow.empty() ? "" : ", ") + route.method + (route.method == "GET" ? ", HEAD" : "");
  }
  return refused(allow.empty() ? 404 : 405, allow);
}

}  // namespace host
