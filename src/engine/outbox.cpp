// One intention, one row, stored before it is sent; its random id is the Idempotency-Key, so a retry after a crash repeats it.
#include "base/hash.hpp"
#include "engine/outgoing.hpp"

namespace purser::engine {
namespace {

// Stripe keeps idempotency keys for at least 24 h; afterwards the same key would be a new request.
constexpr TimeMs key_lives_ms = 23 * hour_ms;
// A row that was never sent may have been written by a clock that runs ahead of Stripe's.
constexpr std::int64_t look_back_s = 300;
constexpr int pages_max = 20;
constexpr std::int64_t settle_default = 100;
constexpr std::int64_t settle_max = 1000;

constexpr std::string_view letters = "0123456789abcdefghijklmnopqrstuvwxyz";
constexpr std::size_t id_letters = 25;  // 129 bits

}  // namespace

std::string Outgoing::random_id(std::string_view prefix) const {
  std::string id(prefix);
  // 252 = 7 · 36: every letter is as likely as the others.
  while (id.size() < prefix.size() + id_letters)
    for (const char byte : ports_.random->bytes(id_letters)) {
      const auto number = static_cast<unsigned char>(byte);
      if (number < 252 && id.size() < prefix.size() + id_letters) id += letters[number % letters.size()];
    }
  return id;
}

store::IntentRow Outgoing::new_intent(const std::string &account, const char *kind, const std::string &claim, std::string_view path,
                                      const stripe::Form &form) {
  store::IntentRow intent;
  intent.account = account;
  intent.intent = random_id("int_");
  intent.kind = kind;
  intent.claim = claim;
  intent.path = path;
  intent.form = stripe::sealed(form, intent.intent).text();
  intent.fingerprint = hex(sha256(form.text()));
  intent.created_at_ms = now_ms();
  return intent;
}

bool Outgoing::claim(const store::IntentRow &intent, const std::string &expected) {
  bool taken = false;
  books_.change([&](ports::SqlSession &db, Change &change) {
    const auto holder = store::claimed(db, intent.account, intent.claim);
    if ((holder ? holder->intent : "") != expected) return;
    change.add_intent(intent);
    taken = true;
  });
  return taken;
}

void Outgoing::keep(const store::IntentRow &intent) {
  books_.change([&](ports::SqlSession &, Change &change) { change.keep_intent(intent); });
}

void Outgoing::made(store::IntentRow &intent, const json::object &object, std::int64_t date_s, std::int64_t lo_s) {
  const stripe::MadeObject facts = stripe::read_made(object);
  intent.state = domain::IntentState::done;
  intent.object = facts.id;
  intent.url = facts.url;
  intent.expires_at_ms = to_ms(facts.expires_at_s);
  intent.error.clear();
  books_.change([&](ports::SqlSession &, Change &change) {
    change.keep_intent(intent);
    if (const auto observation = stripe::observe_object(object, livemode_, "")) change.fetch(*observation, date_s, lo_s);
  });
}

void Outgoing::send(store::IntentRow &intent, Error &error, const Deadline &deadline) {
  const StripeApi::Reply reply = api_.send({"POST", intent.path, intent.form}, intent.intent, deadline);
  intent.tries += 1;
  intent.tried_at_ms = now_ms();
  if (!reply.request_id.empty()) intent.request_id = reply.request_id;
  if (reply.effect == StripeApi::Effect::done) return made(intent, reply.object.get_object(), reply.date_s, reply.lo_s);
  error = reply.error;
  intent.error = reply.error.reason;
  if (reply.effect == StripeApi::Effect::refused) intent.state = domain::IntentState::failed;
  if (reply.effect == StripeApi::Effect::unknown) intent.state = domain::IntentState::unknown;
  keep(intent);
}

/// What the key replays says nothing any more, or the key is forgotten: whatever carries the intent's id is what became of it.
void Outgoing::look_up(store::IntentRow &intent, Error &error, const Deadline &deadline) {
  const std::int64_t since_s = intent.created_at_ms / second_ms - look_back_s;
  std::string after;
  for (int page = 0; page < pages_max; ++page) {
    const auto request = intent.kind == "customer" ? stripe::customers_since(since_s, after) : stripe::sessions_since(since_s, after);
    const StripeApi::Reply reply = api_.get(request, deadline);
    const stripe::Page list = stripe::read_page(reply.object);
    for (const json::object *object : list.elements)
      if (stripe::read_made(*object).intent == intent.intent) return made(intent, *object, reply.date_s, reply.lo_s);
    if (!list.more || list.elements.empty()) {
      intent.state = domain::IntentState::failed;
      intent.tried_at_ms = now_ms();
      return keep(intent);
    }
    after = stripe::read_made(*list.elements.back()).id;
  }
  error = {Status::unavailable,
           "intent_not_found_yet",
           "too many objects were made since this request to look through them; try again later",
           {},
           {},
           0};
}

void Outgoing::carry_out(store::IntentRow &intent, Error &error, const Deadline &deadline) {
  if (intent.kind == cancel_kind) return carry_out_cancel(intent, error, deadline);
  const bool key_is_old = now_ms() - intent.created_at_ms > key_lives_ms;
  if (intent.state == domain::IntentState::unknown || key_is_old)
    look_up(intent, error, deadline);
  else
    send(intent, error, deadline);
}

bool Outgoing::anything_open(std::int64_t older_than_ms) {
  bool found = false;
  books_.read([&](ports::SqlSession &db) { found = !store::unsettled_intents(db, now_ms() - older_than_ms, 1).empty(); });
  return found;
}

Settlement Outgoing::settle(std::int64_t limit, std::int64_t older_than_ms, const Deadline &deadline) {
  if (limit < 0 || limit > settle_max)
    throw Failure(Status::invalid, "limit_invalid", "expected a limit of 0 (100) to 1,000, found another number; correct it", "limit");
  api_.require_usable();
  std::vector<store::IntentRow> rows;
  books_.read(
      [&](ports::SqlSession &db) { rows = store::unsettled_intents(db, now_ms() - older_than_ms, limit == 0 ? settle_default : limit); });
  Settlement settlement;
  for (store::IntentRow &row : rows) {
    if (deadline.left_ms() <= 0 || !accounts_.take(row.account, deadline.end())) {
      ++settlement.open;
      continue;
    }
    const KeyedLock::Held held(accounts_, row.account);
    // A checkout of the same account may have settled it while we waited.
    books_.read([&](ports::SqlSession &db) {
      if (auto now = store::load_intent(db, row.account, row.intent)) row = std::move(*now);
    });
    Error error;
    try {
      if (row.state == domain::IntentState::open || row.state == domain::IntentState::unknown) carry_out(row, error, deadline);
    } catch (const Failure &failure) {
      if (failure.error().status != Status::unavailable && failure.error().status != Status::timeout &&
          failure.error().status != Status::limit)
        throw;
    }
    if (row.state == domain::IntentState::done)
      ++settlement.settled;
    else if (row.state == domain::IntentState::failed)
      ++settlement.failed;
    else
      ++settlement.open;
  }
  return settlement;
}

}  // namespace purser::engine
