#include "stripe/retry.hpp"

#include <rapidcheck.h>

#include "catch.hpp"

using namespace purser::stripe;

namespace {
bool again(std::int32_t status, std::string_view header = {}) {
  return retry({.number = 1, .reach = Reach::answered, .status = status, .should_retry = header}, 0.5).again;
}
Retry after(Reach reach, std::string_view reason) { return retry({.number = 1, .reach = reach, .reason = reason}, 0.5); }
}  // namespace

TEST_CASE("the header Stripe-Should-Retry decides, whatever the status") {
  for (const std::int32_t status : {200, 400, 402, 409, 429, 500, 503}) {
    CHECK(again(status, "true"));
    CHECK_FALSE(again(status, "false"));
  }
}

TEST_CASE("without the header: 409 and 5xx are called again, all else is not") {
  for (const std::int32_t status : {409, 500, 502, 503, 599}) CHECK(again(status));
  for (const std::int32_t status : {200, 302, 400, 401, 402, 403, 404, 408, 424, 429}) CHECK_FALSE(again(status));
  CHECK_FALSE(again(400, "yes"));
}

TEST_CASE("a connection that failed is tried again, unless it would fail the same way") {
  for (const char *reason : {"dns", "connect", "timeout", "disconnected", "host", ""}) {
    CHECK(after(Reach::not_sent, reason).again);
    CHECK(after(Reach::lost, reason).again);
  }
  for (const char *reason : {"tls", "url", "request", "answer_too_large", "closed", "forked"})
    CHECK_FALSE(after(Reach::not_sent, reason).again);
}

TEST_CASE("the third call is the last one") {
  const auto at = [](int number) { return retry({.number = number, .reach = Reach::answered, .status = 500}, 0).again; };
  CHECK(at(1));
  CHECK(at(2));
  CHECK_FALSE(at(3));
  CHECK_FALSE(at(4));
}

TEST_CASE("the delay doubles from half a second, with jitter; Retry-After can only lengthen it, to a minute at most") {
  const auto delay = [](int number, double fraction, std::string_view header = {}) {
    return retry({.number = number, .reach = Reach::answered, .status = 503, .retry_after = header}, fraction).delay_ms;
  };
  CHECK(delay(1, 0) == 250);
  CHECK(delay(1, 0.5) == 375);
  CHECK(delay(1, 0.999999) == 499);
  CHECK(delay(2, 0) == 500);
  CHECK(delay(1, 0, "3") == 3000);
  CHECK(delay(1, 0, "60") == 60'000);
  CHECK(delay(1, 0, "61") == 250);
  CHECK(delay(2, 0, "0") == 500);
  for (const char *header : {"", "-1", "soon", "1.5", "3 ", "Wed, 21 Oct 2026 07:28:00 GMT", "99999999999999999999"})
    CHECK(delay(1, 0, header) == 250);
  CHECK(retry_after_ms("7") == 7000);
  CHECK(retry_after_ms("9000000000") == 86'400'000);
}

TEST_CASE("no attempt waits longer than five seconds by itself, or less than a quarter of one") {
  CHECK(rc::check([] {
    const int number = *rc::gen::inRange(-3, attempts_max);
    const double fraction = *rc::gen::inRange(0, 1000) / 1000.0;
    const Retry made = retry({.number = number, .reach = Reach::lost}, fraction);
    RC_ASSERT(made.again);
    RC_ASSERT(made.delay_ms >= retry_first_ms / 2);
    RC_ASSERT(made.delay_ms < retry_most_ms);
  }));
}
