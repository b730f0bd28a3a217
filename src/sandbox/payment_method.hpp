// Cards and other means of payment. What a card will do is hidden, as at Stripe.
#pragma once
#include "sandbox/params.hpp"
#include "sandbox/world.hpp"

namespace purser::sandbox {

enum class Behaviour {
  pays,
  declines_attach,  ///< pm_card_chargeDeclined
  declines,         ///< attaches; every payment is declined: pm_card_chargeCustomerFail
  asks              ///< wants its holder's authentication: pm_card_authenticationRequired
};

/// Makes one for a test token or number (`pm_card_visa`, `4242424242424242`); throws `No such PaymentMethod` for another.
std::string make_method(World &world, std::string_view token, std::string_view parameter);
std::string make_card(World &world, Behaviour behaviour, const Buyer &buyer);
Behaviour behaviour_of(World &world, std::string_view method);
/// The id or test token of one that can be attached; throws where there is none.
void check_attachable(World &world, std::string_view method, std::string_view parameter);
/// Returns its id: a token makes one.
std::string attach(World &world, std::string_view method, std::string_view customer);
void detach(World &world, std::string_view method);
/// The one that pays: of the subscription, else the customer's default; empty where there is none.
std::string paying_method(World &world, std::string_view customer, const Object *subscription);
/// What the customer's card does from now on, as the portal sets it: a new default of customer and subscriptions.
void set_card(World &world, std::string_view customer, Card card);

}  // namespace purser::sandbox
