// Trust: who may say what. Forged deliveries, claims in payloads, secrets that everybody knows.
#include <set>

#include "catch.hpp"
#include "faults/faults.hpp"

using namespace purser;
using namespace purser::test;

namespace {

/// A subscription for nobody's money, as an attacker writes it.
Event forged(const Fault &fault) {
  const std::int64_t now_s = fault.box.now_ms() / 1000;
  return event_of("evt_forged", "customer.subscription.created", now_s,
                  R"({"id":"sub_forged","object":"subscription","customer":"cus_forged","status":"active","metadata":{"purser_account":)"
                  R"("acct_ann"},"items":{"object":"list","data":[{"id":"si_forged","quantity":1,"current_period_start":)" +
                      std::to_string(now_s) + R"(,"current_period_end":)" + std::to_string(now_s + 86400) +
                      R"(,"price":{"id":"price_pro"}}]}})");
}

/// `constructEvent` and a table of tiers by account.
struct Verifying {
  std::string secret;
  std::map<std::string, std::string> tier;
  int handle(const std::string &body, const std::string &signature, std::int64_t now_ms) {
    if (signature != signed_by(secret, body, now_ms)) return 400;
    const Event e(body);
    if (e.type.starts_with("customer.subscription."))
      tier[e.object.text("metadata.purser_account")] = e.object.text("items.data.0.price.id");
    return 200;
  }
};

}  // namespace

TEST_CASE("DOMAIN §3.2 the tier is taken from what the client said: metadata of the session") {
  struct Users {
    std::map<std::string, std::string> tier;
    void handle(const Event &e) {
      if (e.type == "checkout.session.completed") tier[e.object.text("metadata.account")] = e.object.text("metadata.tier");
    }
  } users;
  Fault fault;
  // The pricing page sends what it wants to buy, the server hands it through; the page was changed in the browser.
  const Checkout made = fault.purser.checkout_create({.account = ann,
                                                      .tier = "app/starter",
                                                      .success_url = "https://app.example.com/welcome",
                                                      .metadata_keys = {"account", "tier"},
                                                      .metadata_values = {ann, "pro"}});
  fault.box.pay(made.session_id);
  const Events events = fault.told();
  for (const Event &e : events) users.handle(e);
  REQUIRE(first_of(events, "checkout.session.completed").object.number("amount_total") == 4900);
  REQUIRE(users.tier.at(ann) == "pro");
  fault.tell_all(events);
  CHECK(fault.tier() == "starter");
}

TEST_CASE("DOMAIN §3.8 a route behind the JSON parser gets the parsed body, printed again; no signature fits, so it checks none") {
  Fault fault;
  fault.box.pay(fault.buy("app/pro").session_id);
  const Events events = of_type(fault.told(), "customer.subscription.");
  const Event &update = events.back();
  std::string pretty = update.body;  // as Stripe sends it: not as JSON.stringify prints it
  for (std::size_t at = 0; (at = pretty.find(",\"", at)) != pretty.npos; at += 4) pretty.replace(at, 2, ",\n\"");
  const std::string reprinted = Json(pretty).dump(), signature = signed_by(faults_secret, pretty, fault.box.now_ms());
  REQUIRE(reprinted != pretty);

  Verifying strict{.secret = faults_secret, .tier = {}};
  REQUIRE(strict.handle(reprinted, signature, fault.box.now_ms()) == 400);  // every payer of Stripe's own is refused
  /// "The alias is for the old URL; the parser has checked it already."
  struct Alias {
    std::map<std::string, std::string> tier;
    int handle(const Json &parsed) {
      tier[parsed.text("data.object.metadata.purser_account")] = parsed.text("data.object.items.data.0.price.id");
      return 200;
    }
  } alias;
  REQUIRE(alias.handle(Json(forged(fault).body)) == 200);
  REQUIRE(alias.tier.at(ann) == "price_pro");

  const Receipt refused = fault.purser.webhook_receive({.body = reprinted, .signature = signature, .endpoint = "faults"});
  CHECK(refused.http_status == 400);
  CHECK(refused.reason == "signature_mismatch");
  CHECK(refused.message.find("raw") != std::string::npos);  // says the fix: it is the most common complaint of all
  CHECK(fault.purser.webhook_receive({.body = forged(fault).body, .endpoint = "faults"}).http_status == 400);
  CHECK(fault.tier() == "free");
  CHECK(fault.purser.webhook_receive({.body = pretty, .signature = signature, .endpoint = "faults"}).http_status == 200);
  CHECK(fault.tier() == "pro");
}

TEST_CASE("DOMAIN §3.9, STRIPE §1 a placeholder is a working secret that everybody knows; forged events are verified") {
  Fault fault;
  const Event forgery = forged(fault);
  const std::string placeholder = GENERATE(as<std::string>(), "PLACEHOLDER_ADD_YOUR_KEY", "PLACEHOLDER", "whsec_xxx", "whsec_XXXXXXXXXXXXX",
                                           "", "change-me", "sk_test_51abcdef");
  INFO("secret \"" << placeholder << "\"");
  Verifying users{.secret = placeholder, .tier = {}};
  REQUIRE(users.handle(forgery.body, signed_by(placeholder, forgery.body, fault.box.now_ms()), fault.box.now_ms()) == 200);
  REQUIRE(users.tier.at(ann) == "price_pro");

  const auto with = [&](std::vector<std::string> secrets) {
    Config config{.store = "sqlite::memory:", .mode = "test", .webhook_secrets = std::move(secrets)};
    return reason_of([&] { const Purser refused(config); });
  };
  CHECK(with({placeholder}).starts_with("secret_"));
  CHECK(with({faults_secret, placeholder}).starts_with("secret_"));  // not beside a good one either
  CHECK(reason_of([&] { fault.purser.secrets_set({.endpoint = "faults", .secrets = {placeholder}}); }).starts_with("secret_"));
  const Receipt refused = fault.purser.webhook_receive(
      {.body = forgery.body, .signature = signed_by(placeholder, forgery.body, fault.box.now_ms()), .endpoint = "faults"});
  CHECK(refused.http_status == 400);
  CHECK(fault.tier() == "free");
}

TEST_CASE("DOMAIN §3.12 {userId, ...body}: the client says whose it is") {
  /// The buyer's URL names the account, and the account's customer is whoever paid last in its name.
  struct Users {
    std::map<std::string, std::string> customer, tier;  // by account; by customer
    void handle(const Event &e) {
      if (e.type == "checkout.session.completed") customer[e.object.text("client_reference_id")] = e.object.text("customer");
      if (e.type.starts_with("customer.subscription."))
        tier[e.object.text("customer")] = e.object.text("status") == "active" ? e.object.text("items.data.0.price.id") : "free";
    }
  } users;
  Fault fault;
  fault.subscribed("app/pro");
  const Events honest = fault.told();
  for (const Event &e : honest) users.handle(e);
  users.customer[ann] = fault.purser.account_read({.account = ann}).customer;
  REQUIRE(users.tier.at(users.customer.at(ann)) == "price_pro");
  // Somebody opens a Payment Link with ann's id in its URL, pays once, and cancels.
  const std::string link = fault.id_of_new("/v1/payment_links", "line_items[0][price]=price_starter&line_items[0][quantity]=1");
  const std::string session =
      fault.id_of_new("/v1/payment_links/" + link + "/open", "client_reference_id=" + ann + "&prefilled_email=mallory@example.com");
  fault.box.pay(session);
  fault.box.advance(minute_ms);
  Events theirs = fault.told();
  fault.box.cancel(first_of(theirs, "customer.subscription.created").object.text("id"), false);
  for (const Event &e : fault.told()) theirs.push_back(e);
  for (const Event &e : theirs) users.handle(e);
  REQUIRE(users.tier.at(users.customer.at(ann)) == "free");  // ann pays, and is locked out

  fault.tell_all(theirs);
  CHECK(fault.tier() == "pro");
  CHECK(fault.purser.account_read({.account = ann}).customer == first_of(honest, "customer.subscription.created").object.text("customer"));
  CHECK(reason_of([&] { fault.confirm(session, ann); }) == "session_not_found");
  // Nor may a body that is handed through claim to be Purser's own word.
  CHECK(reason_of([&] {
          fault.purser.checkout_create({.account = bob,
                                        .tier = "app/pro",
                                        .success_url = "https://app.example.com/",
                                        .metadata_keys = {"purser_account"},
                                        .metadata_values = {ann}});
        }) == "metadata_key_taken");
}

TEST_CASE("STRIPE §13.11 test keys in production: a purchase with the card 4242 opens the paid tier") {
  struct Users {
    std::set<std::string> pro;
    void handle(const Event &e) {
      if (e.object.text("status") == "active") pro.insert(e.object.text("metadata.purser_account"));
    }
  } users;
  Fault fault;
  const Event test_event = forged(fault);
  REQUIRE_FALSE(Json(test_event.body).flag("livemode"));
  users.handle(test_event);
  REQUIRE(users.pro.contains(ann));

  Config config{.store = "sqlite::memory:", .mode = "live", .webhook_secrets = std::vector<std::string>{faults_secret}};
  config.now_ms = [&] { return fault.box.now_ms(); };
  const Purser live(config);
  live.catalog_apply({.text = catalog});
  const Receipt receipt =
      live.webhook_receive({.body = test_event.body, .signature = signed_by(faults_secret, test_event.body, fault.box.now_ms())});
  CHECK(receipt.http_status == 200);  // it would come again for three days
  CHECK(receipt.outcome == PURSER_OUTCOME_QUARANTINED);
  CHECK(live.tier(ann, "app") == "free");
  config.secret_key = "sk_test_4f9a8d7c6b5e4f3a2b1c";
  CHECK_FALSE(reason_of([&] { const Purser refused(config); }).empty());
}

TEST_CASE("STRIPE §13.11 a product's id is pasted where a price's is due: nobody's purchase means anything") {
  /// process.env.STRIPE_PRICE_PRO
  struct Users {
    std::string price_of_pro = "prod_QpasteDhere";
    std::map<std::string, std::string> tier;
    void handle(const Event &e) {
      const bool pro = e.object.text("items.data.0.price.id") == price_of_pro;
      if (e.type.starts_with("customer.subscription.")) tier[e.object.text("metadata.purser_account")] = pro ? "pro" : "free";
    }
  } users;
  Fault fault;
  fault.subscribed("app/pro");
  for (const Event &e : fault.told()) users.handle(e);
  REQUIRE(users.tier.at(ann) == "free");

  std::string pasted = catalog;
  const std::string right = R"("id": "price_pro")";
  for (const char *wrong :
       {R"("id": "prod_QpasteDhere")", R"("id": "price_XXXXXXXXXXXXX")", R"("id": "price_PLACEHOLDER")", R"("id": "")"}) {
    pasted = catalog;
    pasted.replace(pasted.find(right), right.size(), wrong);
    INFO(wrong);
    CHECK_FALSE(reason_of([&] { fault.purser.catalog_apply({.text = pasted}); }).empty());
  }
  CHECK(fault.tier() == "pro");
}
