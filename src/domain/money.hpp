// What was paid for what, and what of it went back. Payments, invoices, refunds and disputes find each other through the ids that they
// name, so that every version's way of saying it counts and no order of arrival matters.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/charge.hpp"
#include "domain/dispute.hpp"
#include "domain/invoice.hpp"
#include "domain/invoice_payment.hpp"
#include "domain/refund.hpp"
#include "domain/session.hpp"
#include "domain/subscription.hpp"

namespace purser::domain {

/// needs_response, under_review or lost: the money is with the bank. An inquiry (warning_…) has taken nothing yet.
bool takes_money(std::string_view dispute_status);

/// What went back of what was paid.
struct GivenBack {
  std::int64_t paid = 0;
  std::int64_t refunded = 0;  ///< refunds that failed are not counted
  std::int64_t disputed = 0;  ///< of disputes that take money
  bool dispute = false;       ///< one is open, or was lost
  bool open_dispute = false;
  std::string currency;
  bool wholly() const { return paid > 0 && refunded >= paid; }
};

/// Folded objects in, in any order and with any of them missing; repeated ids are to be left out by the caller.
class Money {
 public:
  void add(const std::string &id, Invoice invoice);
  void add(const std::string &id, const InvoicePayment &payment);
  void add(const std::string &id, Charge charge);
  void add(const std::string &id, Refund refund);
  void add(const std::string &id, Dispute dispute);
  void add(const std::string &id, const Session &session);

  bool has_invoice(const std::string &id) const { return invoices_.contains(id); }
  /// Of an invoice or a one-time session.
  GivenBack of(const std::string &id) const;
  /// Of all that was paid for the item's current period: every invoice of the subscription with a line of the item that begins in it.
  GivenBack of_item(std::string_view subscription, const SubscriptionItem &item) const;

 private:
  /// Ids that are one thing: a forest of sets.
  class Sets {
   public:
    void unite(const std::string &a, const std::string &b);
    std::string root(std::string id) const;

   private:
    std::map<std::string, std::string> parent_;
  };
  struct Numbers {
    std::int64_t by_charge = 0, live = 0, failed = 0;
  };

  std::int64_t paid(const std::string &purchase) const;
  void pay(const std::string &purchase, const std::string &payment);

  std::map<std::string, Invoice> invoices_;
  std::map<std::string, std::int64_t> sessions_;  ///< what each asked for
  std::map<std::string, Charge> charges_;
  std::map<std::string, Refund> refunds_;
  std::map<std::string, Dispute> disputes_;
  Sets payments_;   ///< payment_intent, charge, refund, dispute of one payment
  Sets purchases_;  ///< and the invoice or session that it paid
};

}  // namespace purser::domain
