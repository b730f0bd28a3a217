#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <span>
#include <string>

#include "domain/subscription.hpp"

namespace purser::domain {

/// A checkout session: a join of ranks, so order cannot matter (FOLD.md section 9).
struct Session {
  std::string status;          ///< open < expired < complete
  std::string payment_status;  ///< unpaid < no_payment_required < paid
  bool async_failed = false;
  std::string mode;  ///< payment, setup, subscription
  std::string customer;
  std::string subscription;
  std::string payment_intent;  ///< mode payment
  std::string invoice;
  std::string client_reference_id;  ///< a URL parameter of Payment Links: a suggestion, never a link
  std::string email;
  std::int64_t amount_total = 0;
  std::string currency;
  Metadata metadata;
  bool operator==(const Session &) const = default;
};
BOOST_DESCRIBE_STRUCT(Session, (),
                      (status, payment_status, async_failed, mode, customer, subscription, payment_intent, invoice, client_reference_id,
                       email, amount_total, currency, metadata))

/// One seen session with the fact it came from; `order` breaks ties the same way for every arrival order.
struct SessionFact {
  std::int64_t created_s = 0;
  std::string fact;
  Session session;
};
/// Status, payment and flag by rank; the other fields from the fact with the greatest (rank, created, fact).
Session join(std::span<const SessionFact> facts);

}  // namespace purser::domain
