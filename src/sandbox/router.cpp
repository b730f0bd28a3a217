// Method and path → the handler of a noun.
#include <algorithm>

#include "sandbox/call.hpp"
#include "sandbox/router.hpp"

namespace purser::sandbox {
namespace {

std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> out;
  while (!path.empty()) {
    const std::size_t slash = path.find('/', 1);
    out.push_back(path.substr(1, slash == std::string_view::npos ? slash : slash - 1));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash);
  }
  return out;
}

bool matches(std::string_view pattern, const std::vector<std::string_view> &parts, std::vector<std::string> &ids) {
  const std::vector<std::string_view> wanted = segments(pattern);
  if (wanted.size() != parts.size()) return false;
  ids.clear();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (wanted[i] == ":id" && !parts[i].empty())
      ids.emplace_back(parts[i]);
    else if (wanted[i] != parts[i])
      return false;
  }
  return true;
}

}  // namespace

const std::vector<Route> &routes() {
  static const std::vector<Route> all = [] {
    std::vector<Route> out;
    for (const auto &of_noun :
         {product_routes,    price_routes,    customer_routes,     payment_method_routes,    payment_intent_routes,   setup_intent_routes,
          charge_routes,     session_routes,  subscription_routes, subscription_item_routes, invoice_routes,          invoice_item_routes,
          coupon_routes,     portal_routes,   event_routes,        payment_link_routes,      webhook_endpoint_routes, refund_routes,
          dispute_routes,    schedule_routes, account_routes,      transfer_routes,          payout_routes,           feature_routes,
          entitlement_routes}) {
      const std::vector<Route> some = of_noun();
      out.insert(out.end(), some.begin(), some.end());
    }
    return out;
  }();
  return all;
}

Value answer_call(World &world, std::string_view method, std::string_view path, const Value &parameters, std::string account) {
  const std::vector<std::string_view> parts = segments(path);
  Call call{world, path, Params(parameters), {}, std::move(account)};
  for (const Route &route : routes()) {
    if (route.method != method || !matches(route.path, parts, call.ids)) continue;
    if (!call.account.empty() && !route.connected)
      throw invalid_request("This sandbox keeps the balance, the payouts and the events of a connected account, and nothing else of it.");
    const std::vector<std::string> expansions = call.params.texts("expand");
    Value answer = route.handler(call);
    if (expansions.empty()) return answer;
    expand(world, answer, expansions);
    return answer;
  }
  throw invalid_request(
      "Unrecognized request URL (" + std::string(method) + ": " + std::string(path) +
          "). If you are trying to list objects, remove the trailing slash. If you are trying to retrieve an object, make sure you passed "
          "a valid "
          "(non-empty) identifier in your code. Please see https://stripe.com/docs or we can help at https://support.stripe.com/.",
      {}, {}, 404);
}

}  // namespace purser::sandbox
