// A product as it stands at Stripe: what the catalog's is compared with.
#pragma once
#include <boost/describe/class.hpp>
#include <string>

namespace purser::domain {

struct StripeProduct {
  std::string name;
  bool active = false;
  bool deleted = false;  ///< then nothing else is known
  bool operator==(const StripeProduct &) const = default;
};
BOOST_DESCRIBE_STRUCT(StripeProduct, (), (name, active, deleted))

}  // namespace purser::domain
