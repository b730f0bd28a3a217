// Once: what is told twice, told too late, or could not be stored.
#include <sqlite3.h>

#include <stdexcept>

#include "catch.hpp"
#include "faults/faults.hpp"
#include "support/temporary_folder.hpp"

using namespace purser;
using namespace purser::test;

namespace {

const std::string back = "success_url=https://app.example.com/welcome";

/// A shop as the tutorials have it: a customer and a session for each click, and the webhook says who has subscribed.
struct NaiveShop {
  const Fault &fault;
  std::map<std::string, std::string> customer, subscription;  // by account
  SandboxAnswer click(const std::string &account, const std::string &price) {
    if (!customer.contains(account) || !subscription.contains(account))
      customer[account] = fault.id_of_new("/v1/customers", "email=" + account + "@example.com");
    return session(account, price);
  }
  SandboxAnswer session(const std::string &account, const std::string &price) const {
    return fault.post("/v1/checkout/sessions", "mode=subscription&customer=" + customer.at(account) + "&client_reference_id=" + account +
                                                   "&line_items[0][price]=" + price + "&line_items[0][quantity]=1&" + back);
  }
  void handle(const Event &e) {
    if (e.type == "checkout.session.completed") subscription[e.object.text("client_reference_id")] = e.object.text("subscription");
  }
};

/// Somebody else holds the file: no transaction can be written.
class Locked {
 public:
  explicit Locked(const std::string &path) {
    REQUIRE(sqlite3_open(path.c_str(), &db_) == SQLITE_OK);
    REQUIRE(sqlite3_exec(db_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  }
  ~Locked() { sqlite3_close(db_); }
  Locked(const Locked &) = delete;
  Locked &operator=(const Locked &) = delete;

 private:
  sqlite3 *db_ = nullptr;
};

}  // namespace

TEST_CASE("DOMAIN §3.1 the webhook knows transfer.paid and transfer.failed only: payment never changes the tier, cancelling keeps it") {
  struct Users {
    std::map<std::string, std::string> tier{{ann, "free"}};
    void handle(const Event &e) {
      if (e.type == "transfer.paid") tier[e.object.text("metadata.user")] = "pro";
      if (e.type == "transfer.failed") tier[e.object.text("metadata.user")] = "free";
    }
  } users;
  Fault fault;
  fault.box.pay(fault.buy("app/pro").session_id);
  const Events bought = fault.told();
  for (const Event &e : bought) users.handle(e);
  REQUIRE(users.tier.at(ann) == "free");
  fault.tell_all(bought);
  CHECK(fault.tier() == "pro");
  fault.box.advance(minute_ms);
  fault.box.cancel(fault.grant("pro").subscription, false);
  fault.tell_all(fault.told());
  CHECK(fault.tier() == "free");
  CHECK(fault.news() == "free>pro pro>free");
}

TEST_CASE("DOMAIN §3.10 one viewer pass more at each redelivery") {
  struct Users {
    std::map<std::string, int> passes;
    void handle(const Event &e) {
      if (e.type == "checkout.session.completed") passes[e.object.text("metadata.purser_account")] += 1;
    }
  } users;
  Fault fault;
  fault.box.pay(fault.buy("site").session_id);
  const Events events = fault.told();
  for (int i = 0; i < 3; ++i)
    for (const Event &e : events) {
      users.handle(e);
      CHECK(fault.tell(e).http_status == 200);
    }
  REQUIRE(users.passes.at(ann) == 3);
  CHECK(fault.limit("seats") == 1);
  CHECK(fault.tell(first_of(events, "checkout.session.completed")).outcome == PURSER_OUTCOME_DUPLICATE);
}

TEST_CASE("DOMAIN §3.10 the success page and the webhook both count") {
  struct Users {
    std::map<std::string, int> passes;
    void handle(const Event &e) {
      if (e.type == "checkout.session.completed") fulfil(e.object);
    }
    void success_page(const Json &session) { fulfil(session); }
    void fulfil(const Json &session) { passes[session.text("metadata.purser_account")] += session.text("payment_status") == "paid"; }
  } users;
  Fault fault;
  const Checkout made = fault.buy("site");
  fault.box.pay(made.session_id);
  users.success_page(Json(fault.box.request("GET", "/v1/checkout/sessions/" + made.session_id).body));
  fault.confirm(made.session_id);
  const Events events = fault.told();
  for (const Event &e : events) users.handle(e);
  REQUIRE(users.passes.at(ann) == 2);
  fault.tell_all(events);
  fault.confirm(made.session_id);
  CHECK(fault.limit("seats") == 1);
}

TEST_CASE("DOMAIN §3.11 an extra website is paid and never recorded, and any purchase id passes") {
  struct Users {
    std::map<std::string, int> websites;
    void handle(const Event &e) {
      if (e.type == "checkout.session.completed" && e.object.text("mode") == "subscription") websites[e.object.text("customer")] = 1;
    }
    bool may_create(const std::string &, const std::string &purchase_id) const { return !purchase_id.empty(); }
  } users;
  Fault fault;
  const Checkout made = fault.buy("site");
  fault.box.pay(made.session_id);
  const Events events = fault.told();
  for (const Event &e : events) users.handle(e);
  REQUIRE(users.websites.empty());
  REQUIRE(users.may_create(bob, "purchase_123"));

  fault.tell_all(events);
  CHECK(fault.limit("seats") == 1);
  CHECK(fault.limit("seats", bob) == 0);
  for (const std::string &claimed : {std::string("purchase_123"), std::string("cs_test_madeup"), made.session_id})
    CHECK(reason_of([&] { fault.confirm(claimed, bob); }) == "session_not_found");
  CHECK(fault.limit("seats", bob) == 0);
}

TEST_CASE("DOMAIN §3.3, STRIPE §13.4 the webhook is slow: the buyer pays twice, as two customers") {
  Fault fault;
  {
    NaiveShop shop{fault, {}, {}};
    for (int click = 0; click < 2; ++click) {
      const SandboxAnswer session = shop.click(bob, "price_pro");
      REQUIRE(session.status == 200);
      fault.box.pay(Json(session.body).text("id"));
    }
    for (const Event &e : fault.told()) shop.handle(e);
    REQUIRE(shop.subscription.contains(bob));  // of one of the two; the other is paid for ever
    REQUIRE(fault.live_subscriptions() == 2);
    REQUIRE(fault.at_stripe("/v1/customers?limit=100", "customer") == 2);
  }
  const Checkout first = fault.buy("app/pro"), again = fault.buy("app/pro");
  CHECK(again.session_id == first.session_id);  // a double click
  fault.box.pay(first.session_id);
  CHECK(reason_of([&] { fault.buy("app/pro"); }) == "already_subscribed");  // no webhook has come yet
  CHECK(reason_of([&] { fault.buy("app/starter"); }) == "already_subscribed");
  CHECK(fault.live_subscriptions() == 3);
  CHECK(fault.at_stripe("/v1/customers?limit=100", "customer") == 3);
}

TEST_CASE("DOMAIN §3.3 any price id is accepted at the checkout, and whoever pays anything holds the tier") {
  Fault fault;
  const std::string product = Json(fault.box.request("GET", "/v1/prices/price_pro").body).text("product");
  const std::string cent = fault.id_of_new("/v1/prices", "currency=usd&unit_amount=1&recurring[interval]=month&product=" + product);
  struct Users {
    std::map<std::string, bool> pro;
    void handle(const Event &e) {
      if (e.type == "checkout.session.completed") pro[e.object.text("client_reference_id")] = e.object.text("payment_status") == "paid";
    }
  } users;
  const SandboxAnswer session = NaiveShop{fault, {}, {}}.click(bob, cent);  // { priceId: req.body.priceId }
  fault.box.pay(Json(session.body).text("id"));
  for (const Event &e : fault.told()) users.handle(e);
  REQUIRE(users.pro.at(bob));

  for (const std::string &wanted : {cent, std::string("price_unheard_of")})
    CHECK_FALSE(reason_of([&] {
                  fault.purser.checkout_create({.account = ann, .price = wanted, .success_url = "https://app.example.com/welcome"});
                }).empty());
  // Nor does it mean anything when the subscription of a customer of ours names it.
  fault.subscribed("pool");
  fault.told();
  const std::string customer = fault.purser.account_read({.account = ann}).customer;
  fault.box.card(customer, PURSER_CARD_GOOD);
  fault.id_of_new("/v1/subscriptions", "customer=" + customer + "&items[0][price]=" + cent);
  const Events events = fault.told();
  CHECK(fault.tell(first_of(events, "customer.subscription.created")).outcome == PURSER_OUTCOME_APPLIED_UNMAPPED);
  fault.tell_all(events);
  CHECK(fault.tier() == "free");
  CHECK(fault.purser.check(ann, "pool"));
}

TEST_CASE("STRIPE §13.5 200 on failed persistence: the purchase is never told again") {
  /// try { save(event) } catch (e) { log(e) } res.sendStatus(200)
  struct Users {
    std::map<std::string, std::string> tier;
    bool store_is_down = true;
    int handle(const Event &e) {
      try {
        if (store_is_down) throw std::runtime_error("connection refused");
        if (e.type.starts_with("customer.subscription.")) tier[e.object.text("metadata.purser_account")] = "pro";
      } catch (const std::exception &) {}
      return 200;
    }
  } users;
  const TemporaryFolder folder{TemporaryFolder::On::memory};
  Fault fault;
  Config config{.store = "sqlite:" + folder.file("store.db")};
  fault.box.configure(config);
  const Purser purser(config);
  purser.catalog_apply({.text = catalog});
  purser.secrets_set({.endpoint = "faults", .secrets = {faults_secret}});
  fault.box.pay(fault.buy("app/pro").session_id);
  Events waiting = fault.told(), naive_waiting = waiting;
  const auto in_receipt = [&](const Event &e, std::int64_t deadline_ms) {
    return purser
        .webhook_receive({.body = e.body,
                          .signature = signed_by(faults_secret, e.body, fault.box.now_ms()),
                          .endpoint = "faults",
                          .deadline_ms = deadline_ms})
        .http_status;
  };
  {
    const Locked locked(folder.file("store.db"));
    std::erase_if(naive_waiting, [&](const Event &e) { return users.handle(e) == 200; });
    const Event &one = first_of(waiting, "customer.subscription.updated");
    CHECK(in_receipt(one, 100) >= 500);
    CHECK(purser.tier(ann, "app") == "free");
  }
  users.store_is_down = false;
  for (const Event &e : naive_waiting) users.handle(e);
  REQUIRE_FALSE(users.tier.contains(ann));
  for (const Event &e : waiting) CHECK(in_receipt(e, 0) == 200);
  CHECK(purser.tier(ann, "app") == "pro");
}

TEST_CASE("STRIPE §13.9 a deleted customer's id, or one of the other mode, bricks the checkout for ever") {
  Fault fault;
  const bool deleted = GENERATE(true, false);
  NaiveShop shop{fault, {}, {}};
  std::string id = "cus_ofTheOtherMode";
  if (deleted) {
    const std::string subscription = fault.subscribed("app/starter");
    id = fault.purser.account_read({.account = ann}).customer;
    REQUIRE(fault.box.request("DELETE", "/v1/customers/" + id).status == 200);
  } else {
    fault.purser.account_link({.account = ann, .customer = id});
  }
  shop.customer[ann] = id;
  shop.subscription[ann] = "sub_of_last_year";
  const SandboxAnswer refused = shop.session(ann, "price_pro");
  REQUIRE(refused.status == 400);
  REQUIRE(Json(refused.body).text("error.code") == "resource_missing");
  REQUIRE(shop.session(ann, "price_pro").status == 400);  // and so it stays

  const bool told_before = GENERATE(false, true);
  if (told_before) fault.tell_all(fault.told());
  const Checkout made = fault.buy("app/pro");
  CHECK(made.customer != id);
  fault.box.pay(made.session_id);
  CHECK(fault.confirm(made.session_id).granted);
  fault.tell_all(fault.told());
  CHECK(fault.tier() == "pro");
}
