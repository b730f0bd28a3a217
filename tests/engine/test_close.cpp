// Closing an account: what it pays for ends at Stripe, once, whatever goes wrong on the way; nothing more is sold to it.
#include <algorithm>
#include <thread>

#include "catch.hpp"
#include "support/fake_stripe.hpp"
#include "support/sql.hpp"

using namespace purser;
using namespace purser::test;
using domain::CloseWhen;

namespace {

const std::string account = "acct_9";

engine::CheckoutWish wish(const std::string &tier) {
  engine::CheckoutWish w;
  w.account = account;
  w.tier = tier;
  w.success_url = "https://app.example.com/welcome";
  w.cancel_url = "https://app.example.com/pricing";
  return w;
}

struct Shop {
  std::shared_ptr<FakeStripe> stripe;
  World world{{.http = [this](std::shared_ptr<ManualClock> clock) {
    stripe = std::make_shared<FakeStripe>(clock);
    return stripe;
  }}};
  Shop() { world.apply(); }

  std::string buy(const std::string &tier) {
    const std::string session = world.engine->checkout_create(wish(tier)).session_id;
    stripe->pay(session);
    world.engine->checkout_confirm(account, session, 0);
    later();
    return std::string(json::as_text(stripe->object(session).if_contains("subscription")));
  }
  void later() { world.clock->set(world.clock->exact_ms() + 60'000); }
  engine::Closed close(CloseWhen when) { return world.engine->account_close(account, when, 0); }
  long sent(const std::string &method) const {
    return std::ranges::count_if(stripe->log, [&](const std::string &line) { return line.starts_with(method + " /v1/subscriptions/"); });
  }
  std::string state(const std::string &claim) {
    const auto rows = world.engine->query("SELECT state FROM purser_v_intent WHERE claim = '" + claim + "' ORDER BY created_at_ms DESC", 0);
    return rows.cells.empty() ? "" : rows.cells.front().text;
  }
};

}  // namespace

TEST_CASE("now: every living subscription is cancelled once, access ends, and nothing more is sold") {
  Shop shop;
  const std::string tier = shop.buy("app/pro"), add_on = shop.buy("pool");
  const engine::Checkout open = shop.world.engine->checkout_create(wish("site"));
  const engine::Closed closed = shop.close(CloseWhen::now);
  CHECK(closed.subscriptions == 2);
  CHECK(closed.open == 0);
  CHECK(closed.ends_ms == 0);
  CHECK(closed.closed_at_ms == shop.world.clock->exact_ms());
  CHECK(shop.sent("DELETE") == 2);
  CHECK(shop.stripe->object(tier)["status"] == "canceled");
  CHECK(shop.stripe->object(add_on)["status"] == "canceled");
  CHECK(shop.stripe->object(open.session_id)["status"] == "expired");  // whoever stands at the till must not pay any more
  CHECK(shop.world.engine->check(account, "crm") == 0);
  CHECK(reason_of([&] { shop.world.engine->checkout_create(wish("app/pro")); }) == "account_closed");
  engine::PortalWish portal;
  portal.account = account;
  portal.return_url = "https://app.example.com/";
  CHECK_FALSE(shop.world.engine->portal_create(portal).url.empty());  // open invoices can be paid
  shop.later();
  const engine::Closed again = shop.close(CloseWhen::now);
  CHECK(again.subscriptions == 2);
  CHECK(again.closed_at_ms == closed.closed_at_ms);
  CHECK(shop.sent("DELETE") == 2);
  CHECK(shop.world.engine->ledger_verify(account).intact);
  CHECK(shop.world.engine->account_erase(account).customers == 1);  // nothing lives: it may be erased
}

TEST_CASE("at period end: paid for is paid for; then now is another wish") {
  Shop shop;
  const std::string id = shop.buy("app/pro");
  engine::Closed closed = shop.close(CloseWhen::at_period_end);
  CHECK(closed.subscriptions == 1);
  CHECK(closed.ends_ms == start_ms + 30 * day_ms);
  CHECK(shop.stripe->object(id)["cancel_at_period_end"] == true);
  CHECK(shop.world.engine->check(account, "crm") == 1);
  CHECK(shop.sent("POST") == 1);
  shop.later();
  shop.close(CloseWhen::at_period_end);
  CHECK(shop.sent("POST") == 1);
  CHECK(reason_of([&] { shop.world.engine->account_erase(account); }) == "account_lives");
  closed = shop.close(CloseWhen::now);
  CHECK(closed.ends_ms == 0);
  CHECK(shop.world.engine->check(account, "crm") == 0);
}

TEST_CASE("a lost answer is settled by the outbox, and two clicks are one") {
  Shop shop;
  const std::string id = shop.buy("app/pro");
  int deletes = 0;
  shop.stripe->after = [&](const ports::HttpRequest &request, ports::HttpAnswer &answer) {
    if (request.method == "DELETE" && ++deletes <= 10) answer = {ports::HttpEnd::lost, 0, {}, {}, "timeout", "no answer"};
  };
  engine::Closed closed = shop.close(CloseWhen::now);
  CHECK(closed.open == 1);
  CHECK(shop.state("cancel/" + id) == "open");
  shop.stripe->after = {};
  const std::int64_t intents = shop.world.engine->query("SELECT count(*) FROM purser_v_intent", 0).cells[0].integer;
  shop.later();
  SECTION("by the outbox") { CHECK(shop.world.engine->outbox_settle(0, 0, 0).settled == 1); }
  SECTION("by the next click") {
    closed = shop.close(CloseWhen::now);
    CHECK(closed.open == 0);
  }
  CHECK(shop.world.engine->query("SELECT count(*) FROM purser_v_intent", 0).cells[0].integer == intents);
  CHECK(shop.state("cancel/" + id) == "done");
  CHECK(shop.world.engine->check(account, "crm") == 0);
}

TEST_CASE("ended at Stripe already, or unknown there: done; refused for good: said") {
  Shop shop;
  const std::string id = shop.buy("app/pro");
  SECTION("unknown there") {
    shop.stripe->before = [&](const ports::HttpRequest &request, ports::HttpAnswer &answer) {
      if (request.url.find("/v1/subscriptions") == std::string::npos) return false;
      if (request.url.find("/v1/subscriptions/") == std::string::npos) {
        answer = shop.stripe->error(404, "invalid_request_error", "resource_missing", "customer", "No such customer");
        return true;
      }
      answer = shop.stripe->error(404, "invalid_request_error", "resource_missing", "id", "No such subscription");
      return true;
    };
    const engine::Closed closed = shop.close(CloseWhen::now);
    CHECK(closed.subscriptions == 1);
    CHECK(closed.open == 0);
    CHECK(closed.ends_ms == 0);
    CHECK(shop.world.engine->account_erase(account).customers == 1);
  }
  SECTION("ended there, and no event came") {
    shop.stripe->object(id)["status"] = "canceled";
    CHECK(shop.close(CloseWhen::now).ends_ms == 0);
    CHECK(shop.world.engine->check(account, "crm") == 0);
  }
  SECTION("a wrong key") {
    shop.stripe->before = [&](const ports::HttpRequest &request, ports::HttpAnswer &answer) {
      if (request.method != "DELETE") return false;
      answer = shop.stripe->error(401, "invalid_request_error", "", "", "Invalid API Key provided");
      return true;
    };
    CHECK(error_of([&] { shop.close(CloseWhen::now); }).status == Status::refused);
    CHECK(shop.state("cancel/" + id) == "open");  // goes on with the right key
    shop.stripe->before = {};
    CHECK(shop.world.engine->outbox_settle(0, 0, 0).settled == 1);
  }
}

TEST_CASE("without an API key: refused while something lives, closed where nothing does") {
  World world;
  world.apply();
  world.engine->account_link(account, "cus_1");
  world.deliver(event("evt_1", "customer.subscription.created", start_s, Sub{}.json()));
  CHECK(reason_of([&] { world.engine->account_close(account, CloseWhen::now, 0); }) == "no_secret_key");
  world.deliver(event("evt_2", "customer.subscription.deleted", start_s + 60, Sub{.status = "canceled"}.json()));
  CHECK(world.engine->account_close(account, CloseWhen::now, 0).closed_at_ms == start_ms);
  CHECK(reason_of([&] { world.engine->account_close("nobody", CloseWhen::now, 0); }) == "account_not_found");
  CHECK(reason_of([&] { world.engine->account_close("", CloseWhen::now, 0); }) == "account_invalid");
}

TEST_CASE("two clicks at once cancel once") {
  Shop shop;
  shop.buy("app/pro");
  std::thread other([&] { shop.close(CloseWhen::now); });
  shop.close(CloseWhen::now);
  other.join();
  CHECK(shop.sent("DELETE") == 1);
}
