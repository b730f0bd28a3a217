// Stripe's own entitlements: features on products, and the summary that is told of.
#include "base/error.hpp"
#include "catch.hpp"
#include "sandbox/bought.hpp"

namespace json = purser::json;
using purser::day_ms;
using purser::test::Bought;
using purser::test::Box;
using purser::test::buy;
using purser::test::id;
using purser::test::Since;
using purser::test::text;

namespace {

constexpr const char *summary_updated = "entitlements.active_entitlement_summary.updated";

std::vector<std::string> keys(const json::value &entitlements) {
  std::vector<std::string> found;
  for (const json::value &each : entitlements.as_array()) found.emplace_back(each.at("lookup_key").as_string());
  return found;
}
json::object last_summary(Box &box) {
  return box.list(std::string("/v1/events?limit=1&type=") + summary_updated).at(0).at("data").as_object();
}

}  // namespace

TEST_CASE("a feature on a product entitles those who pay for it, until they do not") {
  Box box;
  box.entitle("price_pro_month", "crm");
  const Bought bought = buy(box);
  CHECK(keys(box.list("/v1/entitlements/active_entitlements?customer=" + bought.customer)) == std::vector<std::string>{"crm"});
  CHECK(text(last_summary(box).at("object").as_object(), "customer") == bought.customer);
  CHECK(last_summary(box).at("previous_attributes").at("entitlements").at("data").as_array().empty());
  Since since(box);
  box.entitle("pro_month", "reports");  // also for those who paid before
  CHECK(since.types() == std::vector<std::string>{summary_updated});
  box.entitle("pro_month", "reports");  // is there already
  CHECK(since.types().empty());
  box.swap(bought.subscription, "max_month", 0);
  CHECK(keys(last_summary(box).at("object").at("entitlements").at("data")).empty());
  box.swap(bought.subscription, "pro_month", 0);
  CHECK(keys(last_summary(box).at("object").at("entitlements").at("data")) == std::vector<std::string>{"crm", "reports"});
  box.cancel(bought.subscription, false);
  CHECK(box.list("/v1/entitlements/active_entitlements?customer=" + bought.customer).empty());
  CHECK_THROWS_AS(box.entitle("no_such_price", "crm"), purser::Failure);
}

TEST_CASE("many entitlements are paged: the summary says that there are more") {
  Box box;
  for (int i = 10; i < 35; ++i) box.entitle("pro_month", "f" + std::to_string(i));
  const Bought bought = buy(box);
  const json::object summary = last_summary(box).at("object").at("entitlements").as_object();
  CHECK(summary.at("has_more").as_bool());
  std::vector<std::string> all = keys(summary.at("data"));
  std::string after(summary.at("data").as_array().back().at("id").as_string());
  for (bool more = true; more;) {
    const json::object page =
        box.get("/v1/entitlements/active_entitlements?limit=10&customer=" + bought.customer + "&starting_after=" + after);
    for (const std::string &key : keys(page.at("data"))) all.push_back(key);
    after = page.at("data").as_array().back().at("id").as_string();
    more = page.at("has_more").as_bool();
  }
  CHECK(all.size() == 25);
  std::sort(all.begin(), all.end());
  CHECK(std::unique(all.begin(), all.end()) == all.end());
}

TEST_CASE("features over the API: made, put on a product and taken off") {
  Box box;
  const Bought bought = buy(box);
  const json::object feature = box.post("/v1/entitlements/features", "name=CRM&lookup_key=crm");
  CHECK(box.send("POST", "/v1/entitlements/features", "name=CRM&lookup_key=crm").status == 400);
  const std::string product = text(box.get("/v1/prices/price_pro_month"), "product");
  const json::object added = box.post("/v1/products/" + product + "/features", "entitlement_feature=" + id(feature));
  CHECK(text(added.at("entitlement_feature").as_object(), "lookup_key") == "crm");
  CHECK(box.list("/v1/products/" + product + "/features").size() == 1);
  CHECK(box.list("/v1/entitlements/active_entitlements?customer=" + bought.customer).size() == 1);
  box.erase("/v1/products/" + product + "/features/" + id(added));
  CHECK(box.list("/v1/entitlements/active_entitlements?customer=" + bought.customer).empty());
}
