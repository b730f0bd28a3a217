// Closing an account: nothing is sold to it any more, and what it pays for ends at Stripe. Each cancellation is an intent, stored before
// it is sent, so that a crash or a lost answer leaves nobody paying for an account that is gone.
#include <algorithm>

#include "domain/account.hpp"
#include "engine/outgoing.hpp"
#include "store/belonging.hpp"

namespace purser::engine {
namespace {

using domain::CloseWhen;
using domain::IntentState;

bool will_end(const domain::Subscription &s) { return s.cancel_at_period_end || s.cancel_at > 0; }

/// At Stripe it is already as `when` wants it.
bool as_wanted(const domain::Subscription &s, CloseWhen when) {
  return domain::terminal_status(s.status) || (when == CloseWhen::at_period_end && will_end(s));
}

TimeMs end_of(const domain::Subscription &s) {
  const TimeMs period = s.status == "trialing" && s.trial_end > 0 ? s.trial_end : s.period_end();
  return to_ms(s.cancel_at > 0 ? s.cancel_at : period);
}

/// Nothing was paid for yet, so there is no period to wait for.
CloseWhen fitting(const domain::Subscription &s, CloseWhen when) { return s.status == "incomplete" ? CloseWhen::now : when; }

bool waits(const store::IntentRow &intent) { return intent.state == IntentState::open || intent.state == IntentState::unknown; }

}  // namespace

void Outgoing::require_not_closed(const std::string &account) {
  TimeMs closed_at = 0;
  books_.read([&](ports::SqlSession &db) { closed_at = store::closed_at(db, account); });
  if (closed_at > 0)
    throw Failure(Status::refused, "account_closed", "expected an account that is open, found one that was closed; nothing is sold to it",
                  "account");
}

Closed Outgoing::account_close(const std::string &account, CloseWhen when, const Deadline &deadline) {
  if (!domain::valid_account(account))
    throw Failure(Status::invalid, "account_invalid", "an account id is 1 to 200 bytes without control characters", "account");
  if (!accounts_.take(account, deadline.end()))
    throw Failure(Status::timeout, "deadline", "another call for this account was not done in time; call again", "deadline_ms");
  const KeyedLock::Held held(accounts_, account);
  const auto wanted = [&](const Standing &s) { return as_wanted(s.subscription, fitting(s.subscription, when)); };
  std::vector<Standing> known;
  books_.read([&](ports::SqlSession &db) { known = standings(db, account); });
  if (!std::ranges::all_of(known, wanted)) api_.require_usable();
  books_.change([&](ports::SqlSession &, Change &change) { change.close(account, when); });
  Error first;
  if (api_.usable()) {
    expire_open_sessions(account, deadline);
    for (const Standing &standing : refreshed_standings(account, deadline)) {
      if (wanted(standing)) {
        settle_cancel(account, standing);
        continue;
      }
      Error error;
      cancel(account, standing, fitting(standing.subscription, when), error, deadline);
      if (first.status == Status::ok) first = std::move(error);
    }
  }
  // What Stripe refuses for good, the outbox cannot mend; what it did not answer is in `open`.
  if (first.status == Status::refused || first.status == Status::invalid || first.status == Status::conflict) throw Failure(first);
  return closed_now(account);
}

/// As Stripe has them now: one may have been bought a second ago.
std::vector<Outgoing::Standing> Outgoing::refreshed_standings(const std::string &account, const Deadline &deadline) {
  for (const std::string &customer : customers(account)) {
    try {
      refresh_subscriptions(account, customer, deadline);
    } catch (const Failure &failure) {  // a customer that Stripe does not know has no subscription; no answer: go on with what is known
      const Status status = failure.error().status;
      const bool passing = status == Status::unavailable || status == Status::timeout || status == Status::limit;
      if (status != Status::not_found && failure.error().reason != "resource_missing" && !passing) throw;
    }
  }
  std::vector<Standing> fresh;
  books_.read([&](ports::SqlSession &db) { fresh = standings(db, account); });
  return fresh;
}

/// A buyer who stands at the till of a closed account must not pay any more.
void Outgoing::expire_open_sessions(const std::string &account, const Deadline &deadline) {
  std::vector<std::string> sessions;
  books_.read([&](ports::SqlSession &db) {
    for (const store::IntentRow &intent : store::intents_of(db, account))
      if (intent.kind == "checkout" && intent.state == IntentState::done && intent.expires_at_ms > now_ms()) {
        const auto row = store::load_object(db, key("checkout.session", intent.object));
        if (!row || stripe::session_of(row->record).status == "open") sessions.push_back(intent.object);
      }
  });
  for (const std::string &session : sessions) {
    const StripeApi::Reply reply = api_.send(stripe::expire_session(session), random_id("exp_"), deadline);
    if (reply.effect == StripeApi::Effect::open) throw Failure(reply.error);
  }
}

void Outgoing::cancel(const std::string &account, const Standing &standing, CloseWhen when, Error &error, const Deadline &deadline) {
  const std::string claim_name = domain::cancel_claim(standing.id);
  const stripe::Form form = when == CloseWhen::now ? stripe::Form() : stripe::cancel_at_period_end_form();
  std::optional<store::IntentRow> intent;
  books_.read([&](ports::SqlSession &db) { intent = store::claimed(db, account, claim_name); });
  if (!intent || !waits(*intent) || intent->form != form.text()) {
    store::IntentRow fresh = new_intent(account, cancel_kind, claim_name, stripe::subscription_path(standing.id), form);
    fresh.object = standing.id;
    bool taken = false;
    books_.change([&](ports::SqlSession &db, Change &change) {
      const auto holder = store::claimed(db, account, claim_name);
      taken = (holder ? holder->intent : "") == (intent ? intent->intent : "");
      if (!taken) return;
      if (intent && waits(*intent)) {  // the host wants another end now
        intent->state = IntentState::failed;
        intent->error = "superseded";
        change.keep_intent(*intent);
      }
      change.add_intent(fresh);
    });
    if (!taken) return;  // another process cancels it
    intent = std::move(fresh);
  }
  carry_out(*intent, error, deadline);
}

/// Its answer was lost, and its effect is seen now.
void Outgoing::settle_cancel(const std::string &account, const Standing &standing) {
  books_.change([&](ports::SqlSession &db, Change &change) {
    auto intent = store::claimed(db, account, domain::cancel_claim(standing.id));
    if (!intent || !waits(*intent)) return;
    if (!as_wanted(standing.subscription, intent->form.empty() ? CloseWhen::now : CloseWhen::at_period_end)) return;
    intent->state = IntentState::done;
    intent->error.clear();
    change.keep_intent(*intent);
  });
}

void Outgoing::carry_out_cancel(store::IntentRow &intent, Error &error, const Deadline &deadline) {
  const bool at_once = intent.form.empty();
  const stripe::Request request{at_once ? "DELETE" : "POST", intent.path, intent.form};
  const StripeApi::Reply reply = api_.send(request, at_once ? std::string() : random_id("can_"), deadline);
  intent.tries += 1;
  intent.tried_at_ms = now_ms();
  if (!reply.request_id.empty()) intent.request_id = reply.request_id;
  if (reply.effect == StripeApi::Effect::done) return made(intent, reply.object.get_object(), reply.date_s, reply.lo_s);
  error = reply.error;
  intent.error = reply.error.reason;
  if (reply.effect != StripeApi::Effect::refused) return keep(intent);  // sent again by the outbox
  // Refused, because it has ended already: its own state says so, or Stripe knows nothing of it.
  const StripeApi::Reply now = api_.send(stripe::get_subscription(intent.object), {}, deadline);
  if (now.effect == StripeApi::Effect::open || now.effect == StripeApi::Effect::unknown) return keep(intent);
  if (now.effect == StripeApi::Effect::done) {
    const domain::Subscription found = stripe::read_subscription(now.object.get_object());
    if (as_wanted(found, at_once ? CloseWhen::now : CloseWhen::at_period_end)) {
      error = {};
      return made(intent, now.object.get_object(), now.date_s, now.lo_s);
    }
  } else if (now.error.status == Status::not_found) {
    error = {};
    intent.state = IntentState::done;
    return keep(intent);
  }
  intent.state = IntentState::failed;
  keep(intent);
}

Closed Outgoing::closed_now(const std::string &account) {
  Closed closed;
  books_.read([&](ports::SqlSession &db) {
    closed.closed_at_ms = store::closed_at(db, account);
    for (const Standing &standing : standings(db, account)) {
      const auto intent = store::claimed(db, account, domain::cancel_claim(standing.id));
      const bool living = !domain::terminal_status(standing.subscription.status);
      const bool gone = intent && intent->state == IntentState::done && intent->form.empty();  // Stripe knew nothing of it any more
      if (intent && waits(*intent)) ++closed.open;
      if ((intent && intent->state == IntentState::done) || (living && will_end(standing.subscription))) ++closed.subscriptions;
      if (living && !gone) closed.ends_ms = std::max(closed.ends_ms, end_of(standing.subscription));
    }
  });
  return closed;
}

}  // namespace purser::engine
