#include "base/record.hpp"

#include "stripe/reader.hpp"

namespace purser::stripe {
namespace {

template <class T>
T read_back(std::string_view record) {
  return from_json<T>(json::parse_judged(record).root);
}

}  // namespace

std::string record(const domain::Subscription &s) { return canonical_text(s); }
std::string record(const domain::Customer &c) { return canonical_text(c); }
std::string record(const domain::Session &s) { return canonical_text(s); }
std::string record(const domain::Invoice &i) { return canonical_text(i); }
std::string record(const domain::InvoicePayment &p) { return canonical_text(p); }
std::string record(const domain::Charge &c) { return canonical_text(c); }
std::string record(const domain::Refund &r) { return canonical_text(r); }
std::string record(const domain::Dispute &d) { return canonical_text(d); }
std::string record(const domain::StripeProduct &p) { return canonical_text(p); }
std::string record(const domain::StripePrice &p) { return canonical_text(p); }
std::string record(const domain::Schedule &s) { return canonical_text(s); }
std::string record(const domain::Transfer &t) { return canonical_text(t); }
std::string record(const domain::Payout &p) { return canonical_text(p); }
std::string record(const domain::StripeAccount &a) { return canonical_text(a); }
std::string record(const domain::EntitlementSummary &s) { return canonical_text(s); }

domain::Subscription subscription_of(std::string_view record) { return read_back<domain::Subscription>(record); }
domain::Customer customer_of(std::string_view record) { return read_back<domain::Customer>(record); }
domain::Session session_of(std::string_view record) { return read_back<domain::Session>(record); }
domain::Invoice invoice_of(std::string_view record) { return read_back<domain::Invoice>(record); }
domain::InvoicePayment invoice_payment_of(std::string_view record) { return read_back<domain::InvoicePayment>(record); }
domain::Charge charge_of(std::string_view record) { return read_back<domain::Charge>(record); }
domain::Refund refund_of(std::string_view record) { return read_back<domain::Refund>(record); }
domain::Dispute dispute_of(std::string_view record) { return read_back<domain::Dispute>(record); }
domain::StripeProduct stripe_product_of(std::string_view record) { return read_back<domain::StripeProduct>(record); }
domain::StripePrice stripe_price_of(std::string_view record) { return read_back<domain::StripePrice>(record); }
domain::Schedule schedule_of(std::string_view record) { return read_back<domain::Schedule>(record); }
domain::Transfer transfer_of(std::string_view record) { return read_back<domain::Transfer>(record); }
domain::Payout payout_of(std::string_view record) { return read_back<domain::Payout>(record); }
domain::StripeAccount stripe_account_of(std::string_view record) { return read_back<domain::StripeAccount>(record); }
domain::EntitlementSummary entitlement_summary_of(std::string_view record) { return read_back<domain::EntitlementSummary>(record); }

}  // namespace purser::stripe
