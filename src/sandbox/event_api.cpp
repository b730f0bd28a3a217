#include <algorithm>
#include <boost/json/parse.hpp>

#include "sandbox/call.hpp"

namespace purser::sandbox {
namespace {

constexpr std::size_t types_max = 20;

Value shown(const Event &event) { return boost::json::parse(event.text); }

/// `invoice.*` matches every type that begins so.
bool is_of_type(const std::string &type, const std::string &wanted) {
  if (wanted == "*") return true;
  return wanted.ends_with(".*") ? type.starts_with(std::string_view(wanted).substr(0, wanted.size() - 1)) : type == wanted;
}

Value retrieve(Call &call) {
  const Event *event = call.world.events.find(call.id());
  if (!event || event->account != call.account) throw no_such("event", call.id(), "id");
  return shown(*event);
}

Value list(Call &call) {
  const Params &params = call.params;
  const EventLog &events = call.world.events;
  params.only({"created", "delivery_success", "limit", "starting_after", "ending_before", "type", "types"});
  std::vector<std::string> types = params.texts("types");
  if (types.size() > types_max) throw invalid_request("You can only pass up to 20 types.", "types");
  if (params.has("type")) {
    if (!types.empty()) throw invalid_request("You may only specify one of these parameters: type, types.");
    types.push_back(params.text("type"));
  }
  const auto success = params.flag("delivery_success");
  const auto in_range = created_filter(params);
  const std::size_t limit = page_limit(params);
  const std::string after = params.text("starting_after"), before = params.text("ending_before");
  for (const auto &[id, name] : {std::pair(after, "starting_after"), std::pair(before, "ending_before")})
    if (!id.empty() && !events.find(id)) throw no_such("event", id, name);

  const TimeMs oldest = call.world.moment_ms() - events_kept_ms;
  const auto wanted = [&](const Event &event) {
    if (event.account != call.account) return false;
    if ((event.at_ms < oldest && !events.waits(event.id)) || !in_range(event.at_ms / second_ms)) return false;
    if (success && event.delivered != *success) return false;
    return types.empty() || std::ranges::any_of(types, [&](const std::string &type) { return is_of_type(event.type, type); });
  };
  Array data;
  bool more = false;
  if (!before.empty()) {
    for (std::uint64_t i = events.number_of(before) + 1; i < events.end() && !more; ++i) {
      if (!wanted(events.at(i))) continue;
      if (data.size() == limit)
        more = true;
      else
        data.insert(data.begin(), shown(events.at(i)));
    }
  } else {
    for (std::uint64_t i = after.empty() ? events.end() : events.number_of(after); i-- > events.first() && !more;) {
      if (!wanted(events.at(i))) continue;
      if (data.size() == limit)
        more = true;
      else
        data.push_back(shown(events.at(i)));
    }
  }
  return list_object(std::move(data), more, call.path);
}

}  // namespace

std::vector<Route> event_routes() { return {{"GET", "/v1/events", list, true}, {"GET", "/v1/events/:id", retrieve, true}}; }

}  // namespace purser::sandbox
