// One reader for every API version: raw Stripe JSON in, domain records and fold facts out (FOLD.md section 2, STRIPE.md section 5).
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "domain/charge.hpp"
#include "domain/customer.hpp"
#include "domain/dispute.hpp"
#include "domain/entitlement_summary.hpp"
#include "domain/fact.hpp"
#include "domain/invoice.hpp"
#include "domain/invoice_payment.hpp"
#include "domain/payout.hpp"
#include "domain/refund.hpp"
#include "domain/schedule.hpp"
#include "domain/session.hpp"
#include "domain/stripe_account.hpp"
#include "domain/stripe_price.hpp"
#include "domain/stripe_product.hpp"
#include "domain/subscription.hpp"
#include "domain/transfer.hpp"

namespace purser::stripe {

domain::Subscription read_subscription(const json::object &raw);
domain::Customer read_customer(const json::object &raw);
domain::Session read_session(const json::object &raw);
domain::Invoice read_invoice(const json::object &raw);
domain::InvoicePayment read_invoice_payment(const json::object &raw);
domain::Charge read_charge(const json::object &raw);
domain::Refund read_refund(const json::object &raw);
domain::Dispute read_dispute(const json::object &raw);
domain::StripeProduct read_stripe_product(const json::object &raw);
domain::StripePrice read_stripe_price(const json::object &raw);
domain::Schedule read_schedule(const json::object &raw);
domain::Transfer read_transfer(const json::object &raw);
domain::Payout read_payout(const json::object &raw);
domain::StripeAccount read_stripe_account(const json::object &raw);
domain::EntitlementSummary read_entitlement_summary(const json::object &raw);

/// Undoes `previous_attributes` on the raw object, in its own version (FOLD.md section 2).
json::object undo(const json::object &object, const json::object &previous);

/// Canonical record text of a domain record: described members, sorted, null/empty left out. Its SHA-256 is the fold's vertex.
std::string record(const domain::Subscription &s);
std::string record(const domain::Customer &c);
std::string record(const domain::Session &s);
std::string record(const domain::Invoice &i);
std::string record(const domain::InvoicePayment &p);
std::string record(const domain::Charge &c);
std::string record(const domain::Refund &r);
std::string record(const domain::Dispute &d);
std::string record(const domain::StripeProduct &p);
std::string record(const domain::StripePrice &p);
std::string record(const domain::Schedule &s);
std::string record(const domain::Transfer &t);
std::string record(const domain::Payout &p);
std::string record(const domain::StripeAccount &a);
std::string record(const domain::EntitlementSummary &s);
/// And back: what `record` wrote.
domain::Subscription subscription_of(std::string_view record);
domain::Customer customer_of(std::string_view record);
domain::Session session_of(std::string_view record);
domain::Invoice invoice_of(std::string_view record);
domain::InvoicePayment invoice_payment_of(std::string_view record);
domain::Charge charge_of(std::string_view record);
domain::Refund refund_of(std::string_view record);
domain::Dispute dispute_of(std::string_view record);
domain::StripeProduct stripe_product_of(std::string_view record);
domain::StripePrice stripe_price_of(std::string_view record);
domain::Schedule schedule_of(std::string_view record);
domain::Transfer transfer_of(std::string_view record);
domain::Payout payout_of(std::string_view record);
domain::StripeAccount stripe_account_of(std::string_view record);
domain::EntitlementSummary entitlement_summary_of(std::string_view record);

/// How the facts of a type become its state. Types without one are recorded only: payment_method and everything that is not known here.
enum class Folding {
  edges,  ///< domain::fold: subscription, customer, product, price, subscription_schedule, payout, account
  join,   ///< join_records: checkout.session, invoice, invoice_payment, charge, refund, dispute, transfer, the entitlement summary
};
std::optional<Folding> folding(std::string_view object_type);

/// One fact of a joined object, as it was stored.
struct RecordFact {
  std::int64_t created_s = 0;
  std::string fact;
  std::string record;
};
struct Joined {
  std::string record;
  std::string customer;  ///< whose it is, as in Observation
};
/// The state of a joined object: the same for every order and every repetition of its facts. Empty for no facts and for other types.
Joined join_records(std::string_view object_type, std::span<const RecordFact> facts);
/// Whose a folded record says it is: for a customer, and for what belongs to nobody, empty.
std::string customer_named(std::string_view object_type, std::string_view record);

/// Stripe's word for an object, and its id.
using Reference = std::pair<std::string, std::string>;

/// What a verified event or a fetched object says about one object.
struct Observation {
  domain::ObjectKey key;
  domain::EventFact event;  ///< for a fetch only post and terminal are set
  std::string post_record;
  std::string customer;                                         ///< whose it is at Stripe (for a customer: its own id), or empty
  std::string purser_account;                                   ///< metadata.purser_account: a link fact
  bool purser_metadata = false;                                 ///< any metadata key that starts with purser_
  std::string client_reference_id;                              ///< a suggestion
  std::vector<std::pair<std::string, std::string>> price_keys;  ///< (price id, lookup_key or empty) of its items; of a price its own
  std::vector<Reference> references;                            ///< what it names and what access or money cannot be derived without
};

inline constexpr std::string_view account_key = "purser_account";

/// nullopt for types that do not fold, and for an object without an id (invoice.upcoming): recorded.
/// The post of a joined object leaves out what only some versions, or only one print, carry: two renderings of one event are equal.
/// `event` is the whole parsed event; its shape was checked by read_envelope.
std::optional<Observation> observe_event(const json::object &event);
/// From the object itself; `stripe_account` as for events.
std::optional<Observation> observe_object(const json::object &object, bool livemode, std::string stripe_account);
/// From all pages of a customer's list of active entitlements, which has no object of its own. `has_more`: not all pages were read.
Observation observe_entitlement_list(std::string customer, std::span<const json::object *const> elements, bool has_more, bool livemode,
                                     std::string stripe_account);

}  // namespace purser::stripe
