// The catalog's words about access, one by one, and the reason that each gives for a grant that is not held.
#include "catch.hpp"
#include "domain/grant.hpp"

namespace {

using namespace purser;
using namespace purser::domain;

constexpr std::int64_t start_s = 1'700'000'000, end_s = start_s + 30 * 86400;
constexpr TimeMs now = (start_s + 86400) * 1000, slack_ms = 72 * hour_ms;

Catalog catalog(const std::string &defaults = "", const std::string &product = "") {
  const CatalogRead read = read_catalog(R"({"purser_catalog": 1, "defaults": {"grace_days": 14)" + defaults + R"(},
    "features": {"crm": "CRM"}, "products": {"app": {"fallback": "free", )" +
                                            product + R"("tiers": {"free": {}, "pro": {"features": ["crm"],
      "prices": [{"id": "price_pro", "currency": "usd", "interval": "month", "unit_amount": 9900}]}}}}})",
                                        {});
  for (const auto &mistake : read.mistakes) UNSCOPED_INFO(mistake.message);
  REQUIRE(read.mistakes.empty());
  return read.catalog;
}

Subscription subscription(const std::string &status, const std::string &pause = "") {
  Subscription s;
  s.customer = "cus_1";
  s.status = status;
  s.pause_collection = pause;
  s.items = {{"si_1", "price_pro", 1, start_s, end_s}};
  return s;
}

Grant granted(const Subscription &s, const Catalog &c, const Money &money = {}) {
  const auto none = [](std::string_view) { return std::vector<std::string>{}; };
  return derive("sub_1", s, false, nullptr, c, none, money).grants.at(0);
}
std::string told(const Subscription &s, const Catalog &c, const Money &money = {}) {
  const Grant grant = granted(s, c, money);
  return std::string(reason(grant, now)) + (grant.valid_until_ms > now ? " held" : "");
}

Money refunded(std::int64_t amount, bool disputed = false) {
  Invoice invoice;
  invoice.subscription = "sub_1";
  invoice.amount_paid = 9900;
  invoice.lines = {{"il_1", "price_pro", "si_1", 1, 9900, start_s, end_s, false}};
  Charge charge;
  charge.invoice = "in_1";
  charge.amount = 9900;
  charge.amount_refunded = amount;
  Money money;
  money.add("in_1", invoice);
  money.add("ch_1", charge);
  Dispute dispute;
  dispute.charge = "ch_1";
  dispute.status = disputed ? "needs_response" : "won";
  money.add("dp_1", dispute);
  return money;
}

}  // namespace

TEST_CASE("each status tells its reason", "[policy]") {
  const Catalog c = catalog();
  CHECK(told(subscription("active"), c) == "active held");
  CHECK(told(subscription("past_due"), c) == "grace held");
  CHECK(told(subscription("unpaid"), c) == "unpaid");
  CHECK(told(subscription("paused"), c) == "paused");
  CHECK(told(subscription("incomplete"), c) == "incomplete");
  CHECK(told(subscription("incomplete_expired"), c) == "ended");
  CHECK(told(subscription("canceled"), c) == "ended");
  CHECK(told(subscription("a_new_status"), c) == "ended");
  CHECK(told(subscription("canceled", R"({"behavior":"void"})"), c) == "ended");
  Grant grace = granted(subscription("past_due"), c);
  CHECK(grace.valid_until_ms == start_s * 1000 + 14 * day_ms);
  CHECK(reason(grace, grace.valid_until_ms - 1) == "grace");
  CHECK(reason(grace, grace.valid_until_ms) == "ended");
  const Grant active = granted(subscription("active"), c);
  CHECK(active.period_end_ms == end_s * 1000);
  CHECK(active.trial_end_ms == 0);
  CHECK(reason(active, end_s * 1000 + slack_ms) == "stale");
}

TEST_CASE("pause_collection: deny, allow, by_behavior", "[policy]") {
  const auto with = [](const std::string &word, const std::string &behavior) {
    return told(subscription("active", R"({"behavior":")" + behavior + R"("})"), catalog(R"(, "pause_collection": ")" + word + "\""));
  };
  for (const char *behavior : {"void", "keep_as_draft", "mark_uncollectible"}) {
    CHECK(with("deny", behavior) == "paused");
    CHECK(with("allow", behavior) == "active held");
  }
  CHECK(with("by_behavior", "void") == "paused");
  CHECK(with("by_behavior", "keep_as_draft") == "active held");
  CHECK(with("by_behavior", "mark_uncollectible") == "active held");
  CHECK(with("by_behavior", "a_new_word") == "paused");
  CHECK(told(subscription("active", R"({"behavior":"void"})"), catalog()) == "paused");
}

TEST_CASE("unpaid allow: until the period's end with slack", "[policy]") {
  const Grant grant = granted(subscription("unpaid"), catalog(R"(, "unpaid": "allow")"));
  CHECK(grant.valid_until_ms == end_s * 1000 + slack_ms);
  CHECK(grant.held_back.empty());
  CHECK(granted(subscription("unpaid"), catalog(R"(, "unpaid": "deny")")).valid_until_ms == 0);
}

TEST_CASE("refund and dispute: the product's word before the defaults'", "[policy]") {
  const Subscription s = subscription("active");
  CHECK(told(s, catalog(), refunded(9900)) == "refunded");
  CHECK(told(s, catalog(), refunded(9899)) == "active held");
  CHECK(told(s, catalog(R"(, "refund": "keep")"), refunded(9900)) == "active held");
  CHECK(told(s, catalog(R"(, "refund": "keep")", R"("refund": "revoke", )"), refunded(9900)) == "refunded");
  CHECK(told(s, catalog("", R"("refund": "keep", )"), refunded(9900)) == "active held");
  CHECK(told(s, catalog(), refunded(0, true)) == "disputed");
  CHECK(told(s, catalog(R"(, "dispute": "keep")"), refunded(0, true)) == "active held");
  CHECK(told(s, catalog(R"(, "dispute": "keep")", R"("dispute": "suspend", )"), refunded(0, true)) == "disputed");
  CHECK(told(s, catalog(), refunded(9900, true)) == "refunded");
  CHECK(told(s, catalog(R"(, "refund": "keep")"), refunded(9900, true)) == "disputed");
  CHECK(told(subscription("canceled"), catalog(), refunded(9900)) == "ended");
  CHECK(told(subscription("unpaid"), catalog(), refunded(9900)) == "unpaid");
}

TEST_CASE("the words resolve, and a resolved catalog says the same", "[policy]") {
  const Catalog c =
      catalog(R"(, "refund": "keep", "dispute": "keep", "trial": "repeat", "pause_collection": "by_behavior", "unpaid": "allow",
                               "stripe_entitlements": "grant")",
              R"("refund": "revoke", )");
  CHECK(c.products[0].money == MoneyPolicy{true, false});
  CHECK(c.products[0].trial_repeats);
  CHECK(c.pause_collection == PausePolicy::by_behavior);
  CHECK(c.unpaid_allows);
  CHECK(c.stripe_entitlements_grant);
  const std::string text = R"({"purser_catalog": 1, "defaults": {"refund": "keep", "dispute": "keep", "trial": "repeat",
    "pause_collection": "by_behavior", "unpaid": "allow", "stripe_entitlements": "grant"}, "meters": {"m": {"window": "day"}},
    "products": {"app": {"fallback": "free", "tiers": {"free": {}}}},
    "add_ons": {"a": {"limits": {"m": 1}, "dispute": "suspend", "prices": [{"id": "price_a", "currency": "usd", "interval": "month", "unit_amount": 1}]}},
    "one_time": {"o": {"credits": {"m": 1}, "prices": [{"id": "price_o", "currency": "usd", "unit_amount": 1}]}}})";
  const CatalogRead read = read_catalog(text, {});
  REQUIRE(read.mistakes.empty());
  const CatalogRead again = read_catalog(read.resolved, {});
  CHECK(again.catalog == read.catalog);
  CHECK(again.resolved == read.resolved);
  CHECK(read.catalog.add_ons[0].money == MoneyPolicy{false, true});
  CHECK(read.catalog.one_time[0].money == MoneyPolicy{false, false});
  CHECK(
      read_catalog(R"({"purser_catalog": 1, "products": {"app": {"fallback": "f", "tiers": {"f": {}}}}})", {}).catalog.products[0].money ==
      MoneyPolicy{true, true});
}
