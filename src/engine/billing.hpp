// What a billing page shows: invoices, subscriptions, what is due, what to tell.
#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace purser::engine {

struct InvoiceListed {
  std::string invoice, number, status, subscription, billing_reason, currency;
  std::int64_t total = 0, amount_due = 0, amount_paid = 0, amount_remaining = 0, amount_refunded = 0;
  bool disputed = false;
  std::int64_t attempt_count = 0;
  TimeMs created_ms = 0, due_ms = 0, next_attempt_ms = 0, period_start_ms = 0, period_end_ms = 0;
  std::string hosted_url, pdf_url;
};
BOOST_DESCRIBE_STRUCT(InvoiceListed, (),
                      (invoice, number, status, subscription, billing_reason, currency, total, amount_due, amount_paid, amount_remaining,
                       amount_refunded, disputed, attempt_count, created_ms, due_ms, next_attempt_ms, period_start_ms, period_end_ms,
                       hosted_url, pdf_url))
struct InvoiceList {
  std::vector<InvoiceListed> invoices;
  std::string next;
};
BOOST_DESCRIBE_STRUCT(InvoiceList, (), (invoices, next))

struct SubscriptionHeld {
  std::string subscription, customer, status, items, collection_method;
  TimeMs period_start_ms = 0, period_end_ms = 0, trial_end_ms = 0, cancels_at_ms = 0, ended_ms = 0;
  bool paused = false;
  std::string schedule;
  bool unconfirmed = false;
};
BOOST_DESCRIBE_STRUCT(SubscriptionHeld, (),
                      (subscription, customer, status, items, collection_method, period_start_ms, period_end_ms, trial_end_ms,
                       cancels_at_ms, ended_ms, paused, schedule, unconfirmed))
struct Notice {
  std::string kind, subscription, invoice, currency;
  std::int64_t amount = 0;
  TimeMs at_ms = 0;
  std::string url;
};
BOOST_DESCRIBE_STRUCT(Notice, (), (kind, subscription, invoice, currency, amount, at_ms, url))
struct Owed {
  std::string currency;
  std::int64_t amount = 0, invoices = 0;
};
BOOST_DESCRIBE_STRUCT(Owed, (), (currency, amount, invoices))
struct Billing {
  std::string account, customer;
  std::vector<SubscriptionHeld> subscriptions;
  std::vector<Notice> notices;
  std::vector<Owed> owed;
};
BOOST_DESCRIBE_STRUCT(Billing, (), (account, customer, subscriptions, notices, owed))

}  // namespace purser::engine
