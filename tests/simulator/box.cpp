#include "box.hpp"

#include <stdexcept>

namespace purser::simulator {

json::Object Box::done(const std::string &method, const std::string &path, const std::string &form) const {
  Answer answer = ask(method, path, form);
  if (answer.status != 200)
    throw std::runtime_error(method + " " + path + " " + form + ": " + std::to_string(answer.status) + " " + json::write(answer.object));
  return std::move(answer.object);
}

json::Array Box::all(const std::string &path) const {
  json::Array elements;
  const std::string first = path + (path.find('?') == path.npos ? "?" : "&") + "limit=100";
  std::string next = first;
  for (;;) {
    json::Object page = get(next);
    for (const json::Value &element : json::list(page, "data")) elements.push_back(element);
    if (!json::flag(page, "has_more") || elements.empty()) return elements;
    next = first + "&starting_after=" + json::text(elements.back().get_object(), "id");
  }
}

}  // namespace purser::simulator
