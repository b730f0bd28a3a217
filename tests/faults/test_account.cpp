// Ends that a handler forgets: an account that is closed, a payout that fails after it was paid.
#include "catch.hpp"
#include "faults/faults.hpp"

using namespace purser;
using namespace purser::test;

TEST_CASE("DOMAIN §3.17 a soft-deleted user keeps paying") {
  struct Users {
    std::map<std::string, bool> deleted;
    void remove(const std::string &account) { deleted[account] = true; }  // UPDATE users SET deleted_at = now()
  } users;
  Fault fault;
  const std::string subscription = fault.subscribed("app/pro");
  fault.tell_all(fault.told());
  users.remove(ann);
  fault.box.advance(32 * day_ms);
  const Events charged = fault.told();
  REQUIRE(first_of(charged, "invoice.paid").object.number("amount_paid") == 9900);
  fault.tell_all(charged);

  CHECK(fault.purser.account_close({.account = ann, .when = PURSER_CLOSE_NOW}).subscriptions == 1);
  CHECK(fault.live_subscriptions() == 0);
  fault.tell_all(fault.told());
  CHECK_FALSE(fault.purser.check(ann, "crm"));
  fault.box.advance(40 * day_ms);
  CHECK(of_type(fault.told(), "invoice.").empty());
}

TEST_CASE("DOMAIN §3.16 a payout that fails after it was paid, and a transfer that is taken back, never restore the balance") {
  struct Users {
    std::map<std::string, std::int64_t> balance;
    void handle(const Event &e) {
      if (e.type == "transfer.created") balance[e.object.text("destination")] += e.object.number("amount");
      if (e.type == "payout.paid") balance[Json(e.body).text("account")] -= e.object.number("amount");
      if (e.type == "transfer.failed") balance[e.object.text("destination")] += e.object.number("amount");  // never sent
    }
  } users;
  const Fault fault;
  const std::int64_t now_s = fault.box.now_ms() / 1000;
  const std::string connected = R"("api_version":"2026-06-24.dahlia","livemode":false,"account":"acct_conn")";
  const auto transfer = [](std::int64_t reversed) {
    return R"({"id":"tr_1","object":"transfer","amount":5000,"amount_reversed":)" + std::to_string(reversed) +
           R"(,"currency":"usd","created":1767225600,"destination":"acct_conn","reversed":false})";
  };
  const auto payout = [](const std::string &status) {
    return R"({"id":"po_1","object":"payout","amount":3000,"currency":"usd","arrival_date":1767312000,"created":1767225600,"status":")" +
           status + R"("})";
  };
  Events events{event_of("evt_1", "transfer.created", now_s, transfer(0)),
                event_of("evt_2", "payout.created", now_s + 10, payout("pending"), connected),
                event_of("evt_3", "payout.paid", now_s + 20, payout("paid"), connected),
                event_of("evt_4", "payout.failed", now_s + 30, payout("failed"), connected),
                event_of("evt_5", "transfer.reversed", now_s + 40, transfer(1000))};
  for (const Event &e : events) users.handle(e);
  REQUIRE(users.balance.at("acct_conn") == 2000);  // of 4,000

  each_order(events, [&](const Events &order) {
    Config config{.store = "sqlite::memory:", .connect_accounts = {"acct_conn"}};
    fault.box.configure(config);
    const Purser purser(config);
    purser.catalog_apply({.text = catalog});
    purser.secrets_set({.endpoint = "faults", .secrets = {faults_secret}});
    for (const Event &e : order) CHECK(fault.tell(purser, e).http_status == 200);
    const Earnings earned = purser.earning_read({.stripe_account = "acct_conn"});
    REQUIRE(earned.sums.size() == 1);
    CHECK(earned.sums[0].accrued == 5000);
    CHECK(earned.sums[0].reversed == 1000);
    CHECK(earned.sums[0].paid == 0);
    CHECK(earned.sums[0].available == 4000);
  });
}
