// The boundary table of STRIPE.md section 4, row by row, and what an item of a subscription gives.
#include "catch.hpp"
#include "domain/grant.hpp"

namespace {

using namespace purser;
using namespace purser::domain;

constexpr std::int64_t start_s = 1'700'000'000, end_s = start_s + 30 * 86400;
constexpr TimeMs slack_ms = 72 * hour_ms, period_end_ms = end_s * 1000;

Catalog catalog(const std::string &defaults = "") {
  const CatalogRead read =
      read_catalog(R"({"purser_catalog": 1, "defaults": {"grace_days": 14, "renewal_slack_hours": 72)" + defaults + R"(},
    "features": {"crm": "CRM"}, "meters": {"mails": {"window": "day"}, "seats": {"window": "lifetime"}},
    "products": {"app": {"fallback": "free", "tiers": {"free": {}, "pro": {"features": ["crm"], "prices": [
      {"id": "price_pro", "currency": "usd", "interval": "month", "unit_amount": 9900},
      {"id": "price_of_2020", "lookup_key": "app_of_2020", "currency": "usd", "interval": "month", "unit_amount": 4900, "retired": true}]}}}},
    "add_ons": {"pool": {"limits": {"mails": 800}, "prices": [{"id": "price_pool", "currency": "usd", "interval": "month", "unit_amount": 4900}]}},
    "one_time": {"site": {"credits": {"seats": 1}, "prices": [{"id": "price_site", "currency": "usd", "unit_amount": 1900}]}}})",
                   [](std::string_view) { return std::nullopt; });
  for (const auto &mistake : read.mistakes) UNSCOPED_INFO(mistake.message);
  REQUIRE(read.mistakes.empty());
  return read.catalog;
}

Subscription subscription(const std::string &status) {
  Subscription s;
  s.customer = "cus_1";
  s.status = status;
  s.items = {{"si_1", "price_pro", 1, start_s, end_s}};
  return s;
}

struct Row {
  const char *what;
  Subscription subscription;
  TimeMs until_ms;
  bool exact;
};

Subscription with(Subscription s, const std::function<void(Subscription &)> &change) {
  change(s);
  return s;
}

Derived derived(const Subscription &s, const Catalog &c) {
  return derive("sub_1", s, false, nullptr, c, [](std::string_view price) {
    return price == "price_by_key" ? std::vector<std::string>{"app_of_2020"} : std::vector<std::string>{};
  });
}

}  // namespace

TEST_CASE("access ends where the object says, to the millisecond") {
  const Subscription active = subscription("active"), past_due = subscription("past_due");
  const Row rows[] = {
      {"active: the period's end, with slack", active, period_end_ms + slack_ms, false},
      {"cancel_at_period_end: exact", with(active, [](auto &s) { s.cancel_at_period_end = true; }), period_end_ms, true},
      {"both, as with classic billing", with(active, [](auto &s) { s.cancel_at_period_end = true, s.cancel_at = end_s; }), period_end_ms,
       true},
      {"cancel_at at the period's end: exact", with(active, [](auto &s) { s.cancel_at = end_s; }), period_end_ms, true},
      {"cancel_at within the period", with(active, [](auto &s) { s.cancel_at = start_s + 5; }), (start_s + 5) * 1000, true},
      {"cancel_at within the slack", with(active, [](auto &s) { s.cancel_at = end_s + 5; }), period_end_ms + 5000, true},
      {"cancel_at a year away: renews until then", with(active, [](auto &s) { s.cancel_at = end_s + 365 * 86400; }),
       period_end_ms + slack_ms, false},
      {"past_due: grace from the start of the unpaid period", past_due, start_s * 1000 + 14 * day_ms, true},
      {"past_due, cancelled within the grace", with(past_due, [](auto &s) { s.cancel_at = start_s + 86400; }), (start_s + 86400) * 1000,
       true},
      {"unpaid", subscription("unpaid"), 0, true},
      {"paused", subscription("paused"), 0, true},
      {"incomplete", subscription("incomplete"), 0, true},
      {"canceled", subscription("canceled"), 0, true},
      {"incomplete_expired", subscription("incomplete_expired"), 0, true},
      {"a status of next year", subscription("dormant"), 0, true},
      {"active without a period", with(active, [](auto &s) { s.items[0].current_period_end = 0; }), 0, true},
      {"several items: the latest end",
       with(active,
            [](auto &s) {
              s.items.push_back({"si_2", "price_pool", 1, start_s, end_s + 1000});
            }),
       period_end_ms + 1'000'000 + slack_ms, false},
      {"the same, the other way round",
       with(active,
            [](auto &s) {
              s.items.insert(s.items.begin(), {"si_0", "price_pool", 1, start_s, end_s + 1000});
            }),
       period_end_ms + 1'000'000 + slack_ms, false},
  };
  const Catalog c = catalog();
  for (const Row &row : rows) {
    INFO(row.what);
    const AccessEnd end = access_end(row.subscription, nullptr, c);
    CHECK(end.until_ms == row.until_ms);
    CHECK(end.exact == row.exact);
  }
}

TEST_CASE("a trial that nobody can be charged for ends exactly; with a card, wherever it stands, it has slack") {
  const Catalog c = catalog();
  Subscription trial = subscription("trialing");
  trial.trial_end = start_s + 14 * 86400;
  const TimeMs end_ms = trial.trial_end * 1000;
  const auto until = [&](const Subscription &s, const Customer *customer) { return access_end(s, customer, c).until_ms; };
  Customer empty, with_card, with_source;
  with_card.default_payment_method = "pm_1";
  with_source.default_source = "card_1";
  CHECK(until(trial, nullptr) == end_ms);
  CHECK(until(trial, &empty) == end_ms);
  CHECK(until(trial, &with_card) == end_ms + slack_ms);
  CHECK(until(trial, &with_source) == end_ms + slack_ms);
  CHECK(until(with(trial, [](auto &s) { s.default_payment_method = "pm_2"; }), nullptr) == end_ms + slack_ms);
  CHECK(until(with(trial, [](auto &s) { s.default_source = "card_2"; }), nullptr) == end_ms + slack_ms);
  CHECK(until(with(trial, [](auto &s) { s.default_payment_method = "pm_2", s.trial_end_behavior = "cancel"; }), nullptr) == end_ms);
  CHECK(until(with(trial, [](auto &s) { s.default_payment_method = "pm_2", s.trial_end_behavior = "pause"; }), nullptr) == end_ms);
  CHECK(until(with(trial, [](auto &s) { s.default_payment_method = "pm_2", s.cancel_at = s.trial_end; }), nullptr) == end_ms);
}

TEST_CASE("pause_collection keeps the status: the catalog says what it means, and without a word it denies") {
  const Subscription paused = with(subscription("active"), [](auto &s) { s.pause_collection = R"({"behavior":"void"})"; });
  CHECK(access_end(paused, nullptr, catalog()).until_ms == 0);
  CHECK(access_end(paused, nullptr, catalog(R"(, "pause_collection": "deny")")).until_ms == 0);
  CHECK(access_end(paused, nullptr, catalog(R"(, "pause_collection": "allow")")).until_ms == period_end_ms + slack_ms);
}

TEST_CASE("every item of a subscription gives what its price buys: quantity, retired prices, and unknown ones beside") {
  const Catalog c = catalog();
  Subscription s = subscription("active");
  s.items = {{"si_1", "price_of_2020", 1, start_s, end_s},
             {"si_2", "price_pool", 3, start_s, end_s},
             {"si_3", "price_other", 1, start_s, end_s},
             {"si_4", "price_by_key", 0, start_s, end_s}};
  const Derived got = derived(s, c);
  CHECK(got.unmapped_prices == std::vector<std::string>{"price_other"});
  REQUIRE(got.grants.size() == 3);
  CHECK(got.grants[0].product == "app");
  CHECK(got.grants[0].tier == "pro");  // sold no more, and still paid
  CHECK(got.grants[1].cause == "add_on");
  CHECK(got.grants[1].quantity == 3);
  CHECK(got.grants[2].tier == "pro");
  CHECK(got.grants[2].quantity == 1);
}

TEST_CASE("a credit is of a payment that is complete and paid, and of no other session") {
  const Catalog c = catalog();
  Session paid;
  paid.mode = "payment";
  paid.status = "complete";
  paid.payment_status = "paid";
  paid.metadata = {{price_metadata, "price_site"}, {quantity_metadata, "4"}};
  REQUIRE(credit("cs_1", paid, c));
  CHECK(credit("cs_1", paid, c)->quantity == 4);
  const auto none = [&](const char *what, const std::function<void(Session &)> &change) {
    Session other = paid;
    change(other);
    INFO(what);
    CHECK_FALSE(credit("cs_1", other, c));
  };
  none("a bank transfer on its way", [](Session &s) { s.payment_status = "unpaid"; });
  none("still open", [](Session &s) { s.status = "open"; });
  none("expired", [](Session &s) { s.status = "expired"; });
  none("a subscription's", [](Session &s) { s.mode = "subscription"; });
  none("a price of a tier", [](Session &s) { s.metadata[price_metadata] = "price_pro"; });
  none("not ours", [](Session &s) { s.metadata.clear(); });
  paid.payment_status = "no_payment_required";
  CHECK(credit("cs_1", paid, c));
}
