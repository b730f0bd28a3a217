// Which payment paid which invoice: how a refund or a dispute finds its subscription since 2025-03-31.basil.
#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <span>
#include <string>

#include "domain/join.hpp"

namespace purser::domain {

struct InvoicePayment {
  std::string invoice;
  std::string payment_intent;
  std::string charge;
  std::string status;  ///< open < paid, canceled
  std::int64_t amount_paid = 0;
  std::string currency;
  bool operator==(const InvoicePayment &) const = default;
};
BOOST_DESCRIBE_STRUCT(InvoicePayment, (), (invoice, payment_intent, charge, status, amount_paid, currency))

InvoicePayment join(std::span<const Seen<InvoicePayment>> facts);

}  // namespace purser::domain
