// Where each object stands at Stripe: from its word and id to the GET, and from a thin event's url back.
#include <algorithm>
#include <array>

#include "stripe/envelope.hpp"
#include "stripe/object_type.hpp"
#include "stripe/request.hpp"

namespace purser::stripe {
namespace {

struct Collection {
  std::string_view type;
  std::string_view path;
};
constexpr std::array<Collection, 14> collections{{
    {"subscription", "/v1/subscriptions/"},
    {"customer", "/v1/customers/"},
    {"invoice", "/v1/invoices/"},
    {"checkout.session", "/v1/checkout/sessions/"},
    {"charge", "/v1/charges/"},
    {"refund", "/v1/refunds/"},
    {"dispute", "/v1/disputes/"},
    {"product", "/v1/products/"},
    {"price", "/v1/prices/"},
    {"subscription_schedule", "/v1/subscription_schedules/"},
    {"transfer", "/v1/transfers/"},
    {"payout", "/v1/payouts/"},
    {"account", "/v1/accounts/"},
    {"invoice_payment", "/v1/invoice_payments/"},
}};

/// A transfer that was a payout (before 2017-04-06) stands under neither name today.
bool gone(std::string_view type, std::string_view id) { return type == "payout" && id.starts_with("tr_"); }

}  // namespace

std::optional<Request> object_request(std::string_view type, std::string_view id) {
  if (id.empty() || id.size() > id_max_bytes || id == "." || id == ".." || gone(type, id)) return std::nullopt;
  if (type == summary_type) return entitlements_of(id, {});
  const auto found = std::ranges::find(collections, type, &Collection::type);
  if (found == collections.end()) return std::nullopt;
  return Request{"GET", std::string(found->path) + path_segment(id), {}};
}

std::optional<std::pair<std::string, std::string>> fetchable(const Envelope &envelope) {
  if (!envelope.thin) return std::nullopt;
  std::string_view type = envelope.object_type;
  if (type.starts_with("v1.")) type.remove_prefix(3);
  if (object_request(type, envelope.object_id)) return std::pair(std::string(type), envelope.object_id);
  const std::string_view url = envelope.object_url;
  for (const Collection &collection : collections) {
    if (!url.starts_with(collection.path)) continue;
    const std::string_view id = url.substr(collection.path.size());
    if (id.find_first_of("/?#%") == std::string_view::npos && object_request(collection.type, id))
      return std::pair(std::string(collection.type), std::string(id));
  }
  return std::nullopt;
}

}  // namespace purser::stripe
