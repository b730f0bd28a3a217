// The success page: what Stripe says of a session now, by the same path as its webhooks.
#include <algorithm>

#include "domain/account.hpp"
#include "domain/entitlement.hpp"
#include "engine/outgoing.hpp"

namespace purser::engine {
namespace {

Failure session_not_found() {
  return Failure(Status::not_found, "session_not_found",
                 "expected a checkout session of this account, found none; take the id from the URL that Stripe led back to", "session");
}

}  // namespace

std::vector<Outgoing::Fetched> Outgoing::fetch_session(const std::string &session, const Deadline &deadline) {
  std::vector<Fetched> fetched;
  StripeApi::Reply reply = api_.get(stripe::get_session(session), deadline);
  const std::string subscription = stripe::read_session(reply.object.get_object()).subscription;
  fetched.push_back({std::move(reply.object), reply.date_s, reply.lo_s});
  if (!subscription.empty()) {
    reply = api_.get(stripe::get_subscription(subscription), deadline);
    fetched.push_back({std::move(reply.object), reply.date_s, reply.lo_s});
  }
  return fetched;
}

Outgoing::Taken Outgoing::take_in(const std::vector<Fetched> &fetched) {
  Taken taken;
  if (fetched.empty()) return taken;
  books_.change([&](ports::SqlSession &, Change &change) {
    taken = {};
    for (const Fetched &one : fetched) {
      const auto observation = stripe::observe_object(one.object.get_object(), livemode_, "");
      if (!observation) continue;
      const Receipt receipt = change.fetch(*observation, one.date_s, one.lo_s);
      taken.outcome = receipt.outcome;
      taken.unconfirmed = taken.unconfirmed || receipt.unconfirmed;
    }
  });
  return taken;
}

Confirmation Outgoing::checkout_confirm(const std::string &account, const std::string &session, const Deadline &deadline) {
  if (!domain::valid_account(account))
    throw Failure(Status::invalid, "account_invalid", "an account id is 1 to 200 bytes without control characters", "account");
  if (!stripe::valid_id(session, "cs_")) throw session_not_found();
  api_.require_usable();
  std::vector<Fetched> fetched;
  try {
    fetched = fetch_session(session, deadline);
  } catch (const Failure &failure) {
    if (failure.error().status == Status::not_found) throw session_not_found();
    throw;
  }
  const domain::Session facts = stripe::read_session(fetched.front().object.get_object());
  const auto named = facts.metadata.find(stripe::account_metadata);
  bool own = named != facts.metadata.end() && named->second == account;
  if (own && !facts.customer.empty())
    books_.read([&](ports::SqlSession &db) {
      // The host may have linked the customer to somebody else since: then it is theirs.
      const auto linked = store::linked_account(db, {livemode_, "", facts.customer});
      own = !linked || *linked == account;
    });
  if (!own) throw session_not_found();

  const Taken taken = take_in(fetched);
  Confirmation confirmed;
  confirmed.session_id = session;
  confirmed.status = facts.status;
  confirmed.payment_status = facts.payment_status;
  confirmed.customer = facts.customer;
  confirmed.subscription = facts.subscription;
  confirmed.outcome = taken.outcome;
  confirmed.unconfirmed = taken.unconfirmed;
  books_.read([&](ports::SqlSession &db) {
    const TimeMs now = now_ms();
    for (const store::GrantRow &row : store::grants_of(db, account)) {
      const bool sold_here = row.grant.item == session || (!facts.subscription.empty() && row.grant.subscription == facts.subscription);
      confirmed.granted = confirmed.granted || (sold_here && domain::holds(row.grant, now));
    }
  });
  return confirmed;
}

}  // namespace purser::engine
