// Money taken from a payment method. No card, address or e-mail.
#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <span>
#include <string>

#include "domain/join.hpp"

namespace purser::domain {

struct Charge {
  std::string customer;  ///< empty for a guest
  std::string payment_intent;
  std::string invoice;  ///< versions before basil; since then InvoicePayment says it
  std::int64_t amount = 0;
  std::int64_t amount_refunded = 0;
  bool refunded = false;  ///< wholly
  bool disputed = false;  ///< ever
  std::string status;     ///< pending < succeeded, failed
  std::string currency;
  std::int64_t created_s = 0;
  bool operator==(const Charge &) const = default;
};
BOOST_DESCRIBE_STRUCT(Charge, (),
                      (customer, payment_intent, invoice, amount, amount_refunded, refunded, disputed, status, currency, created_s))

Charge join(std::span<const Seen<Charge>> facts);

}  // namespace purser::domain
