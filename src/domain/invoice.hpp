// An invoice of Stripe's, reduced to what an account owes and paid, and for what. No names, addresses or e-mail.
#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "domain/join.hpp"

namespace purser::domain {

struct InvoiceLine {
  std::string id;
  std::string price;              ///< price id, or the plan's id on old shapes
  std::string subscription_item;  ///< empty for a one-time item
  std::int64_t quantity = 0;
  std::int64_t amount = 0;
  std::int64_t period_start_s = 0;
  std::int64_t period_end_s = 0;
  bool proration = false;
  bool operator==(const InvoiceLine &) const = default;
};
BOOST_DESCRIBE_STRUCT(InvoiceLine, (), (id, price, subscription_item, quantity, amount, period_start_s, period_end_s, proration))

/// Amounts in minor units, times in Stripe's unix seconds; 0 = not set.
struct Invoice {
  std::string customer;
  std::string subscription;    ///< empty for one that no subscription made
  std::string status;          ///< draft < open < uncollectible < paid, void
  std::string number;          ///< empty until finalized
  std::string billing_reason;  ///< subscription_create, subscription_cycle, subscription_update, manual, …
  std::string collection_method;
  std::string currency;
  std::int64_t amount_due = 0;
  std::int64_t amount_paid = 0;
  std::int64_t amount_remaining = 0;
  std::int64_t subtotal = 0;
  std::int64_t total = 0;
  std::int64_t tax = 0;
  std::int64_t created_s = 0;
  std::int64_t period_start_s = 0;  ///< of the usage that is billed; what is paid for in advance stands on the lines
  std::int64_t period_end_s = 0;
  std::int64_t due_date_s = 0;
  std::int64_t next_payment_attempt_s = 0;
  std::int64_t attempt_count = 0;
  bool attempted = false;
  bool paid = false;
  std::vector<std::string>
      payment_intents;  ///< sorted; versions from basil on say them on InvoicePayment, and here only where `payments` is asked for
  std::string charge;   ///< versions before basil
  std::string hosted_invoice_url;  ///< Stripe prints it anew each time: two prints of one state differ
  std::string invoice_pdf;
  std::vector<InvoiceLine> lines;  ///< sorted by id; the first page of them
  bool operator==(const Invoice &) const = default;

  std::int64_t paid_until_s() const;  ///< the latest period end of a line that is no proration
};
BOOST_DESCRIBE_STRUCT(Invoice, (),
                      (customer, subscription, status, number, billing_reason, collection_method, currency, amount_due, amount_paid,
                       amount_remaining, subtotal, total, tax, created_s, period_start_s, period_end_s, due_date_s, next_payment_attempt_s,
                       attempt_count, attempted, paid, payment_intents, charge, hosted_invoice_url, invoice_pdf, lines))

/// The fact of the greatest (status, attempts, created); amount_paid by max, payments of all.
Invoice join(std::span<const Seen<Invoice>> facts);

}  // namespace purser::domain
