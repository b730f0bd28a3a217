// Invoices, billing and earnings through the C ABI: values, pages, errors.
#include <purser.hpp>

#include "support.hpp"

using namespace capi_test;
using purser::Purser;

namespace {

constexpr std::int64_t begin_s = 1'700'000'000;

std::string event(const std::string &id, const std::string &type, const std::string &object, const std::string &more = "") {
  return R"({"id":")" + id + R"(","object":"event","type":")" + type +
         R"(","api_version":"2026-06-24.dahlia","livemode":false,"created":)" + std::to_string(begin_s) + R"(,"data":{"object":)" + object +
         "}" + more + "}\n";
}

std::string invoice(int number, const std::string &status) {
  const std::string id = "in_" + std::to_string(number), paid = status == "paid" ? "4900" : "0", left = status == "paid" ? "0" : "4900";
  return event("evt_" + id, "invoice.updated",
               R"({"id":")" + id + R"(","object":"invoice","customer":"cus_a","status":")" + status +
                   R"(","currency":"usd","total":4900,"amount_due":4900,"attempt_count":1,"attempted":true,"created":)" +
                   std::to_string(begin_s + number) + R"(,"amount_paid":)" + paid + R"(,"amount_remaining":)" + left +
                   R"(,"hosted_invoice_url":"https://invoice.stripe.com/i/x","lines":{"data":[]}})");
}

Purser opened() {
  purser::Config config;
  config.threads = 1;
  config.store = "sqlite::memory:";
  config.mode = "offline";
  config.connect_accounts = std::vector<std::string>{"acct_x"};
  Purser store = Purser::open(config);
  store.catalog_apply({.text = catalog_text});
  return store;
}

}  // namespace

TEST_CASE("billing through the C ABI: pages of invoices, what is owed, what to tell") {
  Purser store = opened();
  CHECK(store.invoice_list({.account = "a"}).invoices.empty());
  CHECK(store.billing_read({.account = "a"}).subscriptions.empty());
  std::string documents = subscription_event("s", "a", begin_s);
  documents += "\n" + invoice(1, "paid") + invoice(2, "open") + invoice(3, "paid");
  store.event_replay({.documents = documents});
  const purser::InvoiceList first = store.invoice_list({.account = "a", .limit = 2});
  REQUIRE(first.invoices.size() == 2);
  CHECK(first.invoices[0].invoice == "in_3");
  CHECK(first.invoices[1].amount_remaining == 4900);
  const purser::InvoiceList rest = store.invoice_list({.account = "a", .limit = 2, .after = first.next});
  REQUIRE(rest.invoices.size() == 1);
  CHECK(rest.next.empty());

  const purser::Billing billing = store.billing_read({.account = "a", .at_ms = begin_s * 1000});
  REQUIRE(billing.subscriptions.size() == 1);
  CHECK(billing.subscriptions[0].items == "app/pro");
  REQUIRE(billing.notices.size() == 1);
  CHECK(billing.notices[0].kind == "payment_failed");
  CHECK(billing.notices[0].url == "https://invoice.stripe.com/i/x");
  REQUIRE(billing.owed.size() == 1);
  CHECK(billing.owed[0].amount == 4900);
  const purser::AccountView view = store.account_read({.account = "a", .at_ms = begin_s * 1000});
  REQUIRE(view.grants.size() == 1);
  CHECK(view.grants[0].period_end_ms == (begin_s + 30 * 86400) * 1000);
  CHECK(view.grants[0].trial_end_ms == 0);

  CHECK_THROWS_AS(store.invoice_list({.account = "a", .after = "in_1"}), purser::Error);
  CHECK_THROWS_AS(store.invoice_list({.account = "a", .limit = 1001}), purser::Error);
}

TEST_CASE("earnings through the C ABI: of the account that was asked for") {
  Purser store = opened();
  store.event_replay(
      {.documents = event("evt_1", "transfer.created",
                          R"({"id":"tr_1","object":"transfer","amount":900,"amount_reversed":100,"currency":"usd",)"
                          R"("destination":"acct_x","created":1700000000})") +
                    event("evt_2", "payout.paid",
                          R"({"id":"po_1","object":"payout","amount":300,"currency":"usd","status":"paid","created":1700000001})",
                          R"(,"account":"acct_x")")});
  const purser::Earnings earnings = store.earning_read({.stripe_account = "acct_x"});
  REQUIRE(earnings.sums.size() == 1);
  CHECK(earnings.sums[0].accrued == 900);
  CHECK(earnings.sums[0].reversed == 100);
  CHECK(earnings.sums[0].paid == 300);
  CHECK(earnings.sums[0].available == 500);
  REQUIRE(earnings.entries.size() == 2);
  CHECK(earnings.entries[0].id == "po_1");
  CHECK(earnings.entries[1].status == "partly_reversed");
  CHECK(store.earning_read({.stripe_account = "acct_y"}).sums.empty());
  CHECK_THROWS_AS(store.earning_read({.stripe_account = "x"}), purser::Error);
}
