// One reader for every API version: raw Stripe JSON in, domain records and fold facts out (FOLD.md section 2, STRIPE.md section 5).
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "domain/customer.hpp"
#include "domain/fact.hpp"
#include "domain/session.hpp"
#include "domain/subscription.hpp"

namespace purser::stripe {

domain::Subscription read_subscription(const json::object &raw);
domain::Customer read_customer(const json::object &raw);
domain::Session read_session(const json::object &raw);

/// Undoes `previous_attributes` on the raw object, in its own version (FOLD.md section 2).
json::object undo(const json::object &object, const json::object &previous);

/// Canonical record text of a domain record: described members, sorted, null/empty left out. Its SHA-256 is the fold's vertex.
std::string record(const domain::Subscription &s);
std::string record(const domain::Customer &c);
std::string record(const domain::Session &s);
/// And back: what `record` wrote.
domain::Subscription subscription_of(std::string_view record);
domain::Customer customer_of(std::string_view record);
domain::Session session_of(std::string_view record);

/// What a verified event or a fetched object says about one object.
struct Observation {
  domain::ObjectKey key;
  domain::EventFact event;  ///< for a fetch only post and terminal are set
  std::string post_record;
  std::string customer;                                         ///< whose it is at Stripe (for a customer: its own id)
  std::string purser_account;                                   ///< metadata.purser_account: a link fact
  bool purser_metadata = false;                                 ///< any metadata key that starts with purser_
  std::string client_reference_id;                              ///< a suggestion
  std::vector<std::pair<std::string, std::string>> price_keys;  ///< (price id, lookup_key or empty) of its items
};

inline constexpr std::string_view account_key = "purser_account";

/// Types that fold: subscription, customer, checkout.session. nullopt for all others: recorded.
/// `event` is the whole parsed event; its shape was checked by read_envelope.
std::optional<Observation> observe_event(const json::object &event);
/// From the object itself; `stripe_account` as for events.
std::optional<Observation> observe_object(const json::object &object, bool livemode, std::string stripe_account);

}  // namespace purser::stripe
