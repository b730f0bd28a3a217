// Access: from what is known to who may do what, and until when.
#include <stdexcept>

#include "catch.hpp"
#include "faults/faults.hpp"

using namespace purser;
using namespace purser::test;

namespace {

void tell_each_day(Fault &fault, int days, const std::function<void(const Event &)> &naive) {
  for (int day = 0; day < days; ++day) {
    fault.box.advance(day_ms);
    const Events events = fault.told();
    for (const Event &e : events) naive(e);
    fault.tell_all(events);
  }
}

}  // namespace

TEST_CASE("DOMAIN §3.4, STRIPE §13.12 an add-on's subscription overwrites the tier's, and cancelling it cancels the tier") {
  struct Users {
    std::map<std::string, std::string> subscription, tier{{ann, "free"}};  // by account
    void handle(const Event &e) {
      const std::string account = e.object.text("metadata.purser_account");
      if (e.type == "customer.subscription.created") subscription[account] = e.object.text("id");
      if (e.type == "customer.subscription.created") tier[account] = "pro";
      if (e.type == "customer.subscription.deleted" && subscription[account] == e.object.text("id")) tier[account] = "free";
    }
  } users;
  Fault fault;
  const std::string pro = fault.subscribed("app/pro"), pool = fault.subscribed("pool");
  const Events bought = fault.told();
  for (const Event &e : bought) users.handle(e);
  REQUIRE(users.subscription.at(ann) == pool);  // who cancels the tier cancels this one
  fault.tell_all(bought);
  CHECK(fault.grant("pro").subscription == pro);
  CHECK(fault.grant("pool").subscription == pool);
  fault.box.cancel(pool, false);
  const Events cancelled = fault.told();
  for (const Event &e : cancelled) users.handle(e);
  REQUIRE(users.tier.at(ann) == "free");
  fault.tell_all(cancelled);
  CHECK(fault.tier() == "pro");
  CHECK(fault.purser.check(ann, "crm"));
  CHECK_FALSE(fault.purser.check(ann, "pool"));
}

TEST_CASE("DOMAIN §2 tier >= n: the free product that stands above a paid one opens it") {
  const char *const two_products = R"json({
    "purser_catalog": 1, "features": {"inbox": "Inbox", "video": "Video"},
    "products": {
      "contact": {"fallback": "none", "tiers": {"none": {}, "paid": {"features": ["inbox"],
                  "prices": [{"lookup_key": "contact_paid", "id": "price_contact", "currency": "usd", "interval": "month", "unit_amount": 9900}]}}},
      "video": {"fallback": "free", "tiers": {"free": {"features": ["video"]}}}}})json";
  /// One number for all: 1 contact, 2 video.
  struct Users {
    std::map<std::string, int> tier;
    bool may(const std::string &account, int feature_rank) { return tier[account] >= feature_rank; }
  } users;
  users.tier[ann] = 2;
  REQUIRE(users.may(ann, 1));  // has signed up for the free one
  const Fault fault;
  const Purser purser = fault.another(two_products);
  CHECK(purser.check(ann, "video"));
  CHECK_FALSE(purser.check(ann, "inbox"));
}

TEST_CASE("DOMAIN §3.6 a feature key with a typing mistake locks everybody out") {
  Fault fault;
  std::map<std::string, std::vector<std::string>> features{{"pro", {"leads", "cmr"}}};  // and the gate asks for "crm"
  const auto naive_may = [&](const std::string &tier, const std::string &feature) {
    return std::count(features[tier].begin(), features[tier].end(), feature) > 0;
  };
  fault.subscribed("app/pro");
  fault.tell_all(fault.told());
  REQUIRE_FALSE(naive_may(fault.tier(), "crm"));
  std::string mistyped = catalog;
  mistyped.replace(mistyped.rfind(R"("crm"])"), 5, R"("cmr")");
  std::string message;
  try {
    fault.purser.catalog_apply({.text = mistyped});
  } catch (const Error &error) { message = error.message(); }
  CHECK(message.find("cmr") != std::string::npos);
  CHECK(message.find("crm") != std::string::npos);  // and what is meant
  CHECK(fault.purser.check(ann, "crm"));            // the policy before holds on
}

TEST_CASE("DOMAIN §3.7 gates fail open: an error is a yes") {
  /// try { return (await db.features(user)).includes(f) } catch { return true }
  struct Gate {
    bool may(const std::string &account, const std::string &feature) const try {
      return features(account).at(feature);
    } catch (const std::exception &) { return true; }
    std::map<std::string, bool> features(const std::string &account) const {
      if (account != ann) throw std::runtime_error("no such user");
      return {{"leads", true}};
    }
  } gate;
  REQUIRE(gate.may("acct_unheard_of", "crm"));
  REQUIRE(gate.may(ann, "cmr"));
  Fault fault;
  fault.subscribed("app/starter");
  fault.tell_all(fault.told());
  CHECK(fault.purser.check(ann, "leads"));
  CHECK_FALSE(fault.purser.check(ann, "crm"));
  CHECK_FALSE(fault.purser.check(ann, "cmr"));
  CHECK_FALSE(fault.purser.check("acct_unheard_of", "crm"));
  CHECK_FALSE(fault.purser.check(std::string(5000, 'a'), "leads"));
  CHECK(purser_check(nullptr, ann.c_str(), "leads") == 0);
  CHECK(purser_check(fault.purser.handle(), nullptr, "leads") == 0);
  CHECK(purser_check(fault.purser.handle(), ann.c_str(), nullptr) == 0);
}

TEST_CASE("STRIPE §13.8 the first decline locks out") {
  struct Users {
    bool pro = true;
    void handle(const Event &e) {
      if (e.type == "invoice.payment_failed") pro = false;
      if (e.type == "invoice.paid") pro = true;
    }
  } users;
  Fault fault;
  fault.subscribed("app/pro");
  for (const Event &e : fault.told()) users.handle(e);
  fault.box.card(fault.purser.account_read({.account = ann}).customer, PURSER_CARD_DECLINED);
  tell_each_day(fault, 32, [&](const Event &e) { users.handle(e); });
  REQUIRE_FALSE(users.pro);  // Stripe tries again for two weeks
  CHECK(fault.purser.check(ann, "crm"));
  CHECK(fault.grant("pro").reason == "grace");
}

TEST_CASE("STRIPE §13.8 past_due counts as active: who does not pay is never locked out when the last webhook is lost") {
  struct Users {
    bool pro = false;
    void handle(const Event &e) {
      if (e.type.starts_with("customer.subscription.")) pro = e.object.text("status") == "active" || e.object.text("status") == "past_due";
    }
  } users;
  Fault fault;
  fault.subscribed("app/pro");
  fault.box.card(fault.purser.account_read({.account = ann}).customer, PURSER_CARD_DECLINED);
  tell_each_day(fault, 33, [&](const Event &e) { users.handle(e); });
  REQUIRE(fault.grant("pro").status == "past_due");
  fault.box.advance(30 * day_ms);  // nothing of this arrives
  REQUIRE(first_of(fault.told(), "customer.subscription.deleted").object.text("status") == "canceled");
  REQUIRE(users.pro);
  CHECK_FALSE(fault.purser.check(ann, "crm"));
  CHECK(fault.tier() == "free");
}

TEST_CASE("STRIPE §4 the period's end without slack locks every payer out at every renewal until the webhook lands") {
  struct Users {
    std::int64_t until_s = 0;
    void handle(const Event &e) {
      if (e.type.starts_with("customer.subscription.")) until_s = e.object.number("items.data.0.current_period_end");
    }
  } users;
  Fault fault;
  fault.subscribed("app/pro");
  const Events events = fault.told();
  for (const Event &e : events) users.handle(e);
  fault.box.advance(users.until_s * 1000 - fault.box.now_ms() + 2 * hour_ms);
  REQUIRE(users.until_s * 1000 < fault.box.now_ms());
  CHECK(fault.purser.check(ann, "crm"));
  fault.box.advance(70 * hour_ms);  // and without any webhook there is an end, too
  CHECK_FALSE(fault.purser.check(ann, "crm"));
}

TEST_CASE("STRIPE §13.13 everybody adds a 60 s cache to checks over HTTP, and it outlives the expiry") {
  struct Cache {
    struct Kept {
      bool may;
      std::int64_t until_ms;
    };
    std::map<std::string, Kept> kept;
    bool may(const std::string &account, std::int64_t now_ms, const std::function<bool()> &ask) {
      const auto found = kept.find(account);
      if (found != kept.end() && now_ms < found->second.until_ms) return found->second.may;
      return (kept[account] = {ask(), now_ms + 60'000}).may;
    }
  } cache;
  Fault fault;
  const std::string subscription = fault.subscribed("app/pro");
  fault.box.cancel(subscription, true);
  const Events events = fault.told();
  fault.tell_all(events);
  const std::int64_t end_ms = events.back().object.number("cancel_at") * 1000;
  const auto ask = [&] { return fault.box.now_ms() < end_ms; };
  fault.box.advance(end_ms - fault.box.now_ms() - 1000);
  CHECK(fault.purser.check(ann, "crm"));
  REQUIRE(cache.may(ann, fault.box.now_ms(), ask));
  fault.box.advance(1000);
  REQUIRE(cache.may(ann, fault.box.now_ms(), ask));  // for 59 s more
  CHECK_FALSE(fault.purser.check(ann, "crm"));
}
