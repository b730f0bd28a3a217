#include <rapidcheck.h>

#include <map>
#include <set>

#include "base/json.hpp"
#include "catch.hpp"
#include "domain/catalog_files.hpp"

namespace {

using namespace purser::domain;

std::string example_text() { return catalog_files::read(catalog_files::root() / "examples/catalog.json"); }
const Catalog &example() {
  static const CatalogRead read = read_catalog(example_text(), {});
  return read.catalog;
}

/// The platform's price list, one row per tier: written here a second time on purpose.
struct Row {
  std::string product, tier;
  std::int64_t usd_cents;
  std::string features;  ///< base, inbox, crm: each includes the one before
  std::map<std::string, std::int64_t> limits;
};
const std::vector<Row> rows = {
    {"leadsite-ai", "starter", 4900, "base", {{"leads", 1000}, {"emails", 2500}, {"campaigns", 5}, {"seats", 1}, {"websites", 1}}},
    {"leadsite-ai", "pro", 14900, "base", {{"leads", 5000}, {"emails", 12500}, {"campaigns", 20}, {"seats", 3}, {"websites", 5}}},
    {"leadsite-ai",
     "enterprise",
     34900,
     "base",
     {{"leads", unlimited}, {"emails", 37500}, {"campaigns", 50}, {"seats", 10}, {"websites", unlimited}}},
    {"leadsite-io", "starter", 4900, "base", {{"leads", 1000}, {"emails", 2500}, {"campaigns", 5}, {"seats", 1}, {"websites", 1}}},
    {"leadsite-io", "pro", 14900, "base", {{"leads", 5000}, {"emails", 12500}, {"campaigns", 20}, {"seats", 3}, {"websites", 5}}},
    {"leadsite-io",
     "enterprise",
     34900,
     "base",
     {{"leads", unlimited}, {"emails", 37500}, {"campaigns", 50}, {"seats", 10}, {"websites", unlimited}}},
    {"clientcontact", "starter", 9900, "inbox", {{"leads", 1000}, {"emails", 2500}, {"campaigns", 5}, {"seats", 3}, {"websites", 1}}},
    {"clientcontact", "pro", 14900, "inbox", {{"leads", 5000}, {"emails", 12500}, {"campaigns", 20}, {"seats", 10}, {"websites", 5}}},
    {"clientcontact",
     "enterprise",
     39900,
     "inbox",
     {{"leads", unlimited}, {"emails", 37500}, {"campaigns", 50}, {"seats", 25}, {"websites", unlimited}}},
    {"ultralead", "full", 49900, "crm", {{"leads", 10000}, {"seats", unlimited}}},
};

std::vector<std::string> features(const std::string &bundle) {
  std::set<std::string> all{"leads", "campaigns", "email", "website_builder", "forms", "video"};
  if (bundle != "base") all.insert({"inbox", "channels", "auto_responder"});
  if (bundle == "crm") all.insert({"crm", "api", "teams"});
  return {all.begin(), all.end()};
}

std::map<std::string, std::int64_t> amounts(const std::vector<Limit> &limits) {
  std::map<std::string, std::int64_t> made;
  for (const Limit &limit : limits) made[limit.meter] = limit.amount;
  return made;
}

}  // namespace

TEST_CASE("The shipped example has the platform's tiers, prices, features and limits, and nothing else") {
  CHECK(read_catalog(example_text(), {}).mistakes.empty());
  std::size_t paid = 0;
  for (const Product &product : example().products) {
    CHECK(product.fallback == "free");
    CHECK(product.trial_days == 14);
    CHECK(product.tiers.front().key == "free");
    CHECK(product.tiers.front().prices.empty());
    CHECK(product.tiers.front().limits.empty());
    CHECK(product.tiers.front().features == (product.key == "videosite" ? std::vector<std::string>{"video"} : std::vector<std::string>{}));
    paid += product.tiers.size() - 1;
  }
  CHECK(example().products.size() == 5);
  CHECK(paid == rows.size());
  for (const Row &row : rows) {
    INFO(row.product << "/" << row.tier);
    const Tier *tier = example().tier(row.product, row.tier);
    REQUIRE(tier != nullptr);
    CHECK(tier->features == features(row.features));
    CHECK(amounts(tier->limits) == row.limits);
    REQUIRE(tier->prices.size() == 1);
    CHECK(tier->prices[0] == Price{row.product + "_" + row.tier + "_month", "", "usd", "month", 1, row.usd_cents, false});
  }
  CHECK(example().grace_days == 14);
  CHECK(example().renewal_slack_hours == 72);
  CHECK(example().pause_collection == PausePolicy::deny);
}

TEST_CASE("The shipped example has the platform's add-on and one-time items") {
  REQUIRE(example().add_ons.size() == 1);
  const AddOn &pool = example().add_ons[0];
  CHECK(pool.key == "email_pool");
  CHECK(amounts(pool.limits) == std::map<std::string, std::int64_t>{{"pool_addresses", 4}, {"pool_emails", 4 * 200}});
  CHECK(example().meter("pool_emails")->window == "day");
  CHECK(pool.prices[0].unit_amount == 4900);
  REQUIRE(example().one_time.size() == 2);
  const OneTime *website = example().one_time_item("additional_website");
  const OneTime *pass = example().one_time_item("video_pass");
  REQUIRE(website != nullptr);
  REQUIRE(pass != nullptr);
  CHECK(amounts(website->credits) == std::map<std::string, std::int64_t>{{"websites", 1}});
  CHECK(website->prices[0] == Price{"additional_website_once", "", "usd", "", 1, 1900, false});
  CHECK(pass->key == "viewer_pass");
  CHECK(amounts(pass->credits) == std::map<std::string, std::int64_t>{{"video_views", 10}});
  CHECK(pass->prices[0].unit_amount == 1200);
  CHECK(example().meter("websites")->window == "lifetime");
  CHECK(example().meter("leads")->window == "month");
}

TEST_CASE("Every slug and former name of the platform leads to its product, every tier name to its tier") {
  const std::vector<std::pair<std::string, std::vector<std::string>>> names = {
      {"leadsite-ai", {"leadsite-ai", "leadsite_ai"}},
      {"leadsite-io", {"leadsite-io", "leadsite_io"}},
      {"clientcontact", {"clientcontact", "clientcontact-io", "client_contact"}},
      {"videosite", {"videosite", "videosite-ai", "videosite-io", "video_site"}},
      {"ultralead", {"ultralead", "ultralead-ai", "ultra_lead", "tackle"}},
  };
  for (const auto &[key, all] : names) {
    for (const std::string &name : all) {
      INFO(name);
      REQUIRE(example().product(name) != nullptr);
      CHECK(example().product(name)->key == key);
    }
  }
  for (const std::string product : {"leadsite-ai", "leadsite_io", "client_contact"}) {
    CHECK(example().tier(product, "professional") == example().tier(product, "pro"));
    CHECK(example().tier(product, "business") == example().tier(product, "enterprise"));
    CHECK(example().tier(product, "business")->key == "enterprise");
  }
  CHECK(example().product("Tackle") == nullptr);
  CHECK(example().product("email_pool") == nullptr);
  CHECK(example().tier("videosite", "pro") == nullptr);
  CHECK(example().tier("nothing", "pro") == nullptr);
  CHECK(example().add_on("email_pool") != nullptr);
  CHECK(example().feature("crm") != nullptr);
  CHECK(example().feature("unified_inbox") == nullptr);
  CHECK(example().meter("crm") == nullptr);
}

TEST_CASE("A price means what lists it: lookup keys in the given order first, then the id") {
  const Environment environment = [](std::string_view name) -> std::optional<std::string> {
    if (name == "STRIPE_PRICE_TACKLE") return "price_1Tackle";
    if (name == "EMAIL_POOL_STRIPE_PRICE_ID") return "price_1Pool";
    return std::nullopt;
  };
  const CatalogRead read = read_catalog(example_text(), environment);
  REQUIRE(read.mistakes.empty());
  const Catalog &c = read.catalog;
  CHECK(meaning(c, "price_1Tackle", {}).tier == c.tier("ultralead", "full"));
  CHECK(meaning(c, "price_1Tackle", {}).product == c.product("ultralead"));
  CHECK(meaning(c, "price_other", {"leadsite-ai_pro_month"}).tier == c.tier("leadsite-ai", "pro"));
  CHECK(meaning(c, "price_1Tackle", {"leadsite-ai_pro_month"}).tier == c.tier("leadsite-ai", "pro"));
  CHECK(meaning(c, "price_1Tackle", {"gone", "leadsite-io_pro_month", "leadsite-ai_pro_month"}).tier == c.tier("leadsite-io", "pro"));
  CHECK(meaning(c, "price_1Tackle", {"gone"}).tier == c.tier("ultralead", "full"));
  CHECK(meaning(c, "price_1Pool", {}).add_on == c.add_on("email_pool"));
  CHECK(meaning(c, "price_1Pool", {}).tier == nullptr);
  CHECK(meaning(c, "", {"viewer_pass_once"}).one_time == c.one_time_item("viewer_pass"));
  CHECK_FALSE(meaning(c, "price_unknown", {"unknown"}));
  CHECK_FALSE(meaning(c, "", {""}));
  CHECK_FALSE(meaning(c, "leadsite-ai_pro_month", {"price_1Tackle"}));  // an id is no lookup key
  const Catalog copy = c;
  CHECK(meaning(copy, "price_1Pool", {}).add_on == &copy.add_ons[0]);
}

TEST_CASE("A retired price still grants, and stands beside the one that is sold") {
  const CatalogRead read =
      read_catalog(R"({"purser_catalog": 1, "products": {"app": {"fallback": "free", "tiers": {"free": {}, "pro": {"prices": [
      {"lookup_key": "pro_month", "currency": "usd", "interval": "month", "unit_amount": 5900},
      {"id": "small-monthly", "currency": "usd", "interval": "month", "unit_amount": 4900, "retired": true}]}}}}})",
                   {});
  REQUIRE(read.mistakes.empty());
  CHECK(meaning(read.catalog, "small-monthly", {}).tier == read.catalog.tier("app", "pro"));
  CHECK(read.catalog.products[0].trial_days == 0);
}

TEST_CASE("The file's order of tiers is their rising order, unless \"order\" says another") {
  const auto keys = [](std::string_view order) {
    const CatalogRead read =
        read_catalog(R"({"purser_catalog": 1, "products": {"app": {"fallback": "free", )" + std::string(order) + R"("tiers": {
        "zero": {"prices": [{"lookup_key": "z", "currency": "usd", "interval": "month", "unit_amount": 1}]}, "free": {},
        "big": {"prices": [{"lookup_key": "b", "currency": "usd", "interval": "month", "unit_amount": 2}]}}}}})",
                     {});
    REQUIRE(read.mistakes.empty());
    std::vector<std::string> made;
    for (const Tier &tier : read.catalog.products[0].tiers) made.push_back(tier.key);
    const CatalogRead again = read_catalog(read.resolved, {});
    CHECK(again.catalog == read.catalog);
    return made;
  };
  CHECK(keys("") == std::vector<std::string>{"zero", "free", "big"});
  CHECK(keys(R"("order": ["free", "zero", "big"], )") == std::vector<std::string>{"free", "zero", "big"});
}

TEST_CASE("The resolved text is canonical, without variables and comments, and reads back as the same catalog") {
  const Environment set = [](std::string_view name) -> std::optional<std::string> { return "price_1" + std::string(name.substr(7)); };
  for (const Environment &environment : {Environment{}, set}) {
    const CatalogRead read = read_catalog(example_text(), environment);
    REQUIRE(read.mistakes.empty());
    CHECK(read.resolved.find("${") == std::string::npos);
    CHECK(purser::json::canonical(purser::json::parse(read.resolved).root) == read.resolved);
    const CatalogRead again = read_catalog(read.resolved, {});
    CHECK(again.mistakes.empty());
    CHECK(again.catalog == read.catalog);
    CHECK(again.resolved == read.resolved);
  }
  CHECK(read_catalog(example_text(), set).resolved != read_catalog(example_text(), {}).resolved);
}

TEST_CASE("What means the same resolves to the same text: white space, order of entries, defaults written out") {
  const auto resolved = [](std::string_view text) {
    const CatalogRead read = read_catalog(text, {});
    CHECK(read.mistakes.empty());
    return read.resolved;
  };
  const std::string price = R"("prices": [{"lookup_key": "x", "currency": "usd", "interval": "month", "unit_amount": 1}])";
  const std::string a = resolved(R"({"purser_catalog": 1, "features": {"a": "A", "b": "b"},
    "products": {"one": {"fallback": "f", "tiers": {"f": {}, "g": {"features": ["a", "b"], )" +
                                 price + R"(}}}, "two": {"fallback": "f", "tiers": {"f": {}}}}})");
  const std::string b =
      resolved(R"({"products": {"two": {"tiers": {"f": {"name": "f"}}, "fallback": "f", "trial_days": 0}, "one": {"fallback": "f", // free
    "tiers": {"f": {"aliases": [],}, "g": {"features": ["b", "a"], )" +
               price + R"(}}}}, "features": {"b": "b", "a": "A"}, "defaults": {"grace_days": 14}, "purser_catalog": 1})");
  CHECK(a == b);
  CHECK(a != resolved(R"({"purser_catalog": 1, "products": {"one": {"fallback": "f", "tiers": {"f": {}}}}})"));
}

TEST_CASE("A catalog filled by hand must be indexed before it answers; an empty one knows nothing") {
  Catalog c;
  CHECK(c.product("app") == nullptr);
  CHECK_FALSE(meaning(c, "price_1", {"x"}));
  c.products.push_back(Product{"app", "App", {"web"}, {Tier{"free", "Free", {}, {}, {}, {}}}, "free", 0});
  CHECK_THROWS_AS(c.product("app"), purser::Failure);
  CHECK_THROWS_AS(meaning(c, "price_1", {}), purser::Failure);
  c.build_index();
  CHECK(c.product("web") == &c.products[0]);
}

TEST_CASE("Any catalog that is read survives its own resolved text") {
  int good = 0;
  const bool held = rc::check("read(resolved) == read", [&good] {
    const auto letters = rc::gen::container<std::string>(rc::gen::elementOf(std::string("abc019._-")));
    const auto key = rc::gen::map(letters, [](const std::string &s) { return "k" + s.substr(0, 63); });
    const auto keys = *rc::gen::unique<std::vector<std::string>>(key);
    const auto words =
        *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>("a", "\"", "\\", "/", "\xC3\xA9", " ", "//", "${X}"));
    std::string name = "n", products;
    for (const std::string &word : words) name += name.size() < 190 ? word : "";
    name = purser::json::canonical(purser::json::value(name));
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const std::string leads = *rc::gen::arbitrary<bool>() ? "\"unlimited\"" : std::to_string(*rc::gen::inRange(0, 1000));
      const std::string amount = std::to_string(*rc::gen::inRange(0, 1000000));
      const std::string lookup_key = "lookup_" + std::to_string(i);
      products += "\"" + keys[i] + R"(": {"name": )" + name + R"(, "fallback": "f", "tiers": {"z": {"limits": {"leads": )" + leads +
                  R"(}, "prices": [{"lookup_key": ")" + lookup_key + R"(", "currency": "eur", "interval": "year", "unit_amount": )" +
                  amount + R"(}]}, "f": {}}},)";
    }
    const CatalogRead read =
        read_catalog(R"({"purser_catalog": 1, "meters": {"leads": {"window": "day"}}, "products": {)" + products + "}}", {});
    RC_ASSERT(read.mistakes.empty() == !keys.empty());
    if (keys.empty()) return;
    ++good;
    const CatalogRead again = read_catalog(read.resolved, {});
    RC_ASSERT(again.mistakes.empty());
    RC_ASSERT(again.catalog == read.catalog);
    RC_ASSERT(again.resolved == read.resolved);
  });
  CHECK(held);
  CHECK(good > 50);
}
