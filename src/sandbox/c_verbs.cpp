// The buyer, the customer, time, the API, as C.
#include "sandbox/c_guard.hpp"

using namespace purser;
using namespace purser::sandbox;

purser_status purser_sandbox_pay(purser_sandbox *box, const char *session, purser_error **error) {
  return c::guarded(error, [&] { c::usable(box).pay(c::required(session, "session")); });
}

purser_status purser_sandbox_decline(purser_sandbox *box, const char *session, purser_error **error) {
  return c::guarded(error, [&] {
    Buyer buyer;
    buyer.card = Card::declined;
    c::usable(box).pay(c::required(session, "session"), buyer);
  });
}

purser_status purser_sandbox_abandon(purser_sandbox *box, const char *session, purser_error **error) {
  return c::guarded(error, [&] { c::usable(box).abandon(c::required(session, "session")); });
}

purser_status purser_sandbox_cancel(purser_sandbox *box, const char *subscription, int32_t at_period_end, purser_error **error) {
  return c::guarded(error, [&] { c::usable(box).cancel(c::required(subscription, "subscription"), at_period_end != 0); });
}

purser_status purser_sandbox_resume(purser_sandbox *box, const char *subscription, purser_error **error) {
  return c::guarded(error, [&] { c::usable(box).resume(c::required(subscription, "subscription")); });
}

purser_status purser_sandbox_swap(purser_sandbox *box, const char *subscription, const char *price, int64_t quantity,
                                  purser_error **error) {
  return c::guarded(error, [&] {
    if (quantity < 0)
      throw Failure(Status::invalid, "argument_out_of_range", "quantity: expected 0 or more, found less; correct it", "quantity");
    c::usable(box).swap(c::required(subscription, "subscription"), c::optional(price), quantity);
  });
}

purser_status purser_sandbox_card(purser_sandbox *box, const char *customer, int32_t card, purser_error **error) {
  return c::guarded(error, [&] {
    if (card < PURSER_CARD_GOOD || card > PURSER_CARD_ACTION)
      throw Failure(Status::invalid, "argument_out_of_range", "card: expected PURSER_CARD_*, found another number; correct it", "card");
    c::usable(box).card(c::required(customer, "customer"), static_cast<Card>(card));
  });
}

const char *purser_sandbox_secret_key(purser_sandbox *box) { return box ? box->box.secret_key().c_str() : nullptr; }

int64_t purser_sandbox_now_ms(purser_sandbox *box) { return box && box->process == ::getpid() ? box->box.now_ms() : 0; }

purser_status purser_sandbox_advance(purser_sandbox *box, int64_t duration_ms, purser_error **error) {
  return c::guarded(error, [&] { c::usable(box).advance(duration_ms); });
}

purser_status purser_sandbox_fail(purser_sandbox *box, const purser_sandbox_fault *fault, purser_error **error) {
  return c::guarded(error, [&] {
    Sandbox &sandbox = c::usable(box);
    const purser_sandbox_fault given = c::accepted(fault, "fault");
    if (given.kind < 0 || given.kind > PURSER_FAULT_NOT_SENT)
      throw Failure(Status::invalid, "argument_out_of_range", "kind: expected PURSER_FAULT_* or 0, found another number; correct it",
                    "kind");
    if (given.kind == PURSER_FAULT_STATUS && (given.status < 400 || given.status > 599))
      throw Failure(Status::invalid, "argument_out_of_range", "status: expected 400 to 599, found another; correct it", "status");
    sandbox.fail({static_cast<FaultKind>(given.kind), c::optional(given.path), c::optional(given.method), given.status,
                  std::max(0, given.after), given.count == 0 ? 1 : given.count});
  });
}

purser_status purser_sandbox_request(purser_sandbox *box, const char *method, const char *path, const char *form, int32_t *status,
                                     const char **body, purser_error **error) {
  if (body) *body = nullptr;
  if (status) *status = 0;
  return c::guarded(error, [&] {
    const Response response = c::usable(box).ask(c::required(method, "method"), c::required(path, "path"), c::optional(form));
    if (body) *body = c::given(response.body);
    if (status) *status = response.status;
  });
}
