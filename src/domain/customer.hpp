#pragma once
#include <boost/describe/class.hpp>
#include <string>

#include "domain/subscription.hpp"

namespace purser::domain {

/// The Stripe customer, reduced. `deleted` comes from the event's type or a deleted stub.
struct Customer {
  std::string email;
  std::string name;
  std::string phone;
  std::string currency;
  bool delinquent = false;
  bool deleted = false;
  std::string default_payment_method;  ///< invoice_settings.default_payment_method
  std::string default_source;
  Metadata metadata;
  bool operator==(const Customer &) const = default;
};
BOOST_DESCRIBE_STRUCT(Customer, (), (email, name, phone, currency, delinquent, deleted, default_payment_method, default_source, metadata))

}  // namespace purser::domain
