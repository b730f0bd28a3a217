#include <rapidcheck.h>

#include <algorithm>
#include <limits>
#include <random>

#include "catch.hpp"
#include "domain/entitlement.hpp"

namespace {

using namespace purser::domain;
using purser::TimeMs;

Tier tier(std::string key, std::vector<std::string> features, std::vector<Limit> limits, std::vector<std::string> aliases = {}) {
  return Tier{key, key, std::move(aliases), std::move(features), std::move(limits), {}};
}

Catalog catalog() {
  Catalog c;
  c.features = {{"crm", ""}, {"export", ""}, {"reports", ""}, {"seats", ""}, {"video", ""}};
  c.meters = {{"leads", "", "month"}, {"mails", "", "month"}, {"unused", "", "day"}};
  c.products = {
      Product{"site",
              "",
              {"web"},
              {tier("free", {"reports"}, {{"leads", 10}}), tier("pro", {"reports", "crm"}, {{"leads", 100}, {"mails", 50}}, {"gold"}),
               tier("team", {"reports", "export"}, {{"leads", unlimited}, {"mails", 20}})},
              "free",
              0},
      Product{"video", "", {}, {tier("none", {}, {}), tier("plus", {"video"}, {{"mails", 5}})}, "none", 0}};
  c.add_ons = {AddOn{"pack", "", {"old-pack"}, {"seats"}, {{"leads", 7}, {"mails", 3}}, {}}};
  c.build_index();
  return c;
}

Grant held(std::string product, std::string tier_key, TimeMs until, std::int64_t quantity = 1) {
  Grant g;
  g.product = std::move(product);
  g.tier = std::move(tier_key);
  g.valid_until_ms = until;
  g.quantity = quantity;
  return g;
}

rc::Gen<Grant> any_grant() {
  return rc::gen::map(
      rc::gen::tuple(rc::gen::element<std::string>("site", "video", "web", "gone", ""),
                     rc::gen::element<std::string>("free", "pro", "team", "gold", "plus", "none", "pack", "old-pack", "gone"),
                     rc::gen::inRange<TimeMs>(0, 20), rc::gen::inRange<std::int64_t>(-1, 4)),
      [](const auto &t) { return held(std::get<0>(t), std::get<1>(t), std::get<2>(t), std::get<3>(t)); });
}
rc::Gen<std::vector<Grant>> any_grants() { return rc::gen::container<std::vector<Grant>>(any_grant()); }

}  // namespace

TEST_CASE("Without grants an account holds every product's fallback, and every meter has a limit", "[entitlement]") {
  const Entitlement e = entitlement({}, catalog(), 1);
  CHECK(e.tiers == std::map<std::string, std::string>{{"site", "free"}, {"video", "none"}});
  CHECK(e.features == std::set<std::string>{"reports"});
  CHECK(e.limits == std::map<std::string, std::int64_t>{{"leads", 10}, {"mails", 0}, {"unused", 0}});
}

TEST_CASE("A grant holds while now < valid_until, to the millisecond", "[entitlement]") {
  const Catalog c = catalog();
  const std::vector<Grant> grants = {held("site", "pro", 1000)};
  CHECK(entitlement(grants, c, 999).tiers.at("site") == "pro");
  CHECK(entitlement(grants, c, 1000).tiers.at("site") == "free");
  CHECK(entitlement(grants, c, 1000) == entitlement({}, c, 1000));
  const std::vector<Grant> denied = {held("site", "pro", 0)};
  CHECK(entitlement(denied, c, -5).tiers.at("site") == "free");
}

TEST_CASE("Two tiers of one product: the later is shown, both give, the greatest limit counts", "[entitlement]") {
  const Catalog c = catalog();
  const std::vector<Grant> grants = {held("site", "team", 9), held("site", "pro", 9), held("video", "plus", 9)};
  const Entitlement e = entitlement(grants, c, 1);
  CHECK(e.tiers == std::map<std::string, std::string>{{"site", "team"}, {"video", "plus"}});
  CHECK(e.features == std::set<std::string>{"crm", "export", "reports", "video"});
  CHECK(e.limits == std::map<std::string, std::int64_t>{{"leads", unlimited}, {"mails", 50}, {"unused", 0}});
}

TEST_CASE("Add-ons add their limit times the quantity, and saturate", "[entitlement]") {
  const Catalog c = catalog();
  const std::vector<Grant> grants = {held("site", "pro", 9), held("", "pack", 9, 3), held("", "old-pack", 9, 2), held("", "pack", 1, 100)};
  const Entitlement e = entitlement(grants, c, 5);
  CHECK(e.limits.at("leads") == 100 + 7 * 5);
  CHECK(e.limits.at("mails") == 50 + 3 * 5);
  CHECK(e.features.count("seats") == 1);
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const std::vector<Grant> hostile = {held("", "pack", 9, most)};
  CHECK(entitlement(hostile, c, 5).limits.at("leads") == most);
  const std::vector<Grant> endless = {held("site", "team", 9), held("", "pack", 9, 3)};
  CHECK(entitlement(endless, c, 5).limits.at("leads") == unlimited);
}

TEST_CASE("What the catalog no longer lists gives nothing and takes nothing; aliases still resolve", "[entitlement]") {
  const Catalog c = catalog();
  const std::vector<Grant> gone = {held("gone", "pro", 9), held("site", "gone", 9), held("", "gone", 9)};
  CHECK(entitlement(gone, c, 1) == entitlement({}, c, 1));
  const std::vector<Grant> renamed = {held("web", "gold", 9)};
  CHECK(entitlement(renamed, c, 1).tiers.at("site") == "pro");
}

TEST_CASE("Properties: order never counts, a grant never takes a feature of another, time only takes away", "[entitlement]") {
  const Catalog c = catalog();
  std::size_t rich = 0, runs = 0;
  CHECK(rc::check("order and union", [&](std::uint32_t seed) {
    std::vector<Grant> grants = *any_grants();
    const TimeMs at = *rc::gen::inRange<TimeMs>(0, 20);
    const Entitlement e = entitlement(grants, c, at);
    ++runs;
    rich += e.features.size() > 1;
    std::mt19937 random(seed);
    std::ranges::shuffle(grants, random);
    RC_ASSERT(entitlement(grants, c, at) == e);
    std::set<std::string> all;  // a paid tier replaces its product's fallback; apart from that the whole is the union of its parts
    for (const Grant &grant : grants) {
      const Entitlement one = entitlement(std::span(&grant, 1), c, at);
      all.insert(one.features.begin(), one.features.end());
    }
    all.insert("reports");  // in every tier of `site`, so also without any grant
    RC_ASSERT(e.features == all);
    for (const auto &[product, shown] : e.tiers)
      RC_ASSERT(c.tier(product, shown) >= c.tier(product, entitlement(grants, c, at + 1).tiers.at(product)));
  }));
  CHECK(rich * 10 > runs);  // at least a tenth of the cases held something
}
