// Second thoughts within one hour of the sandbox's time, whatever becomes of the webhooks.
#include "catch.hpp"
#include "money/money.hpp"

using namespace purser;
using namespace purser::test;

namespace {

enum class Webhooks {
  after_each_step,           ///< in order, once
  none,                      ///< lost until the very end: the success page alone
  backwards_thrice,          ///< after each step
  backwards_thrice_at_last,  ///< nothing before the story's end, then everything at once; no success page either
};

struct Story : Money {
  Webhooks webhooks;
  explicit Story(Webhooks how) : webhooks(how) {}

  /// Some minutes pass, and what Stripe has to say arrives, or does not.
  void step() {
    box.advance(7 * minute_ms);
    if (webhooks == Webhooks::after_each_step) box.deliver(purser);
    if (webhooks == Webhooks::backwards_thrice) CHECK(deliver_badly().refused == 0);
  }
  void pay(const Checkout &made) {
    box.pay(made.session_id);
    if (webhooks == Webhooks::none) CHECK(confirm(made.session_id).granted);
    step();
  }
  bool knows_at_once() const { return webhooks != Webhooks::backwards_thrice_at_last; }
  /// Everything that still waits, and then the hour is not over yet.
  void end() {
    CHECK(deliver_badly().refused == 0);
    box.deliver(purser);
    CHECK(box.now_ms() - start_ms < hour_ms);
    CHECK(at_stripe("/v1/customers?limit=100", "customer") == 1);
    CHECK(number("SELECT count(*) FROM purser_v_intent WHERE state NOT IN ('done', 'failed')") == 0);
    CHECK(number("SELECT count(*) FROM purser_v_finding") == 0);
  }
};

Webhooks any() {
  return GENERATE(Webhooks::after_each_step, Webhooks::none, Webhooks::backwards_thrice, Webhooks::backwards_thrice_at_last);
}

}  // namespace

TEST_CASE("buy, let it expire, buy") {
  Story story(any());
  INFO("webhooks " << static_cast<int>(story.webhooks));
  const Checkout first = story.buy("app/pro");
  story.box.abandon(first.session_id);
  story.step();
  const Checkout second = story.buy("app/pro");
  CHECK(second.session_id != first.session_id);
  CHECK_FALSE(second.reused);
  story.step();
  CHECK(story.tier() == "free");
  story.pay(second);
  if (story.knows_at_once()) CHECK(story.tier() == "pro");
  story.end();
  CHECK(story.tier() == "pro");
  CHECK(story.news() == "free>pro");
  CHECK(story.all_subscriptions() == 1);
}

TEST_CASE("buy, cancel now, buy") {
  Story story(any());
  INFO("webhooks " << static_cast<int>(story.webhooks));
  const Checkout first = story.buy("app/pro");
  story.pay(first);
  CHECK(reason_of([&] { story.buy("app/pro"); }) == "already_subscribed");
  CHECK(reason_of([&] { story.buy("app/starter"); }) == "already_subscribed");
  CHECK(story.tier() == "pro");  // also where no webhook came: that click looked
  story.box.cancel(story.grant("pro").subscription, false);
  story.step();
  const Checkout second = story.buy("app/pro");
  CHECK(second.session_id != first.session_id);
  CHECK(story.tier() == "free");
  story.pay(second);
  if (story.knows_at_once()) CHECK(story.tier() == "pro");
  story.end();
  CHECK(story.tier() == "pro");
  CHECK(story.news() == "free>pro pro>free free>pro");
  CHECK(story.all_subscriptions() == 2);
  CHECK(story.live_subscriptions() == 1);
}

TEST_CASE("declined, paid with another card") {
  Story story(any());
  INFO("webhooks " << static_cast<int>(story.webhooks));
  const Checkout first = story.buy("app/pro");
  story.box.decline(first.session_id);
  story.step();
  CHECK(story.tier() == "free");
  const Checkout again = story.buy("app/pro");
  CHECK(again.session_id == first.session_id);
  CHECK(again.reused);
  story.pay(again);
  if (story.knows_at_once()) CHECK(story.tier() == "pro");
  story.end();
  CHECK(story.tier() == "pro");
  CHECK(story.news() == "free>pro");
  CHECK(story.live_subscriptions() == 1);
}

TEST_CASE("another tier while a session is open") {
  Story story(any());
  INFO("webhooks " << static_cast<int>(story.webhooks));
  const Checkout starter = story.buy("app/starter");
  story.step();
  const Checkout pro = story.buy("app/pro");
  CHECK(pro.session_id != starter.session_id);
  CHECK(story.open_sessions() == 1);
  CHECK_THROWS_AS(story.box.pay(starter.session_id), Error);  // in the other tab
  story.pay(pro);
  if (story.knows_at_once()) CHECK(story.tier() == "pro");
  CHECK(reason_of([&] { story.buy("app/starter"); }) == "already_subscribed");
  story.end();
  CHECK(story.tier() == "pro");
  CHECK(story.news() == "free>pro");
  CHECK(story.all_subscriptions() == 1);
}
