#include "domain/offer.hpp"

#include "catch.hpp"
#include "domain/claim.hpp"
#include "domain/entitlement.hpp"
#include "domain/tier_change.hpp"

using namespace purser;
using namespace purser::domain;

namespace {

Catalog catalog() {
  const CatalogRead read = read_catalog(R"json({
    "purser_catalog": 1, "features": {"f": "F"}, "meters": {"sites": {"window": "lifetime"}},
    "products": {
      "one": {"fallback": "free", "aliases": ["uno"], "tiers": {"free": {}, "full": {"features": ["f"], "prices": [
        {"lookup_key": "one_full", "id": "price_one", "currency": "usd", "interval": "month", "unit_amount": 100},
        {"lookup_key": "one_old", "currency": "usd", "interval": "month", "unit_amount": 50, "retired": true}]}}},
      "two": {"fallback": "free", "tiers": {"free": {}, "pro": {"aliases": ["professional"], "features": ["f"], "prices": [
        {"lookup_key": "two_m", "currency": "usd", "interval": "month", "unit_amount": 100},
        {"lookup_key": "two_y", "currency": "usd", "interval": "year", "unit_amount": 1000},
        {"lookup_key": "two_e", "currency": "eur", "interval": "year", "unit_amount": 900}]},
        "max": {"features": ["f"], "prices": [{"lookup_key": "max_m", "currency": "usd", "interval": "month", "unit_amount": 300}]}}}},
    "add_ons": {"pool": {"features": ["f"], "prices": [{"lookup_key": "pool_m", "currency": "usd", "interval": "month", "unit_amount": 49}]}},
    "one_time": {"site": {"credits": {"sites": 1}, "prices": [{"lookup_key": "site_once", "currency": "usd", "unit_amount": 19}]}}})json",
                                        [](std::string_view) { return std::nullopt; });
  REQUIRE(read.mistakes.empty());
  return read.catalog;
}

std::string reason(const Catalog &c, const OfferWish &wish) {
  try {
    return find_offer(c, wish).price->lookup_key;
  } catch (const Failure &failure) { return failure.error().reason; }
}

}  // namespace

TEST_CASE("one wish, one offer, or an error that names what is sold") {
  const Catalog c = catalog();
  CHECK(reason(c, {.tier = "one"}) == "one_full");  // a retired price is not sold
  CHECK(reason(c, {.tier = "uno"}) == "one_full");
  CHECK(reason(c, {.tier = "one/full", .interval = Interval::month}) == "one_full");
  CHECK(reason(c, {.tier = "one/free"}) == "tier_not_sold");
  CHECK(reason(c, {.tier = "two"}) == "several_prices");
  CHECK(reason(c, {.tier = "two/professional"}) == "several_prices");
  CHECK(reason(c, {.tier = "two/pro", .interval = Interval::month}) == "two_m");
  CHECK(reason(c, {.tier = "two/pro", .interval = Interval::year}) == "several_prices");
  CHECK(reason(c, {.tier = "two/pro", .currency = "EUR", .interval = Interval::year}) == "two_e");
  CHECK(reason(c, {.tier = "two/pro", .currency = "gbp"}) == "price_not_sold");
  CHECK(reason(c, {.tier = "pool"}) == "pool_m");
  CHECK(reason(c, {.tier = "site"}) == "site_once");
  CHECK(reason(c, {.tier = "site", .interval = Interval::once}) == "site_once");
  CHECK(reason(c, {.price = "two_y"}) == "two_y");
  CHECK(reason(c, {.price = "price_one"}) == "one_full");
  CHECK(reason(c, {.price = "one_old"}) == "price_not_in_catalog");
  CHECK(reason(c, {.price = "price_evil"}) == "price_not_in_catalog");
  CHECK(reason(c, {.price = "two_y", .interval = Interval::month}) == "price_differs");
  CHECK(reason(c, {}) == "argument_missing");
  CHECK(reason(c, {.tier = "one", .price = "one_full"}) == "argument_missing");
  CHECK(find_offer(c, {.tier = "one"}).claim() == "one");
  CHECK(find_offer(c, {.tier = "pool"}).claim() == "add_on/pool");
  CHECK(find_offer(c, {.tier = "site"}).claim() == "one_time/site");
}

TEST_CASE("a key in the wrong place is not repeated, and no character is cut") {
  const Catalog c = catalog();
  const auto told = [&](const std::string &price) {
    try {
      find_offer(c, {.price = price});
    } catch (const Failure &failure) { return failure.error().message; }
    return std::string();
  };
  for (const char *key : {"sk_live_51abcdef", "rk_test_51abcdef", "whsec_abcdef"}) {
    CHECK(told(key).find("abcdef") == std::string::npos);
    CHECK(told(key).find("a secret key") != std::string::npos);
  }
  CHECK(told(std::string(63, 'a') + "é").find(std::string(63, 'a') + "\";") != std::string::npos);
}

TEST_CASE("every state of a claim has one next step") {
  using S = SessionState;
  for (const S session : {S::none, S::open, S::complete, S::expired})
    for (const bool same : {false, true}) {
      CHECK(next_step(IntentState::open, session, same) == ClaimStep::resume);
      CHECK(next_step(IntentState::unknown, session, same) == ClaimStep::resume);
      CHECK(next_step(IntentState::failed, session, same) == ClaimStep::make);
      const ClaimStep done = session != S::open ? ClaimStep::make : same ? ClaimStep::reuse : ClaimStep::replace;
      CHECK(next_step(IntentState::done, session, same) == done);
    }
}

TEST_CASE("a paid one-time checkout is one credit; it changes limits and no tier") {
  const Catalog c = catalog();
  Session session{.status = "complete", .payment_status = "paid", .mode = "payment", .customer = "cus_1"};
  session.metadata = {{"purser_price", "price_site"}, {"purser_lookup_key", "site_once"}, {"purser_quantity", "3"}};
  const auto grant = credit("cs_1", session, c);
  REQUIRE(grant);
  CHECK(grant->tier == "site");
  CHECK(grant->quantity == 3);
  CHECK(grant->item == "cs_1");
  const std::vector<Grant> held{*grant};
  CHECK(entitlement(held, c, 1).limits.at("sites") == 3);
  CHECK(entitlement(held, c, 1).tiers == entitlement({}, c, 1).tiers);
  CHECK(entitlement(held, c, 1).features.empty());
  CHECK(tier_steps({}, held, c, 1).empty());

  Session other = session;
  other.payment_status = "unpaid";
  CHECK_FALSE(credit("cs_1", other, c));
  other = session;
  other.status = "open";
  CHECK_FALSE(credit("cs_1", other, c));
  other = session;
  other.mode = "subscription";
  CHECK_FALSE(credit("cs_1", other, c));
  other = session;
  other.metadata["purser_lookup_key"] = "one_full";  // a tier is never a credit
  CHECK_FALSE(credit("cs_1", other, c));
  other.metadata.clear();
  CHECK_FALSE(credit("cs_1", other, c));
  other = session;
  for (const char *bad : {"", "0", "-2", "x", "1x", "99999999999999999999"}) {
    other.metadata["purser_quantity"] = bad;
    CHECK(credit("cs_1", other, c)->quantity == 1);
  }
}
