// Webhook endpoints are kept as they are made; where events go is decided by deliver and by the pages' webhook URL.
#include "sandbox/call.hpp"

namespace purser::sandbox {
namespace {

void take(Object &endpoint, const Params &params) {
  if (params.has("enabled_events")) {
    Array events;
    for (const std::string &type : params.texts("enabled_events")) events.emplace_back(type);
    endpoint["enabled_events"] = std::move(events);
  }
  if (params.has("url")) endpoint["url"] = params.required("url");
  if (params.has("description")) endpoint["description"] = text_or_null(params.text("description"));
  if (const auto disabled = params.flag("disabled")) endpoint["status"] = *disabled ? "disabled" : "enabled";
  merge_metadata(endpoint, params);
}

Value create(Call &call) {
  World &world = call.world;
  call.params.only({"api_version", "connect", "description", "enabled_events", "metadata", "url"});
  call.params.required("url");
  if (!call.params.has("enabled_events")) throw missing_parameter("enabled_events");
  Object endpoint = {{"id", world.ids.make("we_")},
                     {"object", "webhook_endpoint"},
                     {"api_version", text_or_null(call.params.text("api_version"))},
                     {"application", nullptr},
                     {"created", world.now_s()},
                     {"description", nullptr},
                     {"enabled_events", Array()},
                     {"livemode", false},
                     {"metadata", Object()},
                     {"status", "enabled"},
                     {"url", nullptr}};
  take(endpoint, call.params);
  Object shown = world.insert(world.webhook_endpoints, std::move(endpoint)).object;
  shown["secret"] = world.webhook_secrets.back().text;
  return shown;
}

Value retrieve(Call &call) { return required_row(call.world.webhook_endpoints, call.id()).object; }

Value update(Call &call) {
  call.params.only({"description", "disabled", "enabled_events", "metadata", "url"});
  required_row(call.world.webhook_endpoints, call.id());
  Object &endpoint = call.world.edit(call.world.webhook_endpoints, call.id());
  take(endpoint, call.params);
  return endpoint;
}

Value remove(Call &call) {
  required_row(call.world.webhook_endpoints, call.id()).deleted = true;
  return deleted_stub(call.id(), "webhook_endpoint");
}

Value list(Call &call) { return list_rows(call, call.world.webhook_endpoints, {}); }

}  // namespace

std::vector<Route> webhook_endpoint_routes() {
  return {{"POST", "/v1/webhook_endpoints", create},
          {"GET", "/v1/webhook_endpoints", list},
          {"GET", "/v1/webhook_endpoints/:id", retrieve},
          {"POST", "/v1/webhook_endpoints/:id", update},
          {"DELETE", "/v1/webhook_endpoints/:id", remove}};
}

}  // namespace purser::sandbox
