// Refunds and disputes: what the money, the charge and the events say.
#include "base/error.hpp"
#include "catch.hpp"
#include "sandbox/bought.hpp"

namespace json = purser::json;
using purser::day_ms;
using purser::sandbox::DisputeOutcome;
using purser::test::Bought;
using purser::test::Box;
using purser::test::buy;
using purser::test::error;
using purser::test::id;
using purser::test::newest_charge;
using purser::test::newest_invoice;
using purser::test::Since;
using purser::test::text;
using Types = std::vector<std::string>;

TEST_CASE("a refund in part, then of the rest") {
  Box box;
  const Bought bought = buy(box);
  Since since(box);
  box.refund(bought.subscription, 1000);
  const auto first = since.events();
  REQUIRE(first.size() == 2);
  CHECK(text(first[0], "type") == "refund.created");
  CHECK(text(first[1], "type") == "charge.refunded");
  const json::object &previous = first[1].at("data").at("previous_attributes").as_object();
  CHECK(previous == json::object{{"amount_refunded", 0}});
  CHECK(newest_charge(box, bought).at("amount_refunded") == 1000);
  CHECK_FALSE(newest_charge(box, bought).at("refunded").as_bool());

  box.refund(bought.session, 0);  // all that is left, by the session
  CHECK(newest_charge(box, bought).at("amount_refunded") == 4900);
  CHECK(newest_charge(box, bought).at("refunded").as_bool());
  CHECK(box.list("/v1/refunds?charge=" + id(newest_charge(box, bought))).size() == 2);
  CHECK_THROWS_AS(box.refund(bought.subscription, 0), purser::Failure);
  since.types();
  box.advance(5 * day_ms);
  CHECK(since.types() == Types{"refund.updated", "charge.refund.updated", "refund.updated", "charge.refund.updated"});
}

TEST_CASE("a refund over the API: by payment intent, idempotent, never too much") {
  Box box;
  const Bought bought = buy(box);
  const std::string intent = text(newest_charge(box, bought), "payment_intent");
  const std::string form = "payment_intent=" + intent + "&amount=900&reason=duplicate";
  const auto once = box.send("POST", "/v1/refunds", form, "key"), twice = box.send("POST", "/v1/refunds", form, "key");
  CHECK(once.status == 200);
  CHECK(once.body == twice.body);
  CHECK(newest_charge(box, bought).at("amount_refunded") == 900);
  CHECK(text(Box::parsed(once), "reason") == "duplicate");
  const auto much = box.send("POST", "/v1/refunds", "payment_intent=" + intent + "&amount=4001");
  CHECK(much.status == 400);
  CHECK(text(error(Box::parsed(much)), "param") == "amount");
  CHECK(box.send("POST", "/v1/refunds", "charge=ch_none").status == 400);
  CHECK(box.send("POST", "/v1/refunds", "payment_intent=" + intent + "&amount=0").status == 400);
}

TEST_CASE("a dispute opens, and is won or lost") {
  Box box;
  const Bought won = buy(box), lost = buy(box);
  Since since(box);
  box.dispute(won.subscription, DisputeOutcome::opened);
  CHECK(since.types() == Types{"charge.updated", "charge.dispute.created", "charge.dispute.funds_withdrawn"});
  CHECK(newest_charge(box, won).at("disputed").as_bool());
  const json::object opened = box.list("/v1/disputes?charge=" + id(newest_charge(box, won))).at(0).as_object();
  CHECK(text(opened, "status") == "needs_response");
  CHECK(opened.at("amount") == 4900);
  CHECK_THROWS_AS(box.dispute(won.subscription, DisputeOutcome::opened), purser::Failure);
  CHECK(box.send("POST", "/v1/refunds", "charge=" + id(newest_charge(box, won))).status == 400);

  box.dispute(id(newest_charge(box, won)), DisputeOutcome::won);
  CHECK(since.types() == Types{"charge.dispute.closed", "charge.dispute.funds_reinstated"});
  CHECK(text(box.get("/v1/disputes/" + id(opened)), "status") == "won");
  box.dispute(id(newest_invoice(box, lost)), DisputeOutcome::lost);  // opens it first
  CHECK(since.types() == Types{"charge.updated", "charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.closed"});
  CHECK_THROWS_AS(box.dispute(lost.subscription, DisputeOutcome::won), purser::Failure);
  CHECK_THROWS_AS(box.dispute("sub_none", DisputeOutcome::opened), purser::Failure);
}

TEST_CASE("the newest payment of a subscription is what is given back") {
  Box box;
  const Bought bought = buy(box);
  box.advance(40 * day_ms);
  box.refund(bought.subscription, 0);
  const json::array charges = box.list("/v1/charges?customer=" + bought.customer);
  REQUIRE(charges.size() == 2);
  CHECK(charges[0].at("refunded").as_bool());
  CHECK_FALSE(charges[1].at("refunded").as_bool());
}

TEST_CASE("what paid an invoice is listed by it") {
  Box box;
  const Bought bought = buy(box);
  const json::object payment = box.list("/v1/invoice_payments?invoice=" + id(newest_invoice(box, bought))).at(0).as_object();
  CHECK(text(payment, "status") == "paid");
  CHECK(payment.at("amount_paid") == 4900);
  CHECK(purser::test::holds(box.event_types(), "invoice_payment.paid"));
}
