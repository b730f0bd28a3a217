#include <boost/json/monotonic_resource.hpp>

#include "stripe/reader.hpp"

namespace purser::stripe {
namespace {

void take_back(json::object &object, const json::object &previous) {
  for (const auto &change : previous) {
    const json::object *before = change.value().if_object();
    json::value *now = object.if_contains(change.key());
    if (before && now && now->is_object())
      take_back(now->get_object(), *before);
    else if (change.value().is_null())
      object.erase(change.key());
    else
      object[change.key()] = change.value();  // scalars and arrays are whole; an object over null is whole too
  }
}

}  // namespace

json::object undo(const json::object &object, const json::object &previous) {
  // Read once and dropped: one block instead of an allocation per value halves the cost of an event.
  json::object before(object, boost::json::make_shared_resource<boost::json::monotonic_resource>());
  take_back(before, previous);
  return before;
}

}  // namespace purser::stripe
