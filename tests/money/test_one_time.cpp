// One-time items are credits, one for each payment; add-ons add and never touch a tier.
#include "catch.hpp"
#include "money/money.hpp"

using namespace purser;
using namespace purser::test;

TEST_CASE("a one-time item is credited exactly once per payment, however often it is told") {
  Money money;
  money.subscribed("app/starter");
  money.news();
  for (std::int64_t bought = 1; bought <= 3; ++bought) {
    const Checkout made = money.buy("site");
    CHECK(made.mode == "payment");
    CHECK_FALSE(made.reused);
    CHECK(money.buy("site").session_id == made.session_id);
    CHECK(money.limit("seats") == bought - 1);
    money.box.pay(made.session_id);
    if (bought == 2) CHECK(money.deliver_badly().refused == 0);
    CHECK(money.confirm(made.session_id).granted);
    CHECK(money.limit("seats") == bought);
    CHECK(money.deliver_badly().refused == 0);
    CHECK(money.confirm(made.session_id).granted);
    CHECK(money.limit("seats") == bought);
    money.box.advance(minute_ms);
  }
  for (int days = 0; days < 400; days += 2) {  // bought is bought; the tier renews within its slack
    money.box.advance(2 * day_ms);
    CHECK(money.deliver_badly().refused == 0);
  }
  CHECK(money.limit("seats") == 3);
  CHECK(money.number("SELECT count(*) FROM purser_v_credit") == 3);
  CHECK(money.tier() == "starter");
  CHECK(money.news() == "");
}

TEST_CASE("a one-time item that is not paid is not credited") {
  Money money;
  const Checkout made = money.buy("site");
  money.box.decline(made.session_id);
  CHECK_FALSE(money.confirm(made.session_id).granted);
  money.box.abandon(made.session_id);
  money.deliver_badly();
  CHECK_FALSE(money.confirm(made.session_id).granted);
  CHECK(money.limit("seats") == 0);
}

TEST_CASE("an add-on never touches a tier, and a tier's end never an add-on") {
  const bool badly = GENERATE(false, true);
  Money money;
  const auto deliver = [&] { badly ? static_cast<void>(money.deliver_badly()) : money.box.deliver(money.purser); };
  const std::string tier = money.subscribed("app/pro");
  CHECK(money.news() == "free>pro");
  const Checkout pool = money.buy("pool");
  money.box.pay(pool.session_id);
  deliver();
  const std::string add_on = money.confirm(pool.session_id).subscription;
  CHECK(add_on != tier);
  CHECK(money.tier() == "pro");
  CHECK(money.purser.check(ann, "pool"));
  CHECK(money.limit("mails") == 800);
  CHECK(money.grant("pro").subscription == tier);
  CHECK(reason_of([&] { money.buy("pool"); }) == "already_subscribed");
  CHECK(money.news() == "");

  SECTION("the add-on ends") {
    money.box.cancel(add_on, false);
    deliver();
    CHECK(money.tier() == "pro");
    CHECK_FALSE(money.purser.check(ann, "pool"));
    CHECK(money.news() == "");
  }
  SECTION("the tier ends") {
    money.box.cancel(tier, false);
    deliver();
    CHECK(money.tier() == "free");
    CHECK(money.purser.check(ann, "pool"));
    CHECK(money.news() == "pro>free");
    // The tier is bought again beside the add-on.
    const Checkout again = money.buy("app/starter");
    money.box.pay(again.session_id);
    deliver();
    CHECK(money.tier() == "starter");
    CHECK(money.purser.check(ann, "pool"));
  }
}
