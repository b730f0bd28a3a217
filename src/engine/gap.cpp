#include "engine/gap.hpp"

#include <algorithm>
#include <thread>

#include "store/counter.hpp"

namespace purser::engine {
namespace {

constexpr std::int64_t gaps_default = 100;
constexpr std::int64_t gaps_max = 1000;
// Longer than any exchange: whoever holds a gap has crashed when this has passed.
constexpr TimeMs hold_ms = 60 * second_ms;
constexpr std::int64_t held_at_once = 10;
constexpr std::int64_t pages_max = 100;
constexpr std::chrono::milliseconds between_requests{40};  // 25 a second
constexpr int at_once = 25;

/// 2 s, 4 s, … an hour; 1 h, 2 h, … a day.
TimeMs backoff(TimeMs first, std::int64_t tries, TimeMs most) { return std::min(first << std::min<std::int64_t>(tries, 20), most); }

/// A later event, or somebody else's fetch, has told it meanwhile.
bool closed_by_itself(ports::SqlSession &db, const store::GapRow &gap) {
  if (gap.reason == "thin" || gap.reason == "expected" || gap.reason == "linked" || gap.reason == "undecided") return false;
  const auto object = store::load_object(db, gap.key);
  return object && object->doubt == domain::Doubt::none;
}

}  // namespace

/// A bucket of tokens, kept as the moment at which it will be full again (GCRA).
bool RateLimit::wait(Clock::time_point end) {
  Clock::time_point turn;
  {
    const std::lock_guard lock(mutex_);
    const auto now = Clock::now();
    turn = std::max(now, full_ - between_requests * (at_once - 1));
    if (turn >= end) return false;
    full_ = std::max(full_, turn) + between_requests;
  }
  std::this_thread::sleep_until(turn);
  return true;
}

bool Gaps::due() {
  bool due = false;
  books_.read([&](ports::SqlSession &db) { due = store::next_gap(db) <= now_ms(); });
  return due;
}

GapsFetched Gaps::fetch(std::int64_t limit, const Deadline &deadline) {
  if (limit < 0 || limit > gaps_max)
    throw Failure(Status::invalid, "limit_invalid", "expected a limit of 0 (100) to 1,000, found another number; correct it", "limit");
  api_.require_usable();
  GapsFetched report;
  for (std::int64_t left = limit == 0 ? gaps_default : limit; left > 0 && deadline.left_ms() > 0;) {
    std::vector<store::GapRow> held = take(std::min(left, held_at_once), report);
    if (held.empty()) break;
    left -= static_cast<std::int64_t>(held.size());
    for (store::GapRow &gap : held) fetch_one(std::move(gap), deadline, report);
  }
  books_.read([&](ports::SqlSession &db) {
    const store::GapTotals totals = store::gap_totals(db);
    report.waiting = totals.waiting;
    report.next_due_ms = totals.next_due_ms;
  });
  return report;
}

/// Holds what is due, so that no other process or thread asks for it too; what has closed by itself goes.
std::vector<store::GapRow> Gaps::take(std::int64_t limit, GapsFetched &report) {
  std::vector<store::GapRow> held;
  std::int64_t closed = 0;
  books_.change([&](ports::SqlSession &db, Change &change) {
    held.clear();
    closed = 0;
    const TimeMs now = now_ms();
    for (const domain::ObjectKey &key : store::overdue_objects(db, now, limit)) store::put_gap(db, {key, "expected", now, now, 0, 0});
    while (static_cast<std::int64_t>(held.size()) < limit) {
      const auto due = store::due_gaps(db, now, limit - static_cast<std::int64_t>(held.size()));
      if (due.empty()) break;
      for (store::GapRow gap : due) {
        if (closed_by_itself(db, gap)) {
          store::drop_gap(db, gap.key);
          ++closed;
          continue;
        }
        gap.held_until_ms = add_ms(now, hold_ms);
        store::put_gap(db, gap);
        held.push_back(std::move(gap));
      }
    }
    if (!held.empty() || closed > 0) change.touch();
  });
  report.closed += closed;
  return held;
}

void Gaps::fetch_one(store::GapRow gap, const Deadline &deadline, GapsFetched &report) {
  std::vector<Told> told;
  if (!rate_.wait(deadline.end())) return put_off(std::move(gap), {}, 0);
  const std::optional<Error> error = ask(gap, deadline, told);
  if (error && error->status == Status::not_found) {
    // Not a deletion: another mode or account is likelier. The state stays, the finding tells.
    ++report.not_found;
    const TimeMs wait = backoff(hour_ms, gap.tries, day_ms);
    return put_off(std::move(gap), "not_found", wait);
  }
  if (error) {
    ++report.failed;
    const TimeMs wait = backoff(2 * second_ms, gap.tries, hour_ms);
    put_off(std::move(gap), {}, wait);
    if (error->status == Status::refused) throw Failure(*error);  // the key is wrong: so it is for all the others
    return;
  }
  books_.change([&](ports::SqlSession &db, Change &change) {
    store::drop_gap(db, gap.key);  // first: what the answer leaves open is a new one
    store::count(db, store::fetches_counter);
    change.touch();
    for (const Told &one : told) change.fetch(one.observation, one.date_s, one.lo_s);
  });
  ++report.fetched;
}

std::optional<Error> Gaps::ask(const store::GapRow &gap, const Deadline &deadline, std::vector<Told> &told) const {
  if (gap.key.type == "entitlements.active_entitlement_summary") return ask_entitlements(gap, deadline, told);
  auto request = stripe::object_request(gap.key.type, gap.key.id);
  if (!request) return std::nullopt;  // nothing that can be asked for: the gap goes
  request->account = gap.key.stripe_account;
  const StripeApi::Reply reply = api_.send(*request, {}, deadline);
  if (reply.effect != StripeApi::Effect::done) return reply.error;
  auto observation = stripe::observe_object(reply.object.get_object(), gap.key.livemode, gap.key.stripe_account);
  if (!observation || observation->key != gap.key)
    return Error{Status::unavailable,
                 "answer_of_another_object",
                 "expected the object that was asked for, found another one; try again later",
                 {},
                 reply.request_id,
                 0};
  told.push_back({std::move(*observation), reply.date_s, reply.lo_s});
  return gap.reason == "linked" ? ask_subscriptions(gap, deadline, told) : std::nullopt;
}

/// A customer that was linked before anything of it was seen: what it has bought.
std::optional<Error> Gaps::ask_subscriptions(const store::GapRow &gap, const Deadline &deadline, std::vector<Told> &told) const {
  std::string after;
  for (std::int64_t page = 0; page < pages_max; ++page) {
    stripe::Request request = stripe::subscriptions_of(gap.key.id, after);
    request.account = gap.key.stripe_account;
    const StripeApi::Reply reply = api_.send(request, {}, deadline);
    if (reply.effect != StripeApi::Effect::done) return reply.error;
    const stripe::Page list = stripe::read_page(reply.object);
    for (const json::object *object : list.elements)
      if (auto observation = stripe::observe_object(*object, gap.key.livemode, gap.key.stripe_account))
        told.push_back({std::move(*observation), reply.date_s, reply.lo_s});
    if (!list.more || list.elements.empty()) break;
    after = stripe::read_made(*list.elements.back()).id;
  }
  return std::nullopt;
}

std::optional<Error> Gaps::ask_entitlements(const store::GapRow &gap, const Deadline &deadline, std::vector<Told> &told) const {
  std::vector<json::value> pages;
  std::vector<const json::object *> elements;
  std::string after;
  std::int64_t date_s = 0, lo_s = 0;
  bool more = true;
  while (more && static_cast<std::int64_t>(pages.size()) < pages_max) {
    stripe::Request request = stripe::entitlements_of(gap.key.id, after);
    request.account = gap.key.stripe_account;
    StripeApi::Reply reply = api_.send(request, {}, deadline);
    if (reply.effect != StripeApi::Effect::done) return reply.error;
    if (pages.empty()) date_s = reply.date_s, lo_s = reply.lo_s;
    const stripe::Page list = stripe::read_page(reply.object);
    more = list.more && !list.elements.empty();
    if (more) after = stripe::read_made(*list.elements.back()).id;
    pages.push_back(std::move(reply.object));
  }
  for (const json::value &page : pages)
    for (const json::object *element : stripe::read_page(page).elements) elements.push_back(element);
  told.push_back({stripe::observe_entitlement_list(gap.key.id, elements, more, gap.key.livemode, gap.key.stripe_account), date_s, lo_s});
  return std::nullopt;
}

void Gaps::put_off(store::GapRow gap, std::string_view reason, TimeMs wait_ms) {
  gap.held_until_ms = 0;
  if (!reason.empty()) gap.reason = reason;
  if (wait_ms > 0) {
    ++gap.tries;
    gap.due_at_ms = add_ms(now_ms(), wait_ms);
  }
  books_.change([&](ports::SqlSession &db, Change &change) {
    if (const auto now = store::load_gap(db, gap.key); !now) return;
    if (reason == "not_found") store::count(db, store::not_found_counter);
    store::put_gap(db, gap);
    change.touch();
  });
}

}  // namespace purser::engine
