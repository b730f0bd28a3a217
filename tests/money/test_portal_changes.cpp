// What the customer changes in the portal flows back, and the change feed says each change once.
#include "catch.hpp"
#include "money/money.hpp"

using namespace purser;
using namespace purser::test;

namespace {

struct Subscriber : Money {
  std::string subscription;
  explicit Subscriber(const std::string &tier) : subscription(subscribed(tier)) { CHECK(news() == "free>" + tier.substr(4)); }

  /// Whatever the order and however often: the store has what Stripe has.
  void flow_back(bool badly) {
    if (badly)
      CHECK(deliver_badly().refused == 0);
    else
      box.deliver(purser);
    CHECK(box.deliver(purser, SandboxDelivery{}).waiting == 0);
  }
};

}  // namespace

TEST_CASE("tier up, tier down") {
  const bool badly = GENERATE(false, true);
  Subscriber s("app/starter");
  s.box.swap(s.subscription, "app_pro");
  s.flow_back(badly);
  CHECK(s.tier() == "pro");
  CHECK(s.news() == "starter>pro");
  s.box.advance(minute_ms);
  s.box.swap(s.subscription, "price_starter");
  s.flow_back(badly);
  CHECK(s.tier() == "starter");
  CHECK_FALSE(s.purser.check(ann, "crm"));
  CHECK(s.news() == "pro>starter");
  CHECK(s.all_subscriptions() == 1);
}

TEST_CASE("up and down within the same second ends where Stripe ends") {
  const bool badly = GENERATE(false, true);
  Subscriber s("app/starter");
  s.box.swap(s.subscription, "app_pro");
  s.box.swap(s.subscription, "app_starter");
  s.box.swap(s.subscription, "app_pro");
  s.flow_back(badly);
  CHECK(s.tier() == "pro");
  const std::string told = s.news();
  INFO(told);
  CHECK(told.ends_with("starter>pro"));
}

TEST_CASE("quantity") {
  const bool badly = GENERATE(false, true);
  Subscriber s("app/pro");
  s.box.swap(s.subscription, std::nullopt, 4);
  s.flow_back(badly);
  CHECK(s.grant("pro").quantity == 4);
  CHECK(s.tier() == "pro");
  CHECK(s.news() == "");
}

TEST_CASE("cancelled at the period's end, and taken back") {
  const bool badly = GENERATE(false, true);
  Subscriber s("app/pro");
  const std::int64_t with_slack = s.grant("pro").valid_until_ms;
  s.box.cancel(s.subscription, true);
  s.flow_back(badly);
  CHECK(s.grant("pro").valid_until_ms == with_slack - 72 * hour_ms);
  CHECK(s.tier() == "pro");
  s.box.advance(day_ms);
  s.box.resume(s.subscription);
  s.flow_back(badly);
  CHECK(s.grant("pro").valid_until_ms == with_slack);
  CHECK(s.news() == "");
  s.box.advance(40 * day_ms);
  s.flow_back(badly);
  CHECK(s.tier() == "pro");  // renewed as if nothing had been
  CHECK(s.news() == "");
}

TEST_CASE("cancelled now") {
  const bool badly = GENERATE(false, true);
  Subscriber s("app/pro");
  s.box.cancel(s.subscription, false);
  s.flow_back(badly);
  CHECK(s.tier() == "free");
  CHECK(s.news() == "pro>free");
}

TEST_CASE("payment method") {
  const bool badly = GENERATE(false, true);
  Subscriber s("app/pro");
  const std::string customer = s.purser.account_read({.account = ann}).customer;
  for (const std::int32_t card : {PURSER_CARD_NONE, PURSER_CARD_GOOD}) {
    s.box.card(customer, card);
    s.flow_back(badly);
    CHECK(s.tier() == "pro");
    CHECK(s.news() == "");
    s.box.advance(minute_ms);
  }
  CHECK(s.purser.account_read({.account = ann}).customer == customer);
  const std::string portal = s.purser.portal_create({.account = ann, .return_url = "https://app.example.com/billing"}).url;
  CHECK(portal.starts_with("https://"));
}
