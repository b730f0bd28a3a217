#include "engine/stripe_api.hpp"

#include <algorithm>
#include <thread>

#include "base/hash.hpp"
#include "base/time.hpp"
#include "stripe/failure.hpp"
#include "stripe/http_date.hpp"
#include "stripe/retry.hpp"

namespace purser::engine {
namespace {

constexpr std::int64_t one_exchange_most_ms = 30'000;

stripe::Reach reach_of(ports::HttpEnd end) {
  switch (end) {
    case ports::HttpEnd::answered: return stripe::Reach::answered;
    case ports::HttpEnd::not_sent: return stripe::Reach::not_sent;
    case ports::HttpEnd::lost: break;
  }
  return stripe::Reach::lost;
}

double fraction(ports::Random &random) {
  const std::string bytes = random.bytes(2);
  return (static_cast<unsigned char>(bytes[0]) * 256 + static_cast<unsigned char>(bytes[1])) / 65536.0;
}

StripeApi::Effect effect_of(std::int32_t status, const Error &error) {
  if (status == 409 || status == 429 || status == 424 || error.status == Status::unavailable || error.status == Status::limit)
    return status >= 500 ? StripeApi::Effect::unknown : StripeApi::Effect::open;
  // Other parameters were sent with this key: not by us, but then what stands under it is not known either.
  if (error.reason == "idempotency_error") return StripeApi::Effect::unknown;
  // The request was not even looked at: once the key is right, the same one may be sent.
  if (status == 401 || status == 403) return StripeApi::Effect::open;
  return StripeApi::Effect::refused;
}

}  // namespace

struct StripeApi::Exchange {
  ports::HttpAnswer answer;
  std::int64_t round_trip_s = 0;
};

StripeApi::StripeApi(const Config &config, const Ports &ports)
    : key_(config.secret_key),
      base_(config.api_base.empty() ? std::string(stripe::default_api_base) : config.api_base),
      http_(ports.http),
      random_(ports.random),
      clock_(ports.clock) {}

StripeApi::~StripeApi() { wipe(key_); }

void StripeApi::require_usable() const {
  if (usable()) return;
  throw Failure(Status::refused, "no_secret_key",
                "expected Stripe's API key to ask Stripe with, found none; set STRIPE_SECRET_KEY or config.secret_key", "secret_key");
}

StripeApi::Exchange StripeApi::exchange(const stripe::Request &request, std::string_view idempotency_key, const Deadline &deadline) const {
  ports::HttpRequest out;
  out.method = request.method;
  out.url = base_ + request.path;
  out.headers = {{"Authorization", "Bearer " + key_}, {"Stripe-Version", std::string(stripe::api_version)}, {"User-Agent", "Purser/0.1"}};
  if (request.method == "POST") out.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  if (!idempotency_key.empty()) out.headers.push_back({"Idempotency-Key", std::string(idempotency_key)});
  if (!request.account.empty()) out.headers.push_back({"Stripe-Account", request.account});
  out.body = request.body;
  out.timeout_ms = std::max<std::int64_t>(1, std::min(deadline.left_ms(), one_exchange_most_ms));

  const auto began = Deadline::Clock::now();
  Exchange made{http_->ask(std::move(out)), 0};
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Deadline::Clock::now() - began).count();
  made.round_trip_s = (took + 999) / 1000;
  return made;
}

StripeApi::Reply StripeApi::reply(const Exchange &exchange) const {
  const ports::HttpAnswer &answer = exchange.answer;
  Reply reply;
  if (answer.end != ports::HttpEnd::answered) {
    reply.error = stripe::error_of_silence(answer.end == ports::HttpEnd::lost, answer.reason, answer.message);
    return reply;
  }
  reply.request_id = std::string(ports::header(answer, "request-id"));
  if (answer.status < 200 || answer.status > 299) {
    reply.error = stripe::error_of({answer.status, answer.body, reply.request_id, ports::header(answer, "retry-after")});
    reply.effect = effect_of(answer.status, reply.error);
    return reply;
  }
  json::Parsed parsed = json::parse(answer.body);
  if (parsed.fault != json::Fault::none || !parsed.root.is_object()) {
    reply.error = {Status::unavailable,
                   "answer_not_json",
                   "expected a JSON object from Stripe, found something else; try again, or look at "
                   "what stands at the address of the API",
                   {},
                   reply.request_id,
                   0};
    return reply;
  }
  reply.effect = Effect::done;
  reply.object = std::move(parsed.root);
  reply.date_s = stripe::http_date_s(ports::header(answer, "date")).value_or(clock_->exact_ms() / second_ms);
  reply.lo_s = reply.date_s - exchange.round_trip_s - 1;
  return reply;
}

StripeApi::Reply StripeApi::send(const stripe::Request &request, std::string_view idempotency_key, const Deadline &deadline) const {
  require_usable();
  for (int attempt = 1;; ++attempt) {
    const Exchange made = exchange(request, idempotency_key, deadline);
    const ports::HttpAnswer &answer = made.answer;
    const stripe::Retry again = stripe::retry({attempt, reach_of(answer.end), answer.status, ports::header(answer, "stripe-should-retry"),
                                               ports::header(answer, "retry-after"), answer.reason},
                                              fraction(*random_));
    if (!again.again || again.delay_ms >= deadline.left_ms()) return reply(made);
    std::this_thread::sleep_for(std::chrono::milliseconds(again.delay_ms));
  }
}

StripeApi::Reply StripeApi::get(const stripe::Request &request, const Deadline &deadline) const {
  Reply got = send(request, {}, deadline);
  if (got.effect != Effect::done) throw Failure(std::move(got.error));
  return got;
}

}  // namespace purser::engine
