#include "sandbox/call.hpp"
#include "sandbox/session.hpp"

namespace purser::sandbox {
namespace {

Value create(Call &call) { return call.world.get(call.world.sessions, make_session(call.world, call.params, {})); }

Value retrieve(Call &call) { return required_row(call.world.sessions, call.id()).object; }

Value update(Call &call) {
  call.params.only({"collected_information", "line_items", "metadata", "shipping_options"});
  required_row(call.world.sessions, call.id());
  Object &session = call.world.edit(call.world.sessions, call.id());
  merge_metadata(session, call.params);
  return session;
}

Value list(Call &call) {
  const Params &params = call.params;
  params.only({"created", "customer", "customer_account", "customer_details", "limit", "starting_after", "ending_before", "payment_intent",
               "payment_link", "status", "subscription"});
  const std::string status = params.word("status", {"complete", "expired", "open"});
  const std::string email = params.inside("customer_details").text("email");
  Listing listing;
  for (const std::string_view member : {"customer", "payment_intent", "payment_link", "subscription"})
    if (params.has(member)) listing.equal.emplace_back(member, params.text(member));
  listing.also = [&](const Row &row) {
    if (!status.empty() && text(row.object, "status") != status) return false;
    return email.empty() || (is_set(row.object, "customer_details") && text(inside(row.object, "customer_details"), "email") == email);
  };
  return list_rows(call, call.world.sessions, listing);
}

Value expire(Call &call) {
  const Object &session = required_row(call.world.sessions, call.id(), "session").object;
  if (const std::string_view status = text(session, "status"); status != "open")
    throw invalid_request("Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of " +
                          std::string(status) + ".");
  expire_session(call.world, call.id());
  return session;
}

Value line_items(Call &call) {
  required_row(call.world.sessions, call.id());
  return session_line_items(call.world, call.id());
}

}  // namespace

std::vector<Route> session_routes() {
  return {{"POST", "/v1/checkout/sessions", create},
          {"GET", "/v1/checkout/sessions", list},
          {"GET", "/v1/checkout/sessions/:id", retrieve},
          {"POST", "/v1/checkout/sessions/:id", update},
          {"POST", "/v1/checkout/sessions/:id/expire", expire},
          {"GET", "/v1/checkout/sessions/:id/line_items", line_items}};
}

}  // namespace purser::sandbox
