// Connected accounts: transfers, reversals, payouts, and the endpoint of their own.
#include "base/error.hpp"
#include "catch.hpp"
#include "sandbox/bought.hpp"
#include "stripe/signature.hpp"

namespace json = purser::json;
using purser::day_ms;
using purser::sandbox::Deliver;
using purser::sandbox::Delivery;
using purser::sandbox::PayoutOutcome;
using purser::test::Box;
using purser::test::error;
using purser::test::id;
using purser::test::Since;
using purser::test::text;
using Types = std::vector<std::string>;

namespace {

json::object as(Box &box, const std::string &account, const std::string &method, const std::string &path, const std::string &form = {}) {
  return Box::parsed(box.ask(method, account + path, form));
}
json::object transfer(Box &box, const std::string &account, int amount) {
  return box.post("/v1/transfers", "amount=" + std::to_string(amount) + "&currency=usd&destination=" + account + "&transfer_group=june");
}

}  // namespace

TEST_CASE("a transfer, and what is taken back of it") {
  Box box;
  const std::string account = box.connect();
  Since since(box);
  const json::object made = transfer(box, account, 1000);
  CHECK(text(made, "destination") == account);
  CHECK(since.types() == Types{"transfer.created"});
  const json::object part = box.post("/v1/transfers/" + id(made) + "/reversals", "amount=300");
  CHECK(part.at("amount") == 300);
  const auto events = since.events();
  REQUIRE(events.size() == 2);
  CHECK(text(events[0], "type") == "transfer.updated");
  CHECK(events[0].at("data").at("previous_attributes").at("amount_reversed") == 0);
  CHECK(text(events[1], "type") == "transfer.reversed");
  box.post("/v1/transfers/" + id(made) + "/reversals");
  CHECK(box.get("/v1/transfers/" + id(made)).at("reversed").as_bool());
  CHECK(box.send("POST", "/v1/transfers/" + id(made) + "/reversals", "amount=1").status == 400);
  CHECK(box.list("/v1/transfers?destination=" + account).size() == 1);
  CHECK(box.list("/v1/transfers/" + id(made) + "/reversals").size() == 2);
  CHECK(box.send("POST", "/v1/transfers", "amount=1&currency=usd&destination=acct_none").status == 400);
}

TEST_CASE("a payout is the account's own: asked for in its name, told of with `account`") {
  Box box;
  const std::string account = box.connect();
  transfer(box, account, 1000);
  CHECK(text(error(as(box, account, "POST", "/v1/payouts", "amount=1001&currency=usd")), "code") == "balance_insufficient");
  const json::object made = as(box, account, "POST", "/v1/payouts", "amount=600&currency=usd");
  CHECK(text(made, "status") == "pending");
  CHECK(as(box, account, "GET", "/v1/balance").at("available").at(0).at("amount") == 400);
  CHECK(box.send("GET", "/v1/payouts/" + id(made)).status == 404);
  box.advance(2 * day_ms);
  CHECK(text(as(box, account, "GET", "/v1/payouts/" + id(made)), "status") == "paid");
  box.end_payout(id(made), PayoutOutcome::failed);
  CHECK(text(as(box, account, "GET", "/v1/payouts/" + id(made)), "failure_code") == "account_closed");
  CHECK_THROWS_AS(box.end_payout(id(made), PayoutOutcome::paid), purser::Failure);

  CHECK_FALSE(purser::test::holds(box.event_types(), "payout.created"));
  Types types;
  const json::object listed = as(box, account, "GET", "/v1/events?limit=100");
  for (const json::value &event : listed.at("data").as_array()) {
    CHECK(event.at("account").as_string() == std::string_view(account));
    types.insert(types.begin(), std::string(event.at("type").as_string()));
  }
  CHECK(types == Types{"account.updated", "payout.created", "payout.updated", "payout.paid", "payout.updated", "payout.failed"});
  CHECK(box.ask("GET", "acct_none/v1/payouts").status == 403);
  CHECK(box.ask("GET", account + "/v1/customers").status == 400);
}

TEST_CASE("a payout that is canceled gives the money back") {
  Box box;
  const std::string account = box.connect();
  transfer(box, account, 1000);
  const json::object made = as(box, account, "POST", "/v1/payouts", "amount=600&currency=usd");
  CHECK(text(as(box, account, "POST", "/v1/payouts/" + id(made) + "/cancel"), "status") == "canceled");
  CHECK(as(box, account, "GET", "/v1/balance").at("available").at(0).at("amount") == 1000);
  CHECK(text(error(as(box, account, "POST", "/v1/payouts/" + id(made) + "/cancel")), "code") == "payout_not_cancelable");
}

TEST_CASE("events of connected accounts come to the endpoint `connect`, signed with its own secret") {
  Box box;
  const std::string account = box.connect();
  transfer(box, account, 1000);
  as(box, account, "POST", "/v1/payouts", "amount=600&currency=usd");
  CHECK(box.connect_secret() != box.webhook_secret());
  int connected = 0, own = 0;
  const auto verifies = [&](const Delivery &delivery, const std::string &secret) {
    const std::vector<std::string> secrets = {secret};
    return purser::stripe::Secrets(secrets).verify(delivery.signature, delivery.body, box.now_ms() / 1000, 300) ==
           purser::stripe::Verdict::accepted;
  };
  box.deliver({}, [&](const Delivery &delivery) {
    const bool is_connected = delivery.endpoint == "connect";
    ++(is_connected ? connected : own);
    CHECK(is_connected == (delivery.body.find("\"account\":\"" + account) != std::string::npos));
    CHECK(verifies(delivery, is_connected ? box.connect_secret() : box.webhook_secret()));
    CHECK_FALSE(verifies(delivery, is_connected ? box.webhook_secret() : box.connect_secret()));
    return 200;
  });
  CHECK(connected == 2);  // account.updated, payout.created
  CHECK(own > 0);
}

TEST_CASE("an old sender's names: transfer.paid and transfer.failed") {
  Box box;
  const std::string account = box.connect();
  const json::object made = transfer(box, account, 1000);
  Since since(box);
  box.tell("transfer.paid", id(made));
  box.tell("transfer.failed", id(made));
  const auto events = since.events();
  REQUIRE(events.size() == 2);
  CHECK(text(events[0], "type") == "transfer.paid");
  CHECK(text(events[0].at("data").at("object").as_object(), "status") == "paid");
  CHECK(text(events[0], "api_version") == "2017-02-14");
  CHECK(text(events[1].at("data").at("object").as_object(), "failure_code") == "account_closed");
  CHECK_THROWS_AS(box.tell("transfer.paid", "tr_none"), purser::Failure);
}
