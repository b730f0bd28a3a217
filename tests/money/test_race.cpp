// What changes at Stripe within seconds of a fetch: nobody can tell from the outside which came first. It is said to be unconfirmed, and
// the next look decides.
#include "catch.hpp"
#include "money/money.hpp"

using namespace purser;
using namespace purser::test;

namespace {

constexpr std::int64_t second_ms = 1000;

std::int64_t unconfirmed(const Money &money) {
  return money.number("SELECT count(*) FROM purser_v_finding WHERE finding = 'unconfirmed' AND detail = 'subscription'");
}

}  // namespace

TEST_CASE("a tier swapped within seconds of the success page: never wrong without saying so, and right after the next look") {
  const std::int64_t later_s = GENERATE(0, 1, 2, 5, 8, 9);
  Money money;
  const Checkout made = money.buy("app/starter");
  money.box.advance(minute_ms);
  money.box.pay(made.session_id);
  const std::string subscription = money.confirm(made.session_id).subscription;
  money.box.advance(later_s * second_ms);
  money.box.swap(subscription, "app_pro");
  CHECK(money.deliver_badly().refused == 0);
  const GrantHeld guess = money.purser.account_read({.account = ann}).grants.at(0);
  INFO(later_s << " s later, guessed " << guess.tier);
  CHECK(guess.tier == "pro");  // the sandbox lets a second pass between an answer and what a person does
  CHECK(unconfirmed(money) == (guess.unconfirmed ? 1 : 0));
  money.box.advance(3 * second_ms);
  SECTION("by the success page, loaded again") { money.confirm(made.session_id); }
  SECTION("by a click") {
    CHECK(reason_of([&] { money.buy("app/pro"); }) == "already_subscribed");
  }
  CHECK(money.tier() == "pro");
  CHECK_FALSE(money.grant("pro").unconfirmed);
  CHECK(money.number("SELECT count(*) FROM purser_v_finding") == 0);
  CHECK(money.news().ends_with("starter>pro"));
}
