// A host that dies at every storage call, every write to the store's files and every exchange with Stripe of one purchase, is started
// again and does what hosts do: one customer, one session, one effect, as if nothing had happened.
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "adapters/sqlite.hpp"
#include "catch.hpp"
#include "durability/long_run.hpp"
#include "durability/purchase.hpp"
#include "durability/store_state.hpp"
#include "support/sql.hpp"
#include "support/temporary_folder.hpp"

using namespace purser;
using namespace purser::test;

namespace {

constexpr std::int64_t points_of_a_slice = 250;  ///< what fits every build; PURSER_SOAK=1 takes them all, in all three ways

/// What a purchase leaves behind when everything is right.
struct Outcome {
  std::int64_t customers = 0, sessions = 0, subscriptions = 0;  ///< at Stripe
  std::int64_t intents = 0, open_intents = 0, claims = 0, changes = 0, unread = 0, seats = 0;
  bool hash_is_right = false;
  std::string tier, users, damage;
  bool operator==(const Outcome &) const = default;
};

std::ostream &operator<<(std::ostream &out, const Outcome &o) {
  return out << "at Stripe " << o.customers << " customers, " << o.sessions << " sessions, " << o.subscriptions << " subscriptions; here "
             << o.intents << " intents (" << o.open_intents << " open), " << o.claims << " claims that hold, " << o.changes << " changes ("
             << o.unread << " unread), " << o.seats << " seats, tier " << o.tier << ", users " << o.users << ", damage '" << o.damage
             << "', hash " << (o.hash_is_right ? "right" : "wrong");
}

Outcome outcome_of(Outside &outside, const std::string &path) {
  Outcome o;
  const auto count = [&](const char *prefix) { return static_cast<std::int64_t>(outside.stripe.ids(prefix).size()); };
  o.customers = count("cus_");
  o.sessions = count("cs_");
  o.subscriptions = count("sub_");
  for (const auto &[seq, tier] : outside.users) o.users += tier + " ";
  World world({.path = path});
  const engine::AccountView view = world.engine->account_read(buyer, std::nullopt);
  o.hash_is_right = view.state_hash == hash_without_a_crash(outside);
  for (const engine::LimitHeld &limit : view.limits)
    if (limit.meter == "seats") o.seats = limit.limit;
  o.tier = world.engine->tier(buyer, "app");
  o.unread = static_cast<std::int64_t>(world.engine->change_next("users", 0).changes.size());
  const auto database = adapters::sqlite_database({.path = path});
  const auto db = database->open(true);
  o.intents = number(*db, "SELECT count(*) FROM purser_v_intent");
  o.open_intents = number(*db, "SELECT count(*) FROM purser_v_intent WHERE state <> 'done'");
  o.claims = number(*db,
                    "SELECT count(*) FROM purser_claims c JOIN purser_intents i ON i.account = c.account AND i.intent = c.intent "
                    "WHERE i.claim = c.claim AND i.state = 1 AND i.object <> ''");
  o.changes = number(*db, "SELECT count(*) FROM purser_v_change");
  o.damage = damage_of(*database);
  return o;
}

/// A store before the purchase, copied for each run.
struct Stage {
  TemporaryFolder folder{TemporaryFolder::On::memory};
  Stage() { make_store(folder.file("before.db")); }
  std::string fresh(const std::string &name) const {
    const std::string path = folder.file(name);
    for (const char *tail : {"", "-wal", "-shm"}) std::filesystem::remove(path + tail);
    std::filesystem::copy_file(folder.file("before.db"), path);
    return path;
  }
};

void crash_everywhere(const std::string &tier, std::int64_t subscriptions) {
  const Stage stage;
  Outcome right;
  std::int64_t points = 0;
  {
    Outside outside;
    const std::string path = stage.fresh("right.db");
    const Walk walk = host_walks(outside, path, tier, Way::click, CrashPoints::never);
    REQUIRE(walk.fault == "");
    points = walk.points;
    right = outcome_of(outside, path);
    INFO(right);
    REQUIRE((right.customers == 1 && right.sessions == 1 && right.subscriptions == subscriptions));
    REQUIRE((right.intents == 2 && right.open_intents == 0 && right.claims == 2 && right.changes == subscriptions && right.unread == 0));
    REQUIRE((right.hash_is_right && right.damage.empty()));
  }
  const std::int64_t stride = long_run() ? 1 : std::max<std::int64_t>(1, points / points_of_a_slice);
  std::int64_t crashes = 0;
  for (std::int64_t at = 0; at < points; at += stride) {
    for (const Way again : {Way::click, Way::settle_first, Way::success_page}) {
      if (!long_run() && static_cast<std::int64_t>(again) != (at / stride) % 3) continue;
      INFO(tier << ": crash at point " << at << " of " << points << ", way " << static_cast<int>(again));
      Outside outside;
      const std::string path = stage.fresh("crashed.db");
      const Walk first = host_walks(outside, path, tier, again == Way::settle_first ? Way::settle_first : Way::click, at);
      if (!first.crashed) {  // settling first and taking webhooks first has a few points fewer or more
        REQUIRE(first.fault == "");
        continue;
      }
      ++crashes;
      const bool one_time_is_paid = subscriptions == 0 && outside.paid;  // another click would be another purchase
      const Walk second = host_walks(outside, path, tier, one_time_is_paid ? Way::success_page : again, CrashPoints::never);
      REQUIRE(second.fault == "");
      REQUIRE(outcome_of(outside, path) == right);
    }
  }
  WARN(tier << ": " << points << " points, " << crashes << " crashes with recovery"
            << (long_run() ? "" : " (PURSER_SOAK=1: three ways each)"));
  CHECK(crashes >= (long_run() ? 2 * points : points / stride * 3 / 4));
}

}  // namespace

TEST_CASE("a subscription: crash at every point of the purchase, recovery has one effect") { crash_everywhere("app/pro", 1); }

TEST_CASE("a one-time item: crash at every point of the purchase, credited exactly once") { crash_everywhere("site", 0); }
