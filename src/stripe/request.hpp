// Every request that Purser sends, as a value: method, path and form. What is not built here is never sent.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/offer.hpp"
#include "domain/subscription.hpp"
#include "stripe/form.hpp"

namespace purser::stripe {

/// The version that requests are pinned to; answers come in it.
inline constexpr std::string_view api_version = "2026-06-24.dahlia";
inline constexpr std::string_view default_api_base = "https://api.stripe.com";
inline constexpr std::size_t id_max_bytes = 255;

struct Request {
  std::string method;
  std::string path;     ///< from the host on, with the query
  std::string body;     ///< form-encoded; empty for GET
  std::string account;  ///< acct_… of a connected account, on whose behalf; empty for the own one
  bool operator==(const Request &) const = default;
};

inline constexpr const char *account_metadata = "purser_account";
inline constexpr const char *intent_metadata = "purser_intent";

/// docs.stripe.com/api/customers/create
Form customer_form(std::string_view account, std::string_view email, std::string_view name);
inline constexpr std::string_view customers_path = "/v1/customers";

/// What a checkout session is made of. docs.stripe.com/api/checkout/sessions/create
struct CheckoutDraft {
  std::string account;
  std::string customer;
  std::string price;       ///< price_…
  std::string lookup_key;  ///< may be empty
  std::int64_t quantity = 1;
  bool recurring = true;
  std::int64_t trial_days = 0;
  std::string promotion_code;  ///< promo_…
  bool allow_promotion_codes = false;
  std::string locale;
  std::string success_url;
  std::string cancel_url;
  std::vector<std::pair<std::string, std::string>> metadata;
};
/// Metadata stands on the session and on what it makes (subscription or payment): Stripe copies none. Without purser_intent: `sealed`
/// adds it.
Form checkout_form(const CheckoutDraft &draft);
/// The form as it is sent: with the intent that it carries out, wherever it carries metadata.
Form sealed(Form form, std::string_view intent);
inline constexpr std::string_view sessions_path = "/v1/checkout/sessions";

/// docs.stripe.com/api/customer_portal/sessions/create
struct PortalDraft {
  std::string customer;
  std::string return_url;
  std::string locale;
  domain::PortalFlow flow = domain::PortalFlow::home;
  std::string subscription;  ///< cancel, update, update_confirm
  std::string item;          ///< update_confirm: si_…
  std::string price;         ///< update_confirm
  std::int64_t quantity = 1;
};
Request portal_session(const PortalDraft &draft);

Request get_session(std::string_view id);
Request expire_session(std::string_view id);
Request get_subscription(std::string_view id);
/// docs.stripe.com/api/subscriptions/cancel: at once, nothing is credited or billed; .../update: at the end of what is paid for.
std::string subscription_path(std::string_view id);
Form cancel_at_period_end_form();
Request get_customer(std::string_view id);
Request get_price(std::string_view id);
Request prices_with_key(std::string_view lookup_key);
Request promotion_codes(std::string_view code);
/// Ended ones too: they say whether a trial was had.
Request subscriptions_of(std::string_view customer, std::string_view after);
/// Newest first, from `created_s` on; `after` is the last id of the page before, or empty.
Request sessions_since(std::int64_t created_s, std::string_view after);
Request customers_since(std::int64_t created_s, std::string_view after);

/// One object as it stands now, by Stripe's word for it, without expansions. nullopt: a type that is never fetched, or an id that is empty
/// or too long. For the entitlement summary, whose id is the customer's, the first page of the list.
std::optional<Request> object_request(std::string_view type, std::string_view id);
/// docs.stripe.com/api/entitlements/active-entitlement/list
Request entitlements_of(std::string_view customer, std::string_view after);
/// The invoices that a payment paid: since basil neither a charge nor a refund names its invoice.
Request invoice_payments_of(std::string_view payment_intent);
/// The Events API: newest first, of the last 30 days at most; `starting_after` is the last id of the page before, or empty.
Request events_request(std::int64_t created_gte_s, std::string_view starting_after);

/// letters, digits and `_`, at most 255: fit for a path. Everything else is somebody's mistake or attack.
bool valid_id(std::string_view id, std::string_view prefix);

}  // namespace purser::stripe
