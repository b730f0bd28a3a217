#include "stripe/field.hpp"
#include "stripe/reader.hpp"

namespace purser::stripe {
namespace {

domain::SchedulePhase read_phase(const json::object &raw) {
  domain::SchedulePhase phase;
  phase.start_s = integer(raw, "start_date");
  phase.end_s = integer(raw, "end_date");
  const json::array *items = list(raw, "items");
  if (!items) items = list(raw, "plans");  // their name before prices
  if (!items) return phase;
  for (const json::value &element : *items)
    if (const json::object *item = json::as_object(&element)) phase.items.push_back({price_id(*item), integer(*item, "quantity")});
  return phase;
}

}  // namespace

domain::Schedule read_schedule(const json::object &raw) {
  domain::Schedule s;
  s.customer = id(raw, "customer");
  s.subscription = id(raw, "subscription");
  s.released_subscription = id(raw, "released_subscription");
  s.status = text(raw, "status");
  s.end_behavior = text(raw, "end_behavior");
  if (const json::array *phases = list(raw, "phases"))
    for (const json::value &element : *phases)
      if (const json::object *phase = json::as_object(&element)) s.phases.push_back(read_phase(*phase));
  return s;
}

}  // namespace purser::stripe
