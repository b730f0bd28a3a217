#include <thread>

#include "catch.hpp"
#include "support/fake_stripe.hpp"

using namespace purser;
using namespace purser::test;

namespace {

struct Shop {
  std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>(start_ms);
  std::shared_ptr<FakeStripe> stripe = std::make_shared<FakeStripe>(clock);
  World world;
  explicit Shop(std::string path = ":memory:")
      : world(EngineOptions{.path = std::move(path), .http = [this](const auto &) { return stripe; }, .clock = clock}) {
    world.apply();
  }
  engine::Engine &engine() { return *world.engine; }

  engine::CheckoutWish wish(const std::string &tier = "app/pro") const {
    engine::CheckoutWish w;
    w.account = "acct_42";
    w.email = "ann@example.com";
    w.tier = tier;
    w.success_url = "https://app.example.com/welcome?s={CHECKOUT_SESSION_ID}";
    w.cancel_url = "https://app.example.com/pricing";
    return w;
  }
  engine::Checkout buy(const std::string &tier = "app/pro") { return engine().checkout_create(wish(tier)); }
  std::string refused(const engine::CheckoutWish &w) {
    try {
      engine().checkout_create(w);
    } catch (const Failure &failure) { return failure.error().reason; }
    return "made";
  }
  std::string refused(const std::string &tier) { return refused(wish(tier)); }
  engine::Confirmation confirm(const std::string &session) { return engine().checkout_confirm("acct_42", session, 0); }
};

}  // namespace

TEST_CASE("buy, pay, confirm: the tier is there without any webhook") {
  Shop shop;
  const engine::Checkout made = shop.buy();
  CHECK(made.session_id.starts_with("cs_"));
  CHECK(made.url.find(made.session_id) != std::string::npos);
  CHECK(made.mode == "subscription");
  CHECK(made.price == "price_pro");
  CHECK_FALSE(made.reused);
  const json::object &session = shop.stripe->object(made.session_id);
  CHECK(json::as_text(json::find(session.if_contains("metadata"), "purser_account")) == "acct_42");
  CHECK(json::as_text(json::find(session.if_contains("metadata"), "purser_intent")) == made.intent);
  CHECK(json::as_text(json::find(session.if_contains("fake_data_metadata"), "purser_account")) == "acct_42");
  CHECK_FALSE(shop.confirm(made.session_id).granted);

  shop.clock->set(start_ms + 60'000);
  shop.stripe->pay(made.session_id);
  const engine::Confirmation confirmed = shop.confirm(made.session_id);
  CHECK(confirmed.granted);
  CHECK(confirmed.status == "complete");
  CHECK(confirmed.subscription.starts_with("sub_"));
  CHECK(shop.engine().check("acct_42", "crm") == 1);
  CHECK(shop.engine().change_next("users", 0).changes.at(0).tier == "pro");
  CHECK(shop.refused("app/pro") == "already_subscribed");
  CHECK(shop.refused("app/starter") == "already_subscribed");
}

TEST_CASE("one open session per account and product: clicked again it is the same, another tier replaces it") {
  Shop shop;
  const engine::Checkout first = shop.buy();
  const engine::Checkout again = shop.buy();
  CHECK(again.session_id == first.session_id);
  CHECK(again.url == first.url);
  CHECK(again.reused);
  const engine::Checkout other = shop.buy("app/starter");
  CHECK(other.session_id != first.session_id);
  CHECK(json::as_text(shop.stripe->object(first.session_id).if_contains("status")) == "expired");
  CHECK(shop.stripe->ids("cus_").size() == 1);
  const engine::Checkout pool = shop.buy("pool");  // an add-on is another claim
  CHECK(pool.session_id != other.session_id);
  CHECK(json::as_text(shop.stripe->object(other.session_id).if_contains("status")) == "open");
}

TEST_CASE("fifty clicks at once are one session", "[threads]") {
  Shop shop;
  std::vector<std::string> urls(50);
  std::vector<std::thread> clicks;
  for (std::string &url : urls) clicks.emplace_back([&] { url = shop.buy().url; });
  for (std::thread &click : clicks) click.join();
  CHECK(std::set<std::string>(urls.begin(), urls.end()).size() == 1);
  CHECK(shop.stripe->ids("cs_").size() == 1);
  CHECK(shop.stripe->ids("cus_").size() == 1);
}

TEST_CASE("a session that ended at Stripe, unknown to us, is not given out again") {
  Shop shop;
  const engine::Checkout first = shop.buy();
  shop.stripe->object(first.session_id)["status"] = "expired";
  const engine::Checkout second = shop.buy();
  CHECK(second.session_id != first.session_id);
  // Paid, and every webhook lost: the next click finds the subscription instead of selling a second one.
  shop.clock->set(start_ms + 60'000);
  shop.stripe->pay(second.session_id);
  CHECK(shop.refused("app/pro") == "already_subscribed");
  CHECK(shop.engine().check("acct_42", "crm") == 1);
  // Cancelled at Stripe, and that webhook lost too: it can be bought anew at once.
  shop.clock->set(start_ms + 120'000);
  shop.stripe->object(shop.stripe->ids("sub_").at(0))["status"] = "canceled";
  const engine::Checkout third = shop.buy();
  CHECK(third.session_id != second.session_id);
  CHECK(shop.engine().check("acct_42", "crm") == 0);
}

TEST_CASE("an answer lost on the way: the same click again finds the same session") {
  Shop shop;
  int lost = 0;
  shop.stripe->after = [&](const ports::HttpRequest &request, ports::HttpAnswer &answer) {
    if (request.method == "POST" && request.url.ends_with("/v1/checkout/sessions") && lost < 3) {
      ++lost;
      answer = {ports::HttpEnd::lost, 0, {}, {}, "reset", "the connection was reset"};
    }
  };
  CHECK(shop.refused("app/pro") != "made");
  CHECK(shop.engine().outbox_open(0));
  const engine::Checkout made = shop.buy();
  CHECK(made.reused);
  CHECK(shop.stripe->ids("cs_").size() == 1);
  CHECK(shop.stripe->ids("cus_").size() == 1);
  CHECK_FALSE(shop.engine().outbox_open(0));
}

TEST_CASE("a 500 that is stored under its key: looked up, then made anew") {
  Shop shop;
  bool with_effect = false;
  SECTION("without effect") {}
  SECTION("with effect") { with_effect = true; }
  int failed = 0;
  std::string key;
  const auto key_of = [](const ports::HttpRequest &request) {
    for (const ports::HttpHeader &header : request.headers)
      if (header.name == "Idempotency-Key") return header.value;
    return std::string();
  };
  const auto spoil = [&](const ports::HttpRequest &request, ports::HttpAnswer &answer) {
    if (request.method != "POST" || !request.url.ends_with("/v1/checkout/sessions")) return false;
    if (key.empty()) key = key_of(request);
    if (key_of(request) != key) return false;
    ++failed;
    answer = shop.stripe->error(500, "api_error", "", "", "oops");
    return true;
  };
  if (with_effect)
    shop.stripe->after = [&](const ports::HttpRequest &request, ports::HttpAnswer &answer) { spoil(request, answer); };
  else
    shop.stripe->before = spoil;
  const engine::Checkout made = shop.buy();
  CHECK(failed >= 1);
  CHECK(shop.stripe->ids("cs_").size() == 1);
  CHECK(shop.stripe->ids("cs_").at(0) == made.session_id);
}

TEST_CASE("what was open at a crash is settled by the outbox") {
  Shop shop;
  shop.stripe->before = [&](const ports::HttpRequest &request, ports::HttpAnswer &answer) {
    if (request.method != "POST" || request.url.ends_with("/v1/customers")) return false;
    answer = {ports::HttpEnd::not_sent, 0, {}, {}, "connect", "no connection"};
    return true;
  };
  CHECK(shop.refused("app/pro") == "connect");
  shop.stripe->before = nullptr;
  const engine::Settlement settled = shop.engine().outbox_settle(0, 0, 0);
  CHECK(settled.settled == 1);
  CHECK(settled.open == 0);
  CHECK(shop.buy().reused);
}

TEST_CASE("a customer that Stripe does not know any more does not keep the account from paying") {
  Shop shop;
  shop.engine().account_link("acct_42", "cus_gone");
  const engine::Checkout made = shop.buy();
  CHECK(made.customer != "cus_gone");
  CHECK(shop.buy().session_id == made.session_id);
}

TEST_CASE("one-time items: each payment is one credit, a tier is not touched") {
  Shop shop;
  const engine::Checkout first = shop.buy("site");
  CHECK(first.mode == "payment");
  shop.clock->set(start_ms + 60'000);
  shop.stripe->pay(first.session_id);
  CHECK(shop.confirm(first.session_id).granted);
  CHECK(shop.confirm(first.session_id).granted);
  const auto seats = [&] {
    for (const engine::LimitHeld &limit : shop.engine().account_read("acct_42", std::nullopt).limits)
      if (limit.meter == "seats") return limit.limit;
    return std::int64_t{-7};
  };
  CHECK(seats() == 1);
  const engine::Checkout second = shop.buy("site");
  CHECK(second.session_id != first.session_id);
  shop.clock->set(start_ms + 120'000);
  shop.stripe->pay(second.session_id);
  shop.confirm(second.session_id);
  CHECK(seats() == 2);
  CHECK(std::string(shop.engine().tier("acct_42", "app")) == "free");
  CHECK(shop.engine().change_next("users", 0).changes.empty());
}

TEST_CASE("a catalog that was replaced counts at once, whatever Stripe said of the price a minute ago") {
  Shop shop;
  shop.buy();
  std::string other(small_catalog);
  const std::size_t at = other.find("9900");
  REQUIRE(at != std::string::npos);
  other.replace(at, 4, "9800");
  shop.world.apply(other);
  CHECK(shop.refused("app/pro") == "price_differs");
}

TEST_CASE("typed refusals: foreign prices, origins, sessions, and Stripe's price that is not the catalog's") {
  Shop shop;
  engine::CheckoutWish w = shop.wish("");
  w.price = "price_evil";
  CHECK(shop.refused(w) == "price_not_in_catalog");
  for (const auto &[url, reason] : std::map<std::string, std::string>{{"https://app.example.com.evil.com/", "origin_not_allowed"},
                                                                      {"//evil", "url_invalid"},
                                                                      {"javascript:alert(1)", "url_invalid"}}) {
    w = shop.wish();
    w.success_url = url;
    CHECK(shop.refused(w) == reason);
    w = shop.wish();
    w.cancel_url = url;
    CHECK(shop.refused(w) == reason);
  }
  w = shop.wish();
  w.metadata = {{"purser_account", "acct_evil"}};
  CHECK(shop.refused(w) == "metadata_key_taken");
  shop.stripe->object("price_pro")["unit_amount"] = 1;
  CHECK(shop.refused("app/pro") == "price_differs");
  shop.stripe->object("price_pro")["unit_amount"] = 9900;
  shop.stripe->object("price_pro")["active"] = false;
  CHECK(shop.refused("app/pro") == "price_inactive");
  CHECK(shop.stripe->ids("cs_").empty());
  shop.stripe->object("price_pro")["active"] = true;
  // A catalog that says another amount is held against what was learnt before, too.
  CHECK(shop.engine().checkout_create(shop.wish("app/starter")).price == "price_starter");
  std::string dearer = small_catalog;
  dearer.replace(dearer.find("4900"), 4, "5900");
  shop.world.apply(dearer);
  CHECK(shop.refused("app/starter") == "price_differs");
  shop.world.apply();

  const engine::Checkout made = shop.buy();
  const auto confirm_as = [&](const std::string &account, const std::string &session) {
    try {
      shop.engine().checkout_confirm(account, session, 0);
    } catch (const Failure &failure) { return failure.error().reason; }
    return std::string("confirmed");
  };
  CHECK(confirm_as("acct_42", made.session_id) == "confirmed");
  CHECK(confirm_as("acct_43", made.session_id) == "session_not_found");
  CHECK(confirm_as("acct_42", "cs_none") == "session_not_found");
  CHECK(confirm_as("acct_42", "cs_../../customers") == "session_not_found");
}

TEST_CASE("the portal is the account's own, and says what it needs") {
  Shop shop;
  engine::PortalWish w;
  w.account = "acct_42";
  w.return_url = "https://app.example.com/billing";
  const auto portal = [&] {
    try {
      return shop.engine().portal_create(w).url;
    } catch (const Failure &failure) { return failure.error().reason; }
  };
  CHECK(portal() == "no_billing_account");
  const engine::Checkout made = shop.buy();
  CHECK(portal().starts_with("https://"));
  w.flow = domain::PortalFlow::cancel;
  CHECK(portal() == "no_subscription");
  shop.clock->set(start_ms + 60'000);
  shop.stripe->pay(made.session_id);
  shop.confirm(made.session_id);
  CHECK(portal().starts_with("https://"));
  w.flow = domain::PortalFlow::update_confirm;
  w.tier = "app/starter";
  CHECK(portal().starts_with("https://"));
  w.tier = "pool";
  CHECK(portal() == "tier_expected");
  w.tier = "app/none";
  CHECK(portal() == "tier_not_sold");
  w.tier = "";
  w.return_url = "https://evil.com";
  CHECK(portal() == "origin_not_allowed");
}
