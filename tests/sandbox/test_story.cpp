// One purchase from outside: the C functions, an engine, signed webhooks.
#include <purser_sandbox.h>

#include <boost/json/parse.hpp>
#include <memory>
#include <string>

#include "catch.hpp"
#include "sandbox/box.hpp"

namespace {

using purser::test::text;
namespace json = purser::json;

struct Story {
  purser_sandbox *box = nullptr;
  purser_handle *p = nullptr;

  Story() {
    purser_sandbox_options options{};
    options.struct_size = sizeof options;
    const std::string catalog(purser::test::catalog);
    options.catalog_text = catalog.c_str();
    options.start_ms = purser::test::start_ms;
    REQUIRE(purser_sandbox_open_with(&options, &box, nullptr) == PURSER_OK);
    purser_config config{};
    config.struct_size = sizeof config;
    config.store = "sqlite::memory:";
    REQUIRE(purser_sandbox_configure(box, &config, nullptr) == PURSER_OK);
    purser_error *error = nullptr;
    const purser_status status = purser_open(&config, &p, &error);
    INFO((error ? error->message : ""));
    REQUIRE(status == PURSER_OK);
    purser_free(error);
    purser_catalog_apply_in apply{};
    apply.struct_size = sizeof apply;
    const std::string applied =
        R"({"purser_catalog": 1, "features": {"crm": "CRM"}, "products": {"app": {"fallback": "free", "tiers": {"free": {},
      "pro": {"features": ["crm"], "prices": [{"id": "price_pro_month", "currency": "usd", "interval": "month", "unit_amount": 4900}]}}}}})";
    apply.text = applied.data();
    apply.text_size = applied.size();
    REQUIRE(purser_catalog_apply(p, &apply, nullptr, nullptr) == PURSER_OK);
  }
  ~Story() {
    purser_close(p);
    purser_sandbox_close(box);
  }
  json::object request(const char *method, const std::string &path, const char *form = nullptr, int expected = 200) {
    const char *body = nullptr;
    int32_t status = 0;
    REQUIRE(purser_sandbox_request(box, method, path.c_str(), form, &status, &body, nullptr) == PURSER_OK);
    const json::object answer = boost::json::parse(body).as_object();
    INFO(body);
    REQUIRE(status == expected);
    purser_free(body);
    return answer;
  }
  void deliver() {
    purser_error *error = nullptr;
    const purser_status status = purser_sandbox_deliver(box, p, &error);
    INFO((error ? error->message : ""));
    REQUIRE(status == PURSER_OK);
  }
};

}  // namespace

TEST_CASE("a purchase, its webhooks, and the end of it") {
  Story story;
  const json::object session = story.request("POST", "/v1/checkout/sessions", purser::test::subscription_form);
  REQUIRE(text(session, "status") == "open");
  REQUIRE(purser_check(story.p, "acct_42", "crm") == 0);
  const std::string id = text(session, "id");
  REQUIRE(purser_sandbox_decline(story.box, id.c_str(), nullptr) == PURSER_OK);
  REQUIRE(text(story.request("GET", "/v1/checkout/sessions/" + id), "status") == "open");
  REQUIRE(purser_sandbox_pay(story.box, id.c_str(), nullptr) == PURSER_OK);
  REQUIRE(purser_sandbox_pay(story.box, id.c_str(), nullptr) == PURSER_CONFLICT);
  story.deliver();
  REQUIRE(purser_check(story.p, "acct_42", "crm") == 1);

  const json::object paid = story.request("GET", "/v1/checkout/sessions/" + id);
  const std::string subscription = text(paid, "subscription");
  REQUIRE(purser_sandbox_cancel(story.box, subscription.c_str(), 1, nullptr) == PURSER_OK);
  story.deliver();
  REQUIRE(purser_check(story.p, "acct_42", "crm") == 1);
  REQUIRE(purser_sandbox_advance(story.box, 32LL * 24 * 3600 * 1000, nullptr) == PURSER_OK);
  story.deliver();
  REQUIRE(purser_check(story.p, "acct_42", "crm") == 0);
  REQUIRE(text(story.request("GET", "/v1/subscriptions/" + subscription), "status") == "canceled");
}

TEST_CASE("a wrong signature is refused and the event goes on waiting") {
  Story story;
  story.request("POST", "/v1/customers", "email=ann@example.com");
  purser_sandbox_delivery how{};
  how.struct_size = sizeof how;
  how.unsigned_ = 1;
  purser_sandbox_report report{};
  REQUIRE(purser_sandbox_deliver_with(story.box, story.p, &how, &report, nullptr) == PURSER_OK);
  CHECK(report.refused == 1);
  CHECK(report.waiting == 1);
  how.unsigned_ = 0;
  how.repeat = 3;
  REQUIRE(purser_sandbox_deliver_with(story.box, story.p, &how, &report, nullptr) == PURSER_OK);
  CHECK(report.delivered == 1);
  CHECK(report.requests == 3);
  CHECK(report.waiting == 0);
}

TEST_CASE("live keys and live mode are refused") {
  purser_sandbox *box = nullptr;
  purser_config config{};
  config.struct_size = sizeof config;
  config.secret_key = "sk_live_something";
  purser_error *error = nullptr;
  CHECK(purser_sandbox_open(&config, &box, &error) == PURSER_REFUSED);
  CHECK(box == nullptr);
  REQUIRE(error != nullptr);
  CHECK(std::string(error->reason) == "sandbox_refuses_live");
  purser_free(error);
}

TEST_CASE("the same purchase through an endpoint of an older version, shuffled, twice, and with thin notifications beside") {
  Story story;
  const std::string id = text(story.request("POST", "/v1/checkout/sessions", purser::test::subscription_form), "id");
  REQUIRE(purser_sandbox_pay(story.box, id.c_str(), nullptr) == PURSER_OK);
  purser_sandbox_delivery how{};
  how.struct_size = sizeof how;
  how.api_version = "2024-09-30.acacia, 2026-06-24.dahlia";
  how.order = PURSER_ORDER_SHUFFLED;
  how.repeat = 2;
  how.thin = 2;
  purser_sandbox_report report{};
  REQUIRE(purser_sandbox_deliver_with(story.box, story.p, &how, &report, nullptr) == PURSER_OK);
  CHECK(report.refused == 0);
  CHECK(report.waiting == 0);
  CHECK(report.requests == 6 * report.delivered);
  CHECK(purser_check(story.p, "acct_42", "crm") == 1);
  how.api_version = "acacia";
  CHECK(purser_sandbox_deliver_with(story.box, story.p, &how, nullptr, nullptr) == PURSER_INVALID);
}

TEST_CASE("events of connected accounts verify against the endpoint that configure made") {
  Story story;
  const char *account = nullptr;
  REQUIRE(purser_sandbox_connect(story.box, &account, nullptr) == PURSER_OK);
  const std::string connected = account;
  purser_free(account);
  const std::string form = "amount=500&currency=usd&destination=" + connected;
  const std::string transfer = text(story.request("POST", "/v1/transfers", form.c_str()), "id");
  const std::string payout = text(story.request("POST", connected + "/v1/payouts", "amount=500&currency=usd"), "id");
  CHECK(purser_sandbox_payout_end(story.box, payout.c_str(), PURSER_PAYOUT_PAID, nullptr) == PURSER_OK);
  CHECK(purser_sandbox_payout_end(story.box, payout.c_str(), PURSER_PAYOUT_FAILED, nullptr) == PURSER_OK);
  CHECK(purser_sandbox_payout_end(story.box, payout.c_str(), PURSER_PAYOUT_PAID, nullptr) == PURSER_CONFLICT);
  CHECK(purser_sandbox_send(story.box, "transfer.paid", transfer.c_str(), nullptr) == PURSER_OK);
  story.deliver();
}

TEST_CASE("what a test author says in one line") {
  Story story;
  const std::string id = text(story.request("POST", "/v1/checkout/sessions", purser::test::subscription_form), "id");
  REQUIRE(purser_sandbox_pay(story.box, id.c_str(), nullptr) == PURSER_OK);
  const json::object paid = story.request("GET", "/v1/checkout/sessions/" + id);
  const std::string subscription = text(paid, "subscription"), customer = text(paid, "customer");
  purser_sandbox *const box = story.box;
  CHECK(purser_sandbox_refund(box, id.c_str(), 100, nullptr) == PURSER_OK);
  CHECK(purser_sandbox_refund(box, "sub_none", 0, nullptr) == PURSER_NOT_FOUND);
  CHECK(purser_sandbox_dispute(box, subscription.c_str(), PURSER_DISPUTE_LOST, nullptr) == PURSER_OK);
  CHECK(purser_sandbox_dispute(box, subscription.c_str(), PURSER_DISPUTE_WON, nullptr) == PURSER_CONFLICT);
  CHECK(purser_sandbox_pause(box, subscription.c_str(), PURSER_PAUSE_KEEP_AS_DRAFT, 0, nullptr) == PURSER_OK);
  CHECK(purser_sandbox_unpause(box, subscription.c_str(), nullptr) == PURSER_OK);
  CHECK(purser_sandbox_unpause(box, subscription.c_str(), nullptr) == PURSER_CONFLICT);
  CHECK(purser_sandbox_entitle(box, "price_pro_month", "crm", nullptr) == PURSER_OK);
  CHECK(purser_sandbox_card(box, customer.c_str(), PURSER_CARD_ACTION, nullptr) == PURSER_OK);
  CHECK(purser_sandbox_confirm(box, subscription.c_str(), nullptr) == PURSER_CONFLICT);
  REQUIRE(purser_sandbox_advance(box, 32 * purser::day_ms, nullptr) == PURSER_OK);
  CHECK(purser_sandbox_confirm(box, subscription.c_str(), nullptr) == PURSER_OK);
  CHECK(purser_sandbox_delete_customer(box, customer.c_str(), nullptr) == PURSER_OK);
  CHECK(purser_sandbox_delete_customer(box, customer.c_str(), nullptr) == PURSER_NOT_FOUND);
  const std::string event = text(story.request("GET", "/v1/events?limit=1").at("data").at(0).as_object(), "id");
  story.deliver();
  CHECK(purser_check(story.p, "acct_42", "crm") == 0);
  CHECK(purser_sandbox_resend(box, event.c_str(), nullptr) == PURSER_OK);
  story.deliver();
}
