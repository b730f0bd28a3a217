// Webhooks, as C: through purser_webhook_receive of an engine, or to a loopback address.
#include "sandbox/c_guard.hpp"
#include "sandbox/post.hpp"

using namespace purser;
using namespace purser::sandbox;

namespace {

constexpr std::int64_t post_timeout_ms = 30'000;

int receive(purser_handle *p, const Delivery &delivery) {
  purser_webhook_receive_in in{};
  in.struct_size = sizeof in;
  in.body = delivery.body.data();
  in.body_size = delivery.body.size();
  in.signature = delivery.signature.c_str();
  const purser_webhook_receive_out *out = nullptr;
  purser_webhook_receive(p, &in, &out, nullptr);
  const int status = out ? out->http_status : 0;
  purser_free(out);
  return status;
}

Sink post_to(const std::string &url) {
  return [address = read_loopback(url)](const Delivery &delivery) {
    return post(address,
                {{"Content-Type", "application/json; charset=utf-8"},
                 {"Stripe-Signature", delivery.signature},
                 {"User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)"}},
                delivery.body, post_timeout_ms)
        .status;
  };
}

Deliver how_of(const purser_sandbox_delivery &given) {
  if (given.order < PURSER_ORDER_AS_CREATED || given.order > PURSER_ORDER_SHUFFLED)
    throw Failure(Status::invalid, "argument_out_of_range", "order: expected PURSER_ORDER_*, found another number; correct it", "order");
  if (given.drop_percent < 0 || given.drop_percent > 100)
    throw Failure(Status::invalid, "argument_out_of_range", "drop_percent: expected 0 to 100, found another; correct it", "drop_percent");
  if (given.repeat < 0 || given.repeat > 1000)
    throw Failure(Status::invalid, "argument_out_of_range", "repeat: expected 0 to 1000, found another; correct it", "repeat");
  Deliver how;
  how.only = c::optional(given.only);
  how.order = static_cast<Order>(given.order);
  how.repeat = given.repeat == 0 ? 1 : given.repeat;
  how.drop_percent = given.drop_percent;
  how.wrongly_signed = given.unsigned_ != 0;
  how.older_than_ms = given.older_than_ms;
  return how;
}

}  // namespace

purser_status purser_sandbox_deliver(purser_sandbox *box, purser_handle *p, purser_error **error) {
  return c::guarded(error, [&] {
    Sandbox &sandbox = c::usable(box);
    if (!p) c::missing("p");
    const Report report = sandbox.deliver({}, [p](const Delivery &delivery) { return receive(p, delivery); });
    if (report.refused > 0)
      throw Failure(
          Status::unavailable, "delivery_refused",
          "expected 2xx for every event, found " + std::to_string(report.refused) + " answered otherwise; they wait for the next delivery");
  });
}

purser_status purser_sandbox_deliver_with(purser_sandbox *box, purser_handle *p, const purser_sandbox_delivery *how,
                                          purser_sandbox_report *report, purser_error **error) {
  if (report) *report = {};
  return c::guarded(error, [&] {
    Sandbox &sandbox = c::usable(box);
    const purser_sandbox_delivery given = c::accepted(how, "how");
    if (!p && !given.url) c::missing("p");
    const Sink sink = given.url ? post_to(given.url) : Sink([p](const Delivery &delivery) { return receive(p, delivery); });
    const Report done = sandbox.deliver(how_of(given), sink);
    if (report) *report = {done.delivered, done.refused, done.dropped, done.requests, done.waiting};
  });
}

purser_status purser_sandbox_rotate_secret(purser_sandbox *box, const char **secret, purser_error **error) {
  if (secret) *secret = nullptr;
  return c::guarded(error, [&] {
    const std::string made = c::usable(box).rotate_secret();
    if (secret) *secret = c::given(made);
  });
}
