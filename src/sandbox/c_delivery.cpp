// Webhooks, as C: through purser_webhook_receive of an engine, or to a loopback address.
#include <sstream>

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
  if (!delivery.endpoint.empty()) in.endpoint = delivery.endpoint.c_str();
  const purser_webhook_receive_out *out = nullptr;
  purser_webhook_receive(p, &in, &out, nullptr);
  const int status = out ? out->http_status : 0;
  purser_free(out);
  return status;
}

Sink post_to(const std::string &url, const std::string &connect_url) {
  const LoopbackUrl own = read_loopback(url), connected = connect_url.empty() ? own : read_loopback(connect_url);
  return [own, connected](const Delivery &delivery) {
    return post(delivery.endpoint.empty() ? own : connected,
                {{"Content-Type", "application/json; charset=utf-8"},
                 {"Stripe-Signature", delivery.signature},
                 {"User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)"}},
                delivery.body, post_timeout_ms)
        .status;
  };
}

/// `a, b` → two words.
std::vector<std::string> words_of(const char *list) {
  std::vector<std::string> words;
  std::istringstream given(c::optional(list));
  for (std::string word; std::getline(given, word, ',');) {
    const std::size_t from = word.find_first_not_of(' '), to = word.find_last_not_of(' ');
    if (from != std::string::npos) words.push_back(word.substr(from, to - from + 1));
  }
  return words;
}

std::vector<std::string> versions_of(const char *list) {
  std::vector<std::string> versions = words_of(list);
  for (const std::string &version : versions) {
    const bool dated = version.size() >= 10 && version[4] == '-' && version[7] == '-' &&
                       std::all_of(version.begin(), version.begin() + 10, [](char c) { return c == '-' || (c >= '0' && c <= '9'); });
    if (!dated)
      throw Failure(Status::invalid, "argument_out_of_range",
                    "api_version: expected a version that begins with its date, as 2024-09-30.acacia, found another text; correct it",
                    "api_version");
  }
  return versions;
}

void check_range(std::int32_t value, std::int32_t most, const char *name) {
  if (value >= 0 && value <= most) return;
  throw Failure(Status::invalid, "argument_out_of_range",
                std::string(name) + ": expected 0 to " + std::to_string(most) + ", found " + std::to_string(value) + "; correct it", name);
}

Deliver how_of(const purser_sandbox_delivery &given) {
  if (given.order < PURSER_ORDER_AS_CREATED || given.order > PURSER_ORDER_SHUFFLED)
    throw Failure(Status::invalid, "argument_out_of_range", "order: expected PURSER_ORDER_*, found another number; correct it", "order");
  check_range(given.drop_percent, 100, "drop_percent");
  check_range(given.hold_percent, 100, "hold_percent");
  check_range(given.repeat, 1000, "repeat");
  check_range(given.thin, 2, "thin");
  Deliver how;
  how.only = words_of(given.only);
  how.lose = words_of(given.lose);
  how.hold_percent = given.hold_percent;
  how.versions = versions_of(given.api_version);
  how.kind = static_cast<Kind>(given.thin);
  how.connected = !given.url || given.connect_url;
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
    const Sink sink = given.url ? post_to(given.url, c::optional(given.connect_url))
                                : Sink([p](const Delivery &delivery) { return receive(p, delivery); });
    const Report done = sandbox.deliver(how_of(given), sink);
    if (report) *report = {done.delivered, done.refused, done.dropped, done.requests, done.waiting};
  });
}

purser_status purser_sandbox_resend(purser_sandbox *box, const char *event, purser_error **error) {
  return c::guarded(error, [&] { c::usable(box).resend(c::required(event, "event")); });
}

purser_status purser_sandbox_send(purser_sandbox *box, const char *type, const char *object, purser_error **error) {
  return c::guarded(error, [&] { c::usable(box).tell(c::required(type, "type"), c::required(object, "object")); });
}

purser_status purser_sandbox_rotate_secret(purser_sandbox *box, const char **secret, purser_error **error) {
  if (secret) *secret = nullptr;
  return c::guarded(error, [&] {
    const std::string made = c::usable(box).rotate_secret();
    if (secret) *secret = c::given(made);
  });
}
