// Nobody is locked out at a renewal because a webhook is late, and nobody gets a minute more than a cancelled period has.
#include "catch.hpp"
#include "money/money.hpp"

using namespace purser;
using namespace purser::test;

namespace {

/// The minutes of the next `duration_ms` at which the feature is not there, webhooks held back.
int minutes_without(const Money &money, const std::string &feature, std::int64_t duration_ms) {
  int without = 0;
  for (std::int64_t passed = 0; passed < duration_ms; passed += minute_ms) {
    money.box.advance(minute_ms);
    without += !money.purser.check(ann, feature);
  }
  return without;
}

std::int64_t period_end_ms(const Money &money, const std::string &subscription) {
  return money.number(
             "SELECT CAST(record ->> '$.items[0].current_period_end' AS INTEGER) FROM purser_v_subscription WHERE subscription = '" +
             subscription + "'") *
         1000;
}

}  // namespace

TEST_CASE("a renewal whose webhook is held back for two hours: access at every minute") {
  Money money;
  const std::string subscription = money.subscribed("app/pro");
  const std::int64_t end = period_end_ms(money, subscription);
  REQUIRE(end > money.box.now_ms());
  money.box.advance(end - money.box.now_ms() - 5 * minute_ms);
  money.box.deliver(money.purser);
  CHECK(minutes_without(money, "crm", 5 * minute_ms + 2 * hour_ms) == 0);
  CHECK(period_end_ms(money, subscription) == end);  // it was held back indeed
  SECTION("in order") { money.box.deliver(money.purser); }
  SECTION("backwards, three times") { CHECK(money.deliver_badly().refused == 0); }
  CHECK(period_end_ms(money, subscription) > end);
  CHECK(minutes_without(money, "crm", hour_ms) == 0);
  CHECK(money.news() == "free>pro");
}

TEST_CASE("a renewal whose webhook never comes ends with the slack, not before and not never") {
  Money money;
  const std::string subscription = money.subscribed("app/pro");
  const std::int64_t end = period_end_ms(money, subscription);
  money.box.advance(end + 72 * hour_ms - money.box.now_ms() - minute_ms);
  CHECK(money.purser.check(ann, "crm"));
  money.box.advance(minute_ms);
  CHECK_FALSE(money.purser.check(ann, "crm"));
  CHECK(money.tier() == "free");
  CHECK(money.news() == "free>pro pro>free");
  money.box.deliver(money.purser);  // and then it does come
  CHECK(money.purser.check(ann, "crm"));
  CHECK(money.news() == "free>pro");
}

TEST_CASE("cancelled at the period's end: access to the last minute, exactly, with or without its webhook") {
  Money money;
  const std::string subscription = money.subscribed("app/pro");
  money.box.cancel(subscription, true);
  money.box.deliver(money.purser);
  const std::int64_t end = period_end_ms(money, subscription);
  money.box.advance(end - money.box.now_ms() - minute_ms);
  CHECK(money.purser.check(ann, "crm"));
  CHECK(minutes_without(money, "crm", 10 * minute_ms) == 10);
  CHECK(money.tier() == "free");
  CHECK(money.news() == "free>pro pro>free");
  CHECK(money.deliver_badly().refused == 0);
  CHECK(money.news() == "");  // said by time; its webhook says nothing new
  CHECK(money.buy("app/pro").session_id.starts_with("cs_"));
}
