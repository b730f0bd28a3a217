// The host's people, banks and Stripe itself, as C.
#include "sandbox/c_guard.hpp"

using namespace purser;
using namespace purser::sandbox;

namespace {

std::int32_t one_of(std::int32_t value, std::int32_t last, const char *name, const char *words) {
  if (value >= 0 && value <= last) return value;
  throw Failure(Status::invalid, "argument_out_of_range", std::string(name) + ": expected " + words + ", found another number; correct it",
                name);
}

std::int64_t not_negative(std::int64_t value, const char *name) {
  if (value >= 0) return value;
  throw Failure(Status::invalid, "argument_out_of_range", std::string(name) + ": expected 0 or more, found less; correct it", name);
}

}  // namespace

purser_status purser_sandbox_confirm(purser_sandbox *box, const char *payment, purser_error **error) {
  return c::guarded(error, [&] { c::usable(box).confirm(c::required(payment, "payment")); });
}

purser_status purser_sandbox_refund(purser_sandbox *box, const char *payment, int64_t amount_minor, purser_error **error) {
  return c::guarded(error, [&] { c::usable(box).refund(c::required(payment, "payment"), not_negative(amount_minor, "amount_minor")); });
}

purser_status purser_sandbox_dispute(purser_sandbox *box, const char *payment, int32_t outcome, purser_error **error) {
  return c::guarded(error, [&] {
    const auto what = static_cast<DisputeOutcome>(one_of(outcome, PURSER_DISPUTE_LOST, "outcome", "PURSER_DISPUTE_*"));
    c::usable(box).dispute(c::required(payment, "payment"), what);
  });
}

purser_status purser_sandbox_pause(purser_sandbox *box, const char *subscription, int32_t behavior, int64_t resumes_at_ms,
                                   purser_error **error) {
  return c::guarded(error, [&] {
    static constexpr const char *behaviors[] = {"void", "keep_as_draft", "mark_uncollectible"};
    const std::int32_t which = one_of(behavior, PURSER_PAUSE_MARK_UNCOLLECTIBLE, "behavior", "PURSER_PAUSE_*");
    c::usable(box).pause(c::required(subscription, "subscription"), behaviors[which], not_negative(resumes_at_ms, "resumes_at_ms"));
  });
}

purser_status purser_sandbox_unpause(purser_sandbox *box, const char *subscription, purser_error **error) {
  return c::guarded(error, [&] { c::usable(box).unpause(c::required(subscription, "subscription")); });
}

purser_status purser_sandbox_delete_customer(purser_sandbox *box, const char *customer, purser_error **error) {
  return c::guarded(error, [&] { c::usable(box).delete_customer(c::required(customer, "customer")); });
}

purser_status purser_sandbox_entitle(purser_sandbox *box, const char *product, const char *feature, purser_error **error) {
  return c::guarded(error, [&] { c::usable(box).entitle(c::required(product, "product"), c::required(feature, "feature")); });
}

purser_status purser_sandbox_connect(purser_sandbox *box, const char **account, purser_error **error) {
  if (account) *account = nullptr;
  return c::guarded(error, [&] {
    const std::string made = c::usable(box).connect();
    if (account) *account = c::given(made);
  });
}

purser_status purser_sandbox_payout_end(purser_sandbox *box, const char *payout, int32_t outcome, purser_error **error) {
  return c::guarded(error, [&] {
    const auto what = static_cast<PayoutOutcome>(one_of(outcome, PURSER_PAYOUT_CANCELED, "outcome", "PURSER_PAYOUT_*"));
    c::usable(box).end_payout(c::required(payout, "payout"), what);
  });
}
