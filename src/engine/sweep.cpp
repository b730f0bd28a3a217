// Stripe's list of events against the store's: what no webhook brought comes in by the same path, later.
#include "engine/gap.hpp"
#include "store/counter.hpp"
#include "store/event.hpp"
#include "stripe/envelope.hpp"

namespace purser::engine {
namespace {

// The list was seen to lag behind (FOLD.md section 5): what was listed late by less than this is not missed.
constexpr TimeMs overlap_ms = 10 * 60 * second_ms;
constexpr TimeMs first_sweep_ms = 3 * day_ms;  // as long as Stripe goes on delivering
constexpr TimeMs stripe_keeps_ms = 30 * day_ms;
constexpr TimeMs on_its_way_ms = 60 * second_ms;  // a younger event's webhook may still come
constexpr std::int64_t pages_max = 10'000;

}  // namespace

Swept Gaps::sweep(TimeMs since_ms, const Deadline &deadline) {
  api_.require_usable();
  const TimeMs now = now_ms();
  TimeMs cursor = 0;
  books_.read([&](ports::SqlSession &db) { cursor = store::counter(db, store::swept_counter); });
  TimeMs from = since_ms > 0 ? since_ms : cursor > 0 ? cursor - overlap_ms : now - first_sweep_ms;
  from = std::max({from, now - stripe_keeps_ms, TimeMs{0}});

  Swept swept;
  TimeMs until = sweep_account({}, from, deadline, swept);
  for (const std::string &account : config_.connect_accounts)
    if (account != "*") until = std::min(until, sweep_account(account, from, deadline, swept));
  // A sweep that a host began after the last one's end leaves a hole before it: the cursor stays. A hole of more than 30 days stays one:
  // Stripe does not keep them longer.
  const bool joins = since_ms == 0 || cursor == 0 || from <= cursor;
  swept.swept_until_ms = joins ? std::max(cursor, until) : cursor;
  books_.change([&](ports::SqlSession &db, Change &change) {
    if (joins) store::set_counter(db, store::swept_counter, swept.swept_until_ms);
    if (swept.missed > 0) store::count(db, store::missed_counter, swept.missed);
    change.touch();
  });
  return swept;
}

/// Every page, newest first; nothing is skipped because an event on it is known: a list that is read until the first known event has holes
/// for ever. Returns up to when the list was complete.
TimeMs Gaps::sweep_account(const std::string &account, TimeMs from_ms, const Deadline &deadline, Swept &swept) {
  TimeMs until = 0;
  std::string after;
  for (std::int64_t page = 0; page < pages_max; ++page) {
    if (!rate_.wait(deadline.end()))
      throw Failure(Status::timeout, "deadline", "the list of events is longer than the time allowed; allow more", "deadline_ms");
    stripe::Request request = stripe::events_request(from_ms / second_ms, after);
    request.account = account;
    const StripeApi::Reply reply = api_.get(request, deadline);
    if (page == 0) until = to_ms(reply.date_s);
    const stripe::Page list = stripe::read_page(reply.object);
    take_in(list.elements, account, swept);
    if (!list.more || list.elements.empty()) break;
    after = stripe::read_made(*list.elements.back()).id;
  }
  return until;
}

void Gaps::take_in(const std::vector<const json::object *> &events, const std::string &account, Swept &swept) {
  std::vector<PreparedEvent> prepared;
  for (const json::object *element : events) {
    json::object event = *element;
    if (!account.empty()) event["account"] = account;
    PreparedEvent one;
    one.body = json::canonical(event);
    if (stripe::read_envelope(one.body, one.envelope, false) != stripe::Verdict::accepted) continue;
    if (!stripe::folding(one.envelope.object_type)) continue;  // no effect: not worth a row that no webhook asked for
    one.observation = stripe::observe_event(event);
    one.payload_hash = sha256(one.body);
    prepared.push_back(std::move(one));
  }
  swept.listed += static_cast<std::int64_t>(prepared.size());
  std::int64_t missed = 0;
  books_.change([&](ports::SqlSession &db, Change &change) {
    missed = 0;
    for (const PreparedEvent &one : prepared) {
      const stripe::Envelope &e = one.envelope;
      if (store::find_event(db, e.livemode, e.account == config_.stripe_account ? "" : e.account, e.id)) continue;
      change.event(one);
      if (to_ms(e.created_s) <= now_ms() - on_its_way_ms) ++missed;
    }
  });
  swept.missed += missed;
}

}  // namespace purser::engine
