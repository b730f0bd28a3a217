// Subscriptions and their life: trial, periods, renewal, dunning, cancellation.
#pragma once
#include <optional>

#include "sandbox/invoice.hpp"
#include "sandbox/params.hpp"
#include "sandbox/world.hpp"

namespace purser::sandbox {

struct NewItem {
  std::string price;
  std::int64_t quantity = 1;
  Object metadata;
};
struct NewSubscription {
  std::string customer, currency, method, description;
  std::vector<NewItem> items;
  std::vector<NewLine> more_lines;  ///< what is paid once with the first invoice
  Object metadata;
  std::int64_t trial_end_s = 0;
  std::int64_t anchor_s = 0;  ///< billing_cycle_anchor; 0 = now, or the end of the trial
  std::string missing_method = "create_invoice";
  std::string collection_method = "charge_automatically";
  std::int64_t days_until_due = 0;
  std::int64_t cancel_at_s = 0;
  bool cancel_at_period_end = false;
  bool flexible = true;
  bool prorates = true;
  std::vector<std::pair<std::string, std::string>> discounts;  ///< coupon, promotion code
  std::string session;
};

enum class FirstPayment {
  now,      ///< attempted; what fails leaves it incomplete
  later,    ///< default_incomplete: the buyer confirms it
  required  ///< error_if_incomplete: a failure throws, and nothing remains
};
/// Makes it with its first invoice. Tells of all that happens.
std::string make_subscription(World &world, const NewSubscription &made, FirstPayment first);

/// Not canceled, not expired.
bool is_live(const Object &subscription);
struct CancelNow {
  bool invoice_now = false, prorate = false;
  std::string reason = "cancellation_requested", comment, feedback;
};
/// `behavior` as the API names it; resumes_at_s 0 = when it is taken back.
void pause_collection(World &world, const std::string &id, std::string_view behavior, std::int64_t resumes_at_s);
void cancel_now(World &world, const std::string &id, const CancelNow &how);
/// `by_portal`: flexible billing then sets cancel_at alone.
void cancel_at_period_end(World &world, Object &subscription, bool by_portal);
void undo_cancellation(Object &subscription);
void set_cancel_at(World &world, Object &subscription, std::int64_t at_s);
/// Throws for a moment that is past, or so far off that Stripe takes it for a mistake.
void check_moment(std::int64_t now_s, std::int64_t at_s, std::string_view parameter);
std::int64_t period_end(const Object &subscription);

enum class Prorate { none, pending, invoice };
struct ItemChange {
  std::string id;     ///< si_…; empty = a new one
  std::string price;  ///< empty = as it is
  std::optional<std::int64_t> quantity;
  bool deleted = false;
  std::optional<Object> metadata;
};
/// Changes items with prorations. `new_cycle` = the billing cycle starts now.
void change_items(World &world, const std::string &id, const std::vector<ItemChange> &changes, Prorate prorate, bool new_cycle);
/// The same with `pending_if_incomplete`: what is not paid at once stays pending, and the subscription as it was.
void change_items_if_paid(World &world, const std::string &id, const std::vector<ItemChange> &changes, Prorate prorate, bool new_cycle);
/// Its invoice was paid (applied), or was voided or not paid in time (expired).
void end_pending_update(World &world, const std::string &id, std::string_view invoice, bool paid);
void pending_update_expires(World &world, const std::string &id);
/// Ends a trial now: a period begins, and is paid.
void end_trial(World &world, const std::string &id);
/// A trial until then, also of one that is active: nothing is paid before.
void extend_trial(World &world, const std::string &id, std::int64_t end_s);
/// Out of `paused`; `new_cycle` = a period begins now and is paid.
void resume_paused(World &world, const std::string &id, bool new_cycle);
/// Top-level plan and quantity, and the list's frame, follow the items: no type names them, every answer of Stripe's has them.
void refresh(Object &subscription);
/// Puts what will happen into the agenda.
void schedule(World &world, const Object &subscription);
Object new_item(World &world, std::string_view subscription, const NewItem &item, std::int64_t start_s, std::int64_t end_s);
std::string line_text(World &world, const Object &price, std::int64_t quantity, std::string_view status);

// What invoices and time bring.
void subscription_invoice_paid(World &world, const std::string &id, std::string_view invoice);
void subscription_invoice_failed(World &world, const std::string &id, std::string_view invoice, bool last_attempt);
void subscription_period_ends(World &world, const std::string &id);
void subscription_cancels(World &world, const std::string &id);
void subscription_trial_will_end(World &world, const std::string &id);
void subscription_incomplete_expires(World &world, const std::string &id);
void subscription_collection_resumes(World &world, const std::string &id);
void subscription_upcoming(World &world, const std::string &id);
/// The invoice of its next period, as a preview: its id begins with `upcoming_in_`.
Object upcoming_invoice(World &world, const Object &subscription);

}  // namespace purser::sandbox
