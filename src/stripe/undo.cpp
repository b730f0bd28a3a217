#include "stripe/reader.hpp"

namespace purser::stripe {

json::object undo(const json::object &object, const json::object &previous) {
  json::object out = object;
  for (const auto &change : previous) {
    const json::object *before = change.value().if_object();
    const json::object *now = json::as_object(object.if_contains(change.key()));
    if (before && now)
      out[change.key()] = undo(*now, *before);
    else if (change.value().is_null())
      out.erase(change.key());
    else
      out[change.key()] = change.value();  // scalars and arrays are whole; an object over null is whole too
  }
  return out;
}

}  // namespace purser::stripe
