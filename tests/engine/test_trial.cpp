// One trial per account and product: whatever customer had it, wherever it began, however long ago it ended.
#include "catch.hpp"
#include "engine/money_documents.hpp"
#include "support/fake_stripe.hpp"

using namespace purser;
using namespace purser::test;

namespace {

struct Shop {
  std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>(start_ms);
  std::shared_ptr<FakeStripe> stripe = std::make_shared<FakeStripe>(clock);
  World world;
  std::string last_session;  ///< what was sent to make it
  explicit Shop(const std::string &defaults = R"("trial_days": 14)")
      : world(EngineOptions{.http = [this](const auto &) { return stripe; }, .clock = clock}) {
    world.apply(catalog_with(defaults));
    stripe->before = [this](const ports::HttpRequest &request, ports::HttpAnswer &) {
      if (request.method == "POST" && request.url.ends_with("sessions")) last_session = request.body;
      return false;
    };
  }
  engine::Checkout buy(const std::string &account = "acct_42", std::int64_t trial_days = 0) {
    engine::CheckoutWish wish;
    wish.account = account;
    wish.email = "ann@example.com";
    wish.tier = "app/pro";
    wish.success_url = "https://app.example.com/welcome";
    wish.trial_days = trial_days;
    return world.engine->checkout_create(wish);
  }
  /// The days that the session gives, as told and as sent.
  std::int64_t trial(const std::string &account = "acct_42", std::int64_t trial_days = 0) {
    const std::int64_t told = buy(account, trial_days).trial_days;
    const std::size_t at = last_session.find("trial_period_days]=");
    CHECK(told == (at == std::string::npos ? 0 : std::stoll(last_session.substr(at + 19))));
    return told;
  }
  /// Buys and ends at Stripe, and no message of the end ever comes.
  std::string had(const std::string &account = "acct_42") {
    const engine::Checkout made = buy(account);
    stripe->pay(made.session_id);
    world.engine->checkout_confirm(account, made.session_id, 0);
    const std::string id = stripe->ids("sub_").back();
    stripe->object(id)["status"] = "canceled";
    clock->set(clock->exact_ms() + 60'000);
    return id;
  }
};

}  // namespace

TEST_CASE("the first checkout of a product has the catalog's trial, or the one that the host asks for") {
  CHECK(Shop().trial() == 14);
  CHECK(Shop().trial("acct_42", 30) == 30);
  CHECK(Shop().trial("acct_42", -1) == 0);
  CHECK(Shop(R"("grace_days": 14)").trial() == 0);
}

TEST_CASE("who had it gets none, although the subscription ended and the host asks for one") {
  Shop shop;
  shop.had();
  CHECK(shop.trial() == 0);
  Shop other;
  other.had();
  CHECK(other.trial("acct_42", 30) == 0);
  CHECK(other.trial("acct_of_another", 30) == 30);
}

TEST_CASE("a subscription that began at Stripe, and whose messages were all lost, counts; so does one of another customer") {
  Shop shop;
  const std::string id = shop.had("acct_7");
  const std::string customer(json::as_text(shop.stripe->object(id).if_contains("customer")));
  // The account has a customer of its own already, and learns of the older one now.
  CHECK(shop.trial("acct_42") == 14);
  shop.world.engine->account_link("acct_42", customer);
  CHECK(shop.trial("acct_42") == 0);

  Shop silent;  // nothing of it was ever seen here
  silent.trial("acct_42");
  silent.had("acct_7");
  const std::string ended = silent.stripe->ids("sub_").back();
  silent.stripe->object(ended)["customer"] = "cus_imported";
  silent.world.engine->account_link("acct_42", "cus_imported");
  CHECK(silent.trial("acct_42") == 0);
}

TEST_CASE("a product that was left for another one had its trial") {
  Shop shop;
  const Sub pro{.metadata = own_account}, pool{.status = "canceled", .price = "price_pool", .metadata = own_account};
  shop.world.deliver(event("evt_1", "customer.subscription.created", start_s, pro.json()));
  shop.world.deliver(event("evt_2", "customer.subscription.deleted", start_s + 60, pool.json()));
  CHECK(shop.trial() == 0);
}

TEST_CASE("a first payment that never came about was no trial") {
  Shop shop;
  const Sub never{.status = "incomplete_expired", .metadata = own_account};
  shop.world.deliver(event("evt_1", "customer.subscription.created", start_s, never.json()));
  CHECK(shop.trial() == 14);
}

TEST_CASE("trial repeat: as often as the host asks") {
  Shop shop(R"("trial_days": 14, "trial": "repeat")");
  shop.had();
  CHECK(shop.trial() == 14);
  CHECK(shop.trial("acct_42", 30) == 30);
}

TEST_CASE("the portal is never told to give a trial") {
  Shop shop;
  const engine::Checkout made = shop.buy();
  shop.stripe->pay(made.session_id);
  shop.world.engine->checkout_confirm("acct_42", made.session_id, 0);
  for (const auto flow : {domain::PortalFlow::home, domain::PortalFlow::update_confirm}) {
    engine::PortalWish wish;
    wish.account = "acct_42";
    wish.return_url = "https://app.example.com/";
    wish.flow = flow;
    wish.tier = flow == domain::PortalFlow::home ? "" : "app/starter";
    shop.last_session.clear();
    shop.world.engine->portal_create(wish);
    CHECK(shop.last_session.find("customer=") != std::string::npos);
    CHECK(shop.last_session.find("trial") == std::string::npos);
  }
}
