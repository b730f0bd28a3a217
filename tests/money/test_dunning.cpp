// A payment fails: grace, then recovery, or the fallback tier when Stripe gives up.
#include "catch.hpp"
#include "money/money.hpp"

using namespace purser;
using namespace purser::test;

namespace {

struct Debtor : Money {
  std::string subscription = subscribed("app/pro"), customer = purser.account_read({.account = ann}).customer;
  bool badly;
  explicit Debtor(bool how) : badly(how) {
    CHECK(news() == "free>pro");
    box.card(customer, PURSER_CARD_DECLINED);
  }
  void day() {
    box.advance(day_ms);
    if (badly)
      CHECK(deliver_badly().refused == 0);
    else
      box.deliver(purser);
  }
  std::string status() {
    return std::get<std::string>(
        purser.query({.sql = "SELECT record ->> '$.status' FROM purser_v_subscription ORDER BY subscription"}).rows.at(0).at(0));
  }
  /// Days until the status is reached; 99 = never.
  int days_until(const std::string &wanted) {
    for (int days = 0; days < 99; ++days) {
      if (status() == wanted) return days;
      day();
    }
    return 99;
  }
};

}  // namespace

TEST_CASE("a failed renewal: access in grace, and the card that is put right brings it back") {
  Debtor debtor(GENERATE(false, true));
  REQUIRE(debtor.days_until("past_due") <= 33);
  CHECK(debtor.purser.check(ann, "crm"));
  CHECK(debtor.grant("pro").reason == "grace");
  CHECK(reason_of([&] { debtor.buy("app/pro"); }) == "already_subscribed");  // who owes is sent to the portal
  for (int days = 0; days < 4; ++days) {
    debtor.day();
    CHECK(debtor.purser.check(ann, "crm"));
  }
  debtor.box.card(debtor.customer, PURSER_CARD_GOOD);
  debtor.day();
  CHECK(debtor.status() == "active");
  CHECK(debtor.grant("pro").reason == "active");
  CHECK(debtor.purser.check(ann, "crm"));
  CHECK(debtor.news() == "");  // the tier was never lost
  CHECK(debtor.days_until("past_due") == 99);
}

TEST_CASE("Stripe gives up: the fallback tier, said once, and it can be bought anew") {
  Debtor debtor(GENERATE(false, true));
  REQUIRE(debtor.days_until("past_due") <= 33);
  const int days = debtor.days_until("canceled");
  INFO(days << " days of dunning");
  CHECK(days >= 7);
  CHECK(days <= 30);
  CHECK(debtor.tier() == "free");
  CHECK_FALSE(debtor.purser.check(ann, "crm"));
  CHECK(debtor.news() == "pro>free");
  debtor.box.card(debtor.customer, PURSER_CARD_GOOD);
  debtor.day();
  CHECK(debtor.tier() == "free");
  const Checkout again = debtor.buy("app/pro");
  debtor.box.pay(again.session_id);
  CHECK(debtor.confirm(again.session_id).granted);
  debtor.day();
  CHECK(debtor.tier() == "pro");
  CHECK(debtor.news() == "free>pro");
}

TEST_CASE("grace ends although Stripe has not given up yet, and a late payment still counts") {
  Debtor debtor(GENERATE(false, true));
  REQUIRE(debtor.days_until("past_due") <= 33);
  const std::int64_t until = debtor.grant("pro").valid_until_ms;
  debtor.box.advance(until - debtor.box.now_ms() - minute_ms);
  CHECK(debtor.purser.check(ann, "crm"));
  debtor.box.advance(minute_ms);
  CHECK_FALSE(debtor.purser.check(ann, "crm"));
  CHECK(debtor.news() == "pro>free");
}
