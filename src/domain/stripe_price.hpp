// A price as it stands at Stripe: what the catalog's is compared with.
#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <string>

namespace purser::domain {

struct StripePrice {
  std::string product;
  std::string lookup_key;
  std::string currency;
  std::int64_t unit_amount = -1;  ///< -1: tiered, custom or a fraction of a minor unit
  std::string interval;           ///< empty for a one-time price
  std::int64_t interval_count = 0;
  std::string type;  ///< one_time, recurring
  bool active = false;
  bool deleted = false;  ///< then nothing else is known
  bool operator==(const StripePrice &) const = default;
};
BOOST_DESCRIBE_STRUCT(StripePrice, (), (product, lookup_key, currency, unit_amount, interval, interval_count, type, active, deleted))

}  // namespace purser::domain
