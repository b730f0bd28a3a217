// From Stripe's word for an object to the record it is read into: the one list of the types that fold.
#pragma once
#include <string>
#include <string_view>
#include <type_traits>

#include "stripe/reader.hpp"

namespace purser::stripe {

inline constexpr std::string_view summary_type = "entitlements.active_entitlement_summary";

/// Calls f(std::type_identity<Record>{}); false, and no call, for a type that does not fold.
template <class F>
bool with_type(std::string_view type, F f) {
  using namespace domain;
  if (type == "subscription") return f(std::type_identity<Subscription>{}), true;
  if (type == "customer") return f(std::type_identity<Customer>{}), true;
  if (type == "invoice") return f(std::type_identity<Invoice>{}), true;
  if (type == "checkout.session") return f(std::type_identity<Session>{}), true;
  if (type == "charge") return f(std::type_identity<Charge>{}), true;
  if (type == "invoice_payment") return f(std::type_identity<InvoicePayment>{}), true;
  if (type == "refund") return f(std::type_identity<Refund>{}), true;
  if (type == "dispute") return f(std::type_identity<Dispute>{}), true;
  if (type == "product") return f(std::type_identity<StripeProduct>{}), true;
  if (type == "price") return f(std::type_identity<StripePrice>{}), true;
  if (type == "subscription_schedule") return f(std::type_identity<Schedule>{}), true;
  if (type == "transfer") return f(std::type_identity<Transfer>{}), true;
  if (type == "payout") return f(std::type_identity<Payout>{}), true;
  if (type == "account") return f(std::type_identity<StripeAccount>{}), true;
  if (type == summary_type) return f(std::type_identity<EntitlementSummary>{}), true;
  return false;
}

inline void read(const json::object &raw, domain::Subscription &out) { out = read_subscription(raw); }
inline void read(const json::object &raw, domain::Customer &out) { out = read_customer(raw); }
inline void read(const json::object &raw, domain::Session &out) { out = read_session(raw); }
inline void read(const json::object &raw, domain::Invoice &out) { out = read_invoice(raw); }
inline void read(const json::object &raw, domain::InvoicePayment &out) { out = read_invoice_payment(raw); }
inline void read(const json::object &raw, domain::Charge &out) { out = read_charge(raw); }
inline void read(const json::object &raw, domain::Refund &out) { out = read_refund(raw); }
inline void read(const json::object &raw, domain::Dispute &out) { out = read_dispute(raw); }
inline void read(const json::object &raw, domain::StripeProduct &out) { out = read_stripe_product(raw); }
inline void read(const json::object &raw, domain::StripePrice &out) { out = read_stripe_price(raw); }
inline void read(const json::object &raw, domain::Schedule &out) { out = read_schedule(raw); }
inline void read(const json::object &raw, domain::Transfer &out) { out = read_transfer(raw); }
inline void read(const json::object &raw, domain::Payout &out) { out = read_payout(raw); }
inline void read(const json::object &raw, domain::StripeAccount &out) { out = read_stripe_account(raw); }
inline void read(const json::object &raw, domain::EntitlementSummary &out) { out = read_entitlement_summary(raw); }

/// Session, and every record that has a join over what was seen of it.
template <class T>
inline constexpr bool joined_type = std::is_same_v<T, domain::Session> || requires(std::span<const domain::Seen<T>> facts) {
  domain::join(facts);
};

/// Empty for a record that belongs to no customer.
template <class T>
std::string named_customer(const T &record) {
  if constexpr (requires { record.customer; })
    return record.customer;
  else
    return {};
}

}  // namespace purser::stripe
