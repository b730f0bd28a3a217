#include "engine/snapshot.hpp"

#include <rapidcheck.h>

#include <map>
#include <string>

#include "catch.hpp"
#include "domain/entitlement.hpp"
#include "snapshot_fixture.hpp"

namespace {

using namespace purser::testing;
using purser::TimeMs;
using purser::domain::Catalog;
using purser::domain::Grant;
using purser::engine::Snapshot;
using Answer = Snapshot::Answer;

std::string tier_of(const Snapshot &snapshot, std::string_view account, std::string_view product) {
  bool resident = false;
  const char *tier = snapshot.tier(account, product, resident);
  return tier ? tier : "(unknown)";
}

// the model -------------------------------------------------------------------------------------------------------

const std::vector<std::string> all_features = {"crm", "export", "mail", "reports", "seats", "video", "nothing"};
const std::vector<std::string> all_products = {"site", "video", "web", "zoo", "nothing"};
const std::vector<std::string> all_accounts = {"a", "acct_1", "acct_2",
                                               "an account with a long id, longer than one cache line of sixty-four bytes"};

/// The slow, plain truth: every account's grants and the catalog it was put under.
struct Model {
  struct Held {
    std::vector<Grant> grants;
    std::shared_ptr<const Catalog> catalog;
  };
  std::map<std::string, Held> accounts;
  std::shared_ptr<const Catalog> catalog;

  purser::domain::Entitlement entitlement(const std::string &account, TimeMs at) const {
    const auto it = accounts.find(account);
    if (it == accounts.end()) return purser::domain::entitlement({}, *catalog, at);
    return purser::domain::entitlement(it->second.grants, *it->second.catalog, at);
  }
  Answer check(const std::string &account, const std::string &feature, TimeMs at) const {
    if (!catalog->feature(feature)) return Answer::unknown_feature;
    if (!accounts.count(account)) return Answer::not_resident;
    return entitlement(account, at).features.count(feature) ? Answer::yes : Answer::no;
  }
  std::string tier(const std::string &account, const std::string &product, TimeMs at) const {
    const auto *known = catalog->product(product);
    if (!known) return "(unknown)";
    const auto tiers = entitlement(account, at).tiers;
    const auto it = tiers.find(known->key);
    return it == tiers.end() ? known->fallback : it->second;
  }
};

rc::Gen<Grant> any_grant() {
  const std::vector<std::pair<std::string, std::string>> tiers = {{"site", "free"}, {"site", "pro"}, {"site", "team"}, {"video", "plus"},
                                                                  {"zoo", "park"},  {"", "pack"},    {"gone", "gone"}};
  const auto what = rc::gen::elementOf(tiers);
  const auto until = rc::gen::oneOf(rc::gen::inRange<TimeMs>(0, 200), rc::gen::just(purser::forever_ms));
  return rc::gen::map(rc::gen::pair(what, until), [](const auto &g) { return held(g.first.first, g.first.second, g.second); });
}

/// Compares every question at `at`, read by clocks that lag by `lag`. Returns how many answers were yes.
int compare(const Snapshot &snapshot, const Model &model, SetClock &clock, TimeMs at, TimeMs lag) {
  clock.set(at, lag);
  int yes = 0;
  for (const std::string &account : all_accounts) {
    for (const std::string &feature : all_features) {
      const Answer answer = snapshot.check(account, feature);
      RC_ASSERT(static_cast<int>(answer) == static_cast<int>(model.check(account, feature, at)));
      yes += answer == Answer::yes;
    }
    for (const std::string &product : all_products) RC_ASSERT(tier_of(snapshot, account, product) == model.tier(account, product, at));
  }
  return yes;
}

}  // namespace

TEST_CASE("The snapshot answers as the plain model does, at every boundary and a millisecond around it", "[snapshot]") {
  int yes = 0, many_boundaries = 0;
  CHECK(rc::check("model", [&] {
    const auto clock = std::make_shared<SetClock>();
    Snapshot snapshot(clock, std::string(32, 'k'));
    Model model;
    const auto change_catalog = [&](Catalog next) {
      model.catalog = shared(std::move(next));
      snapshot.set_catalog(model.catalog);
    };
    change_catalog(two_products());
    const int steps = *rc::gen::inRange(1, 25);
    for (int i = 0; i < steps; ++i) {
      if (*rc::gen::inRange(0, 8) == 0) change_catalog(*rc::gen::arbitrary<bool>() ? two_products() : three_products());
      const std::string account = *rc::gen::elementOf(all_accounts);
      const auto grants = *rc::gen::container<std::vector<Grant>>(any_grant());
      snapshot.put(account, grants);
      model.accounts[account] = {grants, model.catalog};
      many_boundaries += grants.size() > 3;
    }
    RC_ASSERT(snapshot.accounts() == model.accounts.size());
    std::vector<TimeMs> times = {*rc::gen::inRange<TimeMs>(0, 250)};
    for (const auto &[account, held_now] : model.accounts)
      for (const Grant &grant : held_now.grants)
        if (grant.valid_until_ms < 1000)
          times.insert(times.end(), {std::max<TimeMs>(grant.valid_until_ms, 1) - 1, grant.valid_until_ms, grant.valid_until_ms + 1});
    const TimeMs lag = *rc::gen::inRange<TimeMs>(0, 11);
    for (const TimeMs at : times) yes += compare(snapshot, model, *clock, at, lag);
  }));
  CHECK(yes > 1000);
  CHECK(many_boundaries > 50);
}

TEST_CASE("The exact clock is read only within 10 ms of that account's boundary", "[snapshot]") {
  const auto clock = std::make_shared<SetClock>();
  Snapshot snapshot(clock);
  snapshot.set_catalog(shared(two_products()));
  const std::vector<Grant> pro = {held("site", "pro", 1000)};
  snapshot.put("a", pro);
  snapshot.put("b", {});
  const auto exact_reads = [&](TimeMs coarse_ms, const char *account) {
    clock->set(coarse_ms);
    clock->exact_reads = 0;
    (void)snapshot.check(account, "crm");
    return clock->exact_reads.load();
  };
  CHECK(exact_reads(989, "a") == 0);
  CHECK(exact_reads(990, "a") == 1);
  CHECK(exact_reads(999, "a") == 1);
  CHECK(exact_reads(1000, "a") == 0);  // the exact clock is never behind the coarse one
  CHECK(exact_reads(999, "b") == 0);
  clock->set(1000, 10);
  CHECK(snapshot.check("a", "crm") == Answer::no);
  clock->set(999, 10);
  CHECK(snapshot.check("a", "crm") == Answer::yes);
}

TEST_CASE("Unknown features, products and accounts, aliases, the fallback, and no catalog at all", "[snapshot]") {
  Snapshot snapshot(std::make_shared<SetClock>());
  CHECK(snapshot.check("a", "crm") == Answer::unknown_feature);
  CHECK(tier_of(snapshot, "a", "site") == "(unknown)");
  snapshot.set_catalog(shared(two_products()));
  CHECK(snapshot.check("a", "crm") == Answer::not_resident);
  CHECK(snapshot.check("a", "no such feature") == Answer::unknown_feature);
  CHECK(snapshot.check("a", "") == Answer::unknown_feature);
  CHECK(snapshot.check_fallback("reports") == Answer::yes);
  CHECK(snapshot.check_fallback("crm") == Answer::no);
  CHECK(snapshot.check_fallback("no such feature") == Answer::unknown_feature);
  const std::vector<Grant> pro = {held("site", "pro", purser::forever_ms)};
  snapshot.put("a", pro);
  CHECK(tier_of(snapshot, "a", "web") == "pro");
  CHECK(tier_of(snapshot, "a", "crm") == "(unknown)");
  bool resident = true;
  CHECK(std::string(snapshot.tier("b", "web", resident)) == "free");
  CHECK_FALSE(resident);
  CHECK(std::string(snapshot.tier("a", "video", resident)) == "none");
  CHECK(resident);
}

TEST_CASE("A new catalog: names change at once, accounts keep what they hold until they are put again", "[snapshot]") {
  Snapshot snapshot(std::make_shared<SetClock>());
  snapshot.set_catalog(shared(two_products()));
  const std::vector<Grant> pro = {held("site", "pro", purser::forever_ms)};
  snapshot.put("a", pro);
  bool resident = false;
  const char *interned = snapshot.tier("a", "site", resident);
  snapshot.set_catalog(shared(three_products()));
  CHECK(snapshot.check("a", "crm") == Answer::unknown_feature);
  CHECK(snapshot.check("a", "mail") == Answer::no);
  CHECK(tier_of(snapshot, "a", "zoo") == "cage");
  CHECK(snapshot.check_fallback("mail") == Answer::yes);
  snapshot.put("a", pro);
  CHECK(snapshot.check("a", "mail") == Answer::yes);
  CHECK(snapshot.tier("a", "site", resident) == interned);  // one text for the life of the snapshot
  snapshot.set_catalog(shared(two_products()));
  CHECK(snapshot.check("a", "crm") == Answer::no);
  snapshot.put("a", pro);
  CHECK(snapshot.check("a", "crm") == Answer::yes);
}

TEST_CASE("Ids that are parts of each other, empty or very long are told apart; an id beyond the bound is refused", "[snapshot]") {
  Snapshot snapshot(std::make_shared<SetClock>());
  snapshot.set_catalog(shared(two_products()));
  const std::vector<Grant> pro = {held("site", "pro", purser::forever_ms)};
  for (std::size_t size = 0; size <= 200; ++size) {
    if (size % 2 == 0)
      snapshot.put(std::string(size, 'x'), pro);
    else
      snapshot.put(std::string(size, 'x'), {});
  }
  for (std::size_t size = 0; size <= 200; ++size)
    CHECK(snapshot.check(std::string(size, 'x'), "crm") == (size % 2 == 0 ? Answer::yes : Answer::no));
  CHECK(snapshot.check(std::string(201, 'x'), "crm") == Answer::not_resident);
  CHECK_THROWS_AS(snapshot.put(std::string(5000, 'x'), pro), purser::Failure);
  CHECK(snapshot.accounts() == 201);
}

TEST_CASE("200 bytes per resident account at most, with ids of 20 bytes", "[snapshot]") {
  constexpr std::size_t accounts = 100'000;
  const auto id = [](std::size_t i) { return "acct_" + std::to_string(100'000'000'000'000 + i); };
  const auto clock = std::make_shared<SetClock>();
  Snapshot snapshot(clock);
  snapshot.set_catalog(shared(two_products()));
  const std::size_t empty = snapshot.bytes();
  for (std::size_t i = 0; i < accounts; ++i) {
    const std::vector<Grant> grants = {held("site", "pro", static_cast<TimeMs>(1000 + i))};  // no two accounts end together
    snapshot.put(id(i), grants);
  }
  CHECK(snapshot.accounts() == accounts);
  CHECK((snapshot.bytes() - empty) / accounts <= 200);
  CHECK(snapshot.bytes() - empty >= accounts * 60);  // the count is of something
  clock->set(1000 + 500);
  int yes = 0;
  for (std::size_t i = 0; i < accounts; ++i) yes += snapshot.check(id(i), "crm") == Answer::yes;
  CHECK(yes == accounts - 501);
  const std::size_t before = snapshot.bytes();
  for (int round = 0; round < 50; ++round) {  // replacing what an account holds takes no new memory, however many boundaries
    std::vector<Grant> grants;
    for (int i = 0; i < 5; ++i) grants.push_back(held(i % 2 ? "site" : "video", i % 2 ? "pro" : "plus", 1000 + i * 10 + round));
    for (std::size_t i = 0; i < 100; ++i) snapshot.put(id(i), grants);
  }
  CHECK(snapshot.bytes() - before < 64 * 1024);
}
