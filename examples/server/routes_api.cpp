// The platform's routes, unchanged: JSON in, JSON out, and the webhook with its raw bytes.
#include "checkout.hpp"
#include "host.hpp"
#include "json.hpp"

namespace host {
namespace {

struct Asked {
  std::optional<Response> refusal = {};
  json::Object body = {};
};

/// Who asks must be signed in, and must be who the body says. `userId` in a body proves nothing.
Asked asked(Visit &visit) {
  if (!visit.user) return {refused_json(401, "unauthorized", "not_signed_in", "expected a session cookie; sign in first")};
  // Forms of other sites cannot send this type without asking first.
  if (!visit.request.header("content-type").starts_with("application/json"))
    return {refused_json(415, "unsupported_media_type", "no_json", "expected Content-Type: application/json")};
  auto body = json::read_object(visit.request.body);
  if (!body) return {refused_json(400, "invalid", "no_json", "expected a JSON object")};
  const std::string user = json::text_of(*body, "userId");
  if (user.empty()) return {refused_json(400, "invalid", "missing_field", "expected userId, a text")};
  if (user != visit.user->id) return {refused_json(403, "forbidden", "other_user", "userId is not the signed-in user")};
  return {std::nullopt, std::move(*body)};
}

Response create_checkout(Host &host, Visit &visit) {
  Asked given = asked(visit);
  if (given.refusal) return std::move(*given.refusal);
  const std::string price = json::text_of(given.body, "priceId");
  if (price.empty()) return refused_json(400, "invalid", "missing_field", "expected priceId, a text");
  const purser::Checkout checkout = open_checkout(host, *visit.user, price);
  return Response::json(json::write(json::Object{{"url", checkout.url}, {"sessionId", checkout.session_id}}));
}

Response create_portal(Host &host, Visit &visit) {
  Asked given = asked(visit);
  if (given.refusal) return std::move(*given.refusal);
  return Response::json(json::write(json::Object{{"url", open_portal(host, *visit.user, {}).url}}));
}

/// The status is the engine's, on every path. What it says beyond that is for people who look at Stripe's dashboard.
Response received(Host &host, const Request &request, const std::optional<std::string> &endpoint) {
  const std::string signature = request.header("stripe-signature");
  const purser::Receipt receipt = host.purser().webhook_receive({.body = request.body, .signature = signature, .endpoint = endpoint});
  if (receipt.http_status / 100 == 2) {
    host.feed().poke();
    if (host.control() && !endpoint) host.control()->heard(receipt.event_id, request.body, signature);
    return Response::json(json::write(json::Object{{"received", true}, {"outcome", purser_outcome_name(receipt.outcome)}}),
                          receipt.http_status);
  }
  return refused_json(receipt.http_status, "rejected", receipt.reason, receipt.message);
}

Response webhook(Host &host, Visit &visit) { return received(host, visit.request, std::nullopt); }
/// Events of connected accounts come here, signed with a secret of their own.
Response connect_webhook(Host &host, Visit &visit) { return received(host, visit.request, "connect"); }

Response me(Host &, Visit &visit) {
  if (!visit.user) return refused_json(401, "unauthorized", "not_signed_in", "expected a session cookie; sign in first");
  const User &user = *visit.user;
  return Response::json(json::write(json::Object{{"userId", user.id},
                                                 {"email", user.email},
                                                 {"tier", user.tier},
                                                 {"stripeCustomerId", user.stripe_customer_id},
                                                 {"stripeSubscriptionId", user.stripe_subscription_id}}));
}

}  // namespace

void add_api(Router &router, Host &host) {
  router.add("POST", "/api/v1/stripe/create-checkout", visited(host, create_checkout));
  router.add("POST", "/api/v1/stripe/create-portal", visited(host, create_portal));
  router.add("POST", "/api/v1/webhooks/stripe", visited(host, webhook));
  router.add("POST", "/webhooks/connect", visited(host, connect_webhook));
  router.add("GET", "/api/v1/me", visited(host, me));
  router.add("GET", "/health", [&host](Request &) {
    return Response::json(json::write(json::Object{{"status", "ok"}, {"service", host.options().service}}));
  });
}

}  // namespace host
