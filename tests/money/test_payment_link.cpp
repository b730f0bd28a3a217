// A Payment Link's URL carries client_reference_id, and whoever opens it may write there what they like.
#include "catch.hpp"
#include "money/money.hpp"

using namespace purser;
using namespace purser::test;

namespace {

std::string id_in(const std::string &body) {
  const std::size_t key = body.find("\"id\"");
  const std::size_t from = body.find('"', body.find(':', key)) + 1;
  return body.substr(from, body.find('"', from) - from);
}

/// A session of a link for the pro tier, paid by somebody who says to be `account`.
std::string paid_by_link(const Money &money, const std::string &account) {
  const SandboxAnswer link = money.box.request("POST", "/v1/payment_links", "line_items[0][price]=price_pro&line_items[0][quantity]=1");
  REQUIRE(link.status == 200);
  const SandboxAnswer session = money.box.request("POST", "/v1/payment_links/" + id_in(link.body) + "/open",
                                                  "client_reference_id=" + account + "&prefilled_email=mallory@example.com");
  REQUIRE(session.status == 200);
  money.box.pay(id_in(session.body));
  return id_in(session.body);
}

std::int64_t parked(const Money &money, const std::string &type) {
  return money.number("SELECT count(*) FROM purser_v_event WHERE outcome = " + std::to_string(PURSER_OUTCOME_PARKED) + " AND type = '" +
                      type + "'");
}

}  // namespace

TEST_CASE("a Payment Link's session with another account's client_reference_id: nobody's tier changes, parked") {
  Money money;
  money.subscribed("app/starter", ann);
  CHECK(money.news(ann) == "free>starter");
  const bool badly = GENERATE(false, true);
  for (const std::string &named : {ann, bob}) {
    const std::string session = paid_by_link(money, named);
    if (!badly) money.box.deliver(money.purser);
    CHECK(money.deliver_badly().refused == 0);
    CHECK(reason_of([&] { money.confirm(session, named); }) == "session_not_found");
    CHECK(money.news(named) == "");
  }
  CHECK(money.live_subscriptions() == 3);
  CHECK(money.tier(ann) == "starter");
  CHECK(money.tier(bob) == "free");
  CHECK(parked(money, "checkout.session.completed") == 2);
  CHECK(parked(money, "customer.subscription.created") == 2);
  // Whom a human believes in the end, the host links.
  const QueryAnswer customer =
      money.purser.query({.sql = "SELECT customer FROM purser_v_subscription WHERE customer NOT IN (SELECT customer FROM purser_v_link)"});
  REQUIRE(customer.rows.size() == 2);
  money.purser.account_link({.account = bob, .customer = std::get<std::string>(customer.rows[0][0])});
  CHECK(money.tier(bob) == "pro");
  CHECK(money.news(bob) == "free>pro");
}
