// Invoices: draft → open → paid, void or uncollectible.
#pragma once
#include "sandbox/payment.hpp"
#include "sandbox/world.hpp"

namespace purser::sandbox {

struct NewLine {
  std::string price, description;
  std::int64_t amount = 0, quantity = 1, start_s = 0, end_s = 0;
  std::string item;          ///< si_…, where it is for a subscription's item
  std::string invoice_item;  ///< ii_…, where it was pending
  bool proration = false;
};
struct NewInvoice {
  std::string customer, subscription, reason, currency;
  std::vector<NewLine> lines;
  std::int64_t period_start_s = 0, period_end_s = 0;
  std::string collection_method = "charge_automatically";
  std::int64_t days_until_due = 0;
  bool auto_advance = true;
  bool takes_pending_items = true;
};

/// A rendered draft without an id: what make_invoice keeps, and what a preview shows. `settle` = pending items and discounts are used up.
Object draft_invoice(World &world, const NewInvoice &made, bool settle);
/// A draft; tells of invoice.created.
std::string make_invoice(World &world, const NewInvoice &made);
/// Open, with a number; paid at once where nothing is due.
void finalize_invoice(World &world, std::string_view invoice);
/// One attempt with the method; what follows for subscription and customer follows.
Attempt pay_invoice(World &world, std::string_view invoice, std::string_view method);
/// Finalizes a draft where need be and attempts with what the customer has; schedules the next retry after a failure.
Attempt collect_invoice(World &world, std::string_view invoice);
/// The intent was tried outside of its invoice: what that means for the invoice.
void invoice_intent_ended(World &world, std::string_view intent, Attempt outcome);
/// The intent that pays it: pi_…, or empty.
std::string intent_of(World &world, std::string_view invoice);
void void_invoice(World &world, std::string_view invoice);
void mark_uncollectible(World &world, std::string_view invoice);
/// Every open invoice of the customer that an attempt has failed for.
void pay_due_invoices(World &world, std::string_view customer);
/// {client_secret, type} or null.
Value confirmation_secret(World &world, std::string_view invoice);
/// 30 where nothing is said; throws for what no calendar has.
std::int64_t days_until_due(const Params &params);
/// sub_… or empty.
std::string invoice_subscription(const Object &invoice);
/// The due of a draft's hour and of a retry.
void invoice_finalizes(World &world, std::string_view invoice);
void invoice_retries(World &world, std::string_view invoice);

}  // namespace purser::sandbox
