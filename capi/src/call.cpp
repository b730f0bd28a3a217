// Completions: a submitted call owns a deep copy of its input and tells its end once.
#include <algorithm>

#include "src/guard.hpp"
#include "src/text.hpp"
#include "stripe/signature.hpp"

namespace purser::capi {
namespace {

using runtime::Calls;
using End = Calls::End;

constexpr std::int64_t delivery_deadline_ms = 5000;

struct Submitted {
  Submitted(const SubmittedVerb &v, const void *given, const purser_call &call)
      : verb(v), input(*v.shape, given), done(call.done), context(call.context) {}
  const SubmittedVerb &verb;
  Copied input;
  purser_done done;
  void *context;
  Ended ended;
  engine::Receipt receipt;  ///< of a delivery; shown when its end is told, so that nothing is allocated before
};

Ended ended_early(End end) noexcept {
  const bool canceled = end == End::canceled;
  try {
    return {
        canceled ? PURSER_CANCELED : PURSER_TIMEOUT, nullptr,
        canceled
            ? give_error(
                  {Status::canceled, "canceled", "purser_cancel or purser_close ended the call before it ran; nothing was done", {}, {}, 0})
            : give_error({Status::timeout,
                          "deadline",
                          "deadline_ms passed before the call ended; call again, or allow more",
                          "deadline_ms",
                          {},
                          0})};
  } catch (...) { return ended_by_exception(); }
}

/// Verbs that wait for Stripe's answers.
bool asks_stripe(const SubmittedVerb &verb) {
  constexpr std::array asking{PURSER_VERB_CHECKOUT_CREATE, PURSER_VERB_CHECKOUT_CONFIRM, PURSER_VERB_PORTAL_CREATE,
                              PURSER_VERB_OUTBOX_SETTLE,   PURSER_VERB_GAP_FETCH,        PURSER_VERB_EVENT_SWEEP,
                              PURSER_VERB_ACCOUNT_CLOSE};
  return std::find(asking.begin(), asking.end(), verb.id) != asking.end();
}

bool is_delivery(const SubmittedVerb &verb) { return verb.id == PURSER_VERB_WEBHOOK_RECEIVE; }

void finish(Submitted &call, End end) noexcept {
  Ended ended = call.ended;
  if (end != End::ran)
    ended = ended_early(end);
  else if (is_delivery(call.verb) && ended.status == PURSER_OK)
    ended = firewall([&] { return give<purser_webhook_receive_out>(std::move(call.receipt)); });
  if (is_delivery(call.verb) && !ended.out) ended.out = receipt_of(ended);
  call.done(call.context, ended.status, ended.out, ended.error);
}

/// Hands a delivery to the engine, which answers from whichever thread commits it.
Calls::Started begin(runtime::Runtime &runtime, const std::shared_ptr<Submitted> &call, std::uint64_t id) noexcept {
  const auto &in = *static_cast<const purser_webhook_receive_in *>(call->input.in());
  call->ended = firewall([&]() -> const void * {
    runtime.engine().webhook_begin(std::string(bytes(in.body, in.body_size)), std::string(clipped(in.signature, stripe::header_max_bytes)),
                                   std::string(view(in.endpoint)), [&calls = runtime.calls(), call, id](engine::Receipt receipt) {
                                     calls.came_back(id, [&] { call->receipt = std::move(receipt); });
                                   });
    return nullptr;
  });
  return call->ended.status == PURSER_OK ? Calls::Started::begun : Calls::Started::ended;
}

std::int64_t input_deadline_ms(const Shape &shape, const void *in) {
  for (const Rule &rule : shape.rules)
    if (std::string_view(rule.name) == "deadline_ms") {
      std::int64_t value = 0;
      std::memcpy(&value, static_cast<const std::byte *>(in) + rule.offset, sizeof value);
      return value;
    }
  return 0;
}

const SubmittedVerb &verb_numbered(std::int32_t id) {
  const auto *found =
      std::find_if(submitted_verbs.begin(), submitted_verbs.end(), [id](const SubmittedVerb &verb) { return verb.id == id; });
  if (found == submitted_verbs.end())
    throw Failure(Status::invalid, "verb_unknown", "expected a PURSER_VERB_* constant, found another number; correct it", "verb");
  return *found;
}

void submit(runtime::Runtime &runtime, const purser_call &given, std::uint64_t *id) {
  const SubmittedVerb &verb = verb_numbered(given.verb);
  // An older host's input is shorter than the struct: read it through a full-sized one.
  const std::size_t size = accepted_size(*verb.shape, given.in);
  std::vector<std::byte> full(verb.shape->size);
  std::memcpy(full.data(), given.in, size);
  std::memcpy(full.data(), &verb.shape->size, sizeof verb.shape->size);
  check_fields(*verb.shape, full.data());

  const auto call = std::make_shared<Submitted>(verb, full.data(), given);
  Calls::Call queued;
  queued.bytes = call->input.bytes();
  queued.deadline_ms = given.deadline_ms > 0 ? given.deadline_ms : input_deadline_ms(*verb.shape, full.data());
  if (queued.deadline_ms == 0 && is_delivery(verb)) queued.deadline_ms = delivery_deadline_ms;
  queued.asks = asks_stripe(verb);
  queued.finish = [call](End end) { finish(*call, end); };
  if (is_delivery(verb))
    queued.start = [&runtime, call](std::uint64_t own) { return begin(runtime, call, own); };
  else
    queued.start = [&runtime, call](std::uint64_t) {
      call->ended = call->verb.perform(runtime, call->input.in());
      return Calls::Started::ended;
    };
  runtime.calls().add(std::move(queued), id);
}

}  // namespace
}  // namespace purser::capi

using namespace purser;

purser_status purser_submit(purser_handle *p, const purser_call *call, uint64_t *id, purser_error **error) {
  if (id) *id = 0;
  const capi::Ended ended = capi::firewall([&]() -> const void * {
    runtime::Runtime &runtime = capi::usable(p);
    const runtime::Gate::Visit visit(runtime.gate());
    capi::submit(runtime, capi::accepted(call), id);
    return nullptr;
  });
  return capi::hand_over<void>(ended, nullptr, error);
}

purser_status purser_cancel(purser_handle *p, uint64_t id) {
  Status status = Status::ok;
  const capi::Ended ended = capi::firewall([&]() -> const void * {
    runtime::Runtime &runtime = capi::usable(p);
    const runtime::Gate::Visit visit(runtime.gate());
    status = runtime.calls().cancel(id);
    return nullptr;
  });
  const purser_status refused = capi::hand_over<void>(ended, nullptr, nullptr);
  return refused == PURSER_OK ? static_cast<purser_status>(status) : refused;
}

purser_status purser_run_due(purser_handle *p, int64_t budget_ms, int64_t *done_count, purser_error **error) {
  std::int64_t count = 0;
  const capi::Ended ended = capi::firewall([&]() -> const void * {
    runtime::Runtime &runtime = capi::usable(p);
    const runtime::Gate::Visit visit(runtime.gate());
    if (budget_ms < 0)
      throw Failure(Status::invalid, "argument_out_of_range", "budget_ms: expected 0 or more, found less; correct it", "budget_ms");
    count = runtime.calls().run_due(budget_ms);
    return nullptr;
  });
  if (done_count) *done_count = count;
  return capi::hand_over<void>(ended, nullptr, error);
}
