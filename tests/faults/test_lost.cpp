// Lost: what no webhook ever tells. Stripe tries for three days, and then never again.
#include "catch.hpp"
#include "faults/faults.hpp"

using namespace purser;
using namespace purser::test;

namespace {

/// All that a handler can know is what it was told.
struct Users {
  std::string status = "none";
  std::int64_t until_s = 0;
  void handle(const Event &e) {
    if (!e.type.starts_with("customer.subscription.")) return;
    status = e.object.text("status");
    until_s = e.object.number("items.data.0.current_period_end") + 3 * 86400;
  }
  bool pro(std::int64_t now_ms) const { return status == "active" && now_ms / 1000 < until_s; }
  bool pro_without_an_end() const { return status == "active"; }
};

struct Losing : Fault {
  Users users;
  std::string subscription = subscribed("app/pro");
  Losing() {
    const Events events = told();
    for (const Event &e : events) users.handle(e);
    tell_all(events);
  }
  void until_after_the_renewal() {
    box.advance(purser.account_read({.account = ann}).grants.at(0).valid_until_ms - 72 * hour_ms - box.now_ms() + 40 * minute_ms);
    told();  // and lost
  }
};

}  // namespace

TEST_CASE("STRIPE §2 the renewal's webhooks are lost: the payer is locked out") {
  Losing fault;
  fault.until_after_the_renewal();
  CHECK(fault.purser.gap_fetch().fetched >= 1);
  fault.box.advance(5 * day_ms);
  REQUIRE_FALSE(fault.users.pro(fault.box.now_ms()));
  CHECK(fault.purser.check(ann, "crm"));
  CHECK(fault.news() == "free>pro");
}

TEST_CASE("STRIPE §2 the cancellation's webhook is lost: access for ever, or for a period that nobody pays") {
  Losing fault;
  fault.box.cancel(fault.subscription, false);
  fault.told();
  fault.box.advance(day_ms);
  REQUIRE(fault.users.pro(fault.box.now_ms()));
  SECTION("Stripe's list of events tells it") { CHECK(fault.purser.event_sweep().missed >= 1); }
  SECTION("an object whose time has passed is looked at") {
    fault.until_after_the_renewal();
    REQUIRE(fault.users.pro_without_an_end());
    CHECK(fault.purser.gap_fetch().fetched >= 1);
  }
  CHECK_FALSE(fault.purser.check(ann, "crm"));
  CHECK(fault.news() == "free>pro pro>free");
}
