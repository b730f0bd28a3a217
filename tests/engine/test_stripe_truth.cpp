// What Stripe itself says of features and prices: entitlement summaries, and prices beside the catalog's.
#include <algorithm>

#include "catch.hpp"
#include "engine/money_documents.hpp"

using namespace purser;
using namespace purser::test;

namespace {

const std::string granting = catalog_with(R"("stripe_entitlements": "grant")");
const std::string customer =
    event("evt_c", "customer.created", start_s, R"({"id":"cus_1","object":"customer","metadata":{"purser_account":"acct_42"}})");

std::string summary(const std::string &id, std::int64_t at, const std::vector<std::string> &keys) {
  std::string data;
  for (const std::string &key : keys)
    data += (data.empty() ? "" : ",") + (R"({"id":"ent_)" + key + R"(","object":"entitlements.active_entitlement","feature":"feat_)" + key +
                                         R"(","lookup_key":")" + key + "\"}");
  return event(
      id, "entitlements.active_entitlement_summary.updated", at,
      R"({"object":"entitlements.active_entitlement_summary","customer":"cus_1","livemode":false,"entitlements":{"object":"list","has_more":false,"data":[)" +
          data + "]}}");
}

struct Price {
  std::string id = "price_pro", lookup_key = "app_pro", currency = "usd", interval = "month", product = "prod_1", type = "recurring";
  std::int64_t amount = 9900, count = 1;
  bool active = true;
  std::string json() const {
    return R"({"id":")" + id + R"(","object":"price","active":)" + (active ? "true" : "false") + R"(,"currency":")" + currency +
           R"(","unit_amount":)" + text(amount) + R"(,"lookup_key":)" + (lookup_key.empty() ? "null" : "\"" + lookup_key + "\"") +
           R"(,"product":")" + product + R"(","type":")" + type + R"(","recurring":)" +
           (interval.empty() ? "null" : R"({"interval":")" + interval + R"(","interval_count":)" + text(count) + "}") + "}";
  }
};

std::string finding(World &world, const std::string &price = "price_pro") {
  const auto found =
      world.engine->query("SELECT detail FROM purser_v_finding WHERE finding = 'price_drift' AND object = '" + price + "'", 10);
  return found.cells.empty() ? "" : found.cells.at(0).text;
}
std::string drift_of(const Price &price) {
  World world;
  world.apply();
  world.deliver(event("evt_p", "price.updated", start_s, price.json()));
  return finding(world, price.id);
}

}  // namespace

TEST_CASE("stripe_entitlements grant: the set gives the features of its keys, and is replaced as a whole") {
  World world;
  world.apply(granting);
  world.deliver(customer);
  world.deliver(summary("evt_1", start_s, {"crm", "not_in_the_catalog"}));
  CHECK(world.engine->check("acct_42", "crm") == 1);
  const auto view = world.engine->account_read("acct_42", std::nullopt);
  REQUIRE(view.grants.size() == 1);
  CHECK(view.grants[0].cause == "entitlement");
  CHECK(view.grants[0].tier == "crm");
  CHECK(view.grants[0].item == "feat_crm");
  CHECK(view.grants[0].reason == "active");
  CHECK(view.tiers.at(0).tier == "free");
  world.deliver(summary("evt_2", start_s + 60, {"pool"}));
  CHECK(world.engine->check("acct_42", "crm") == 0);
  CHECK(world.engine->check("acct_42", "pool") == 1);
  world.deliver(summary("evt_3", start_s + 30, {"leads"}));  // late
  CHECK(world.engine->check("acct_42", "leads") == 0);
  world.deliver(summary("evt_4", start_s + 90, {}));
  CHECK(world.engine->account_read("acct_42", std::nullopt).grants.empty());
}

TEST_CASE("stripe_entitlements ignore is the default; the word changes what is known already; a deleted customer holds nothing") {
  World world;
  world.apply();
  world.deliver(summary("evt_1", start_s, {"crm"}));
  world.deliver(customer);
  CHECK(world.engine->check("acct_42", "crm") == 0);
  world.apply(granting);
  CHECK(world.engine->check("acct_42", "crm") == 1);
  world.deliver(event("evt_d", "customer.deleted", start_s + 60, R"({"id":"cus_1","object":"customer"})"));
  CHECK(world.engine->check("acct_42", "crm") == 0);
}

TEST_CASE("the same feature from two customers of one account is one grant") {
  World world;
  world.apply(granting);
  world.deliver(customer);
  world.engine->account_link("acct_42", "cus_2");
  world.deliver(summary("evt_1", start_s, {"crm"}));
  std::string other = summary("evt_2", start_s, {"crm"});
  world.deliver(other.replace(other.find("cus_1"), 5, "cus_2"));
  CHECK(world.engine->account_read("acct_42", std::nullopt).grants.size() == 1);
  CHECK(world.engine->check("acct_42", "crm") == 1);
}

TEST_CASE("a price that is what the catalog says is no finding; every difference is one") {
  CHECK(drift_of({}).empty());
  CHECK(drift_of({.id = "price_unknown", .lookup_key = "of_another_application", .amount = 1}).empty());
  CHECK(drift_of({.amount = 9901}) == "unit_amount: expected 9900, found 9901");
  CHECK(drift_of({.currency = "eur"}) == "currency: expected usd, found eur");
  CHECK(drift_of({.interval = "year"}) == "interval: expected month, found year");
  CHECK(drift_of({.count = 3}) == "interval_count: expected 1, found 3");
  CHECK(drift_of({.interval = "", .type = "one_time"}) == "type: expected recurring, found one_time");
  CHECK(drift_of({.lookup_key = ""}) == "lookup_key: expected app_pro, found none");
  CHECK(drift_of({.active = false}) == "active: expected a price that is sold, found archived");
  CHECK(drift_of({.id = "price_new"}) == "id: expected price_pro, found price_new");
  CHECK(drift_of({.currency = "eur", .amount = 1}) == "currency: expected usd, found eur; unit_amount: expected 9900, found 1");
}

TEST_CASE("a deleted price is a finding, a retired one is not, and a catalog that follows ends it") {
  World world;
  world.apply();
  world.deliver(event("evt_1", "price.created", start_s, Price{}.json()));
  CHECK(finding(world).empty());
  world.deliver(event("evt_2", "price.updated", start_s + 60, Price{.amount = 10'900}.json(), R"({"unit_amount":9900})"));
  CHECK(finding(world) == "unit_amount: expected 9900, found 10900");
  std::string follows = small_catalog;
  world.apply(follows.replace(follows.find("9900"), 4, "10900"));
  CHECK(finding(world).empty());
  world.apply();
  CHECK_FALSE(finding(world).empty());
  std::string retired = small_catalog;
  world.apply(retired.replace(retired.find(R"("unit_amount": 9900)"), 19, R"("unit_amount": 9900, "retired": true)"));
  CHECK(finding(world).empty());
  world.apply();
  world.deliver(event("evt_3", "price.deleted", start_s + 90, Price{.amount = 10'900}.json()));
  CHECK(finding(world) == "active: expected a price that is sold, found deleted");
}

TEST_CASE("an archived product's prices cannot be bought: a finding on each, whatever came first") {
  const std::string product =
      event("evt_2", "product.updated", start_s, R"({"id":"prod_1","object":"product","name":"Pro","active":false})");
  for (const bool product_first : {false, true}) {
    World world;
    world.apply();
    if (product_first) world.deliver(product);
    world.deliver(event("evt_1", "price.created", start_s, Price{}.json()));
    if (!product_first) world.deliver(product);
    CHECK(finding(world) == "product: expected a product that is sold, found archived");
    world.deliver(event("evt_3", "product.updated", start_s + 60, R"({"id":"prod_1","object":"product","name":"Pro","active":true})",
                        R"({"active":false})"));
    CHECK(finding(world).empty());
  }
}

TEST_CASE("a lookup key that a price event tells makes the price known to whom already pays it") {
  World world;
  world.apply();
  const Sub sub{.price = "price_of_last_year", .metadata = own_account};
  world.deliver(event("evt_1", "customer.subscription.created", start_s, sub.json()));
  CHECK(world.engine->check("acct_42", "crm") == 0);
  world.deliver(event("evt_2", "price.updated", start_s + 60, Price{.id = "price_of_last_year"}.json()));
  CHECK(world.engine->check("acct_42", "crm") == 1);
}
