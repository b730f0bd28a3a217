// One purchase through the public interface against the sandbox on loopback; the host dies at every change of its files and at every
// exchange with Stripe, before it is sent and before its answer is taken in. Then it is started again, and there is one effect.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "catch.hpp"
#include "money/crash_host.hpp"
#include "support/temporary_folder.hpp"

using namespace purser;
using namespace purser::test;

namespace {

constexpr std::int64_t points_of_a_slice = 450;  ///< what fits every build: one way for each point; PURSER_SOAK=1 goes both

bool long_run() {
  const char *value = std::getenv("PURSER_SOAK");
  return value && std::string(value) == "1";
}

enum class Again { clicks, settles };

/// The host, started again, in this process: the buyer clicks (or has paid and only comes back), webhooks are delivered shuffled and twice.
void recover(Outside &outside, const Premises &premises, Again how) {
  outside.advance(minute_ms);
  const Purser purser(host_config(outside, premises));
  if (how == Again::settles) CHECK(purser.outbox_settle().open == 0);
  if (how == Again::clicks || !outside.paid) {
    try {
      outside.session = purser.checkout_create(the_click()).session_id;
      CHECK_FALSE(outside.paid);
    } catch (const Error &error) {
      CHECK(error.reason() == "already_subscribed");
      CHECK(outside.paid);
    }
  }
  if (!outside.paid) {
    outside.advance(minute_ms);  // buyers take longer than the margin of a fetch
    outside.box.pay(outside.session);
    outside.paid = true;
  }
  const auto events = outside.events();
  CHECK(outside.box.deliver(purser, {.order = PURSER_ORDER_SHUFFLED, .repeat = 2}).refused == 0);
  CHECK(purser.checkout_confirm({.account = ann, .session = outside.session}).granted);
  for (const Change &change : purser.change_next({.consumer = "users"}).changes) {
    outside.users[change.seq] = change.tier;
    purser.change_done({.consumer = "users", .seq = change.seq});
  }
  CHECK(purser.outbox_settle().settled == 0);

  // A store that has seen the same Stripe and no crash.
  const Purser other(host_config(outside, {"sqlite::memory:", premises.catalog}));
  for (const auto &[signature, body] : events) CHECK(other.webhook_receive({.body = body, .signature = signature}).http_status == 200);
  other.checkout_confirm({.account = ann, .session = outside.session});
  const AccountView held = purser.account_read({.account = ann}), right = other.account_read({.account = ann});
  CHECK(held.state_hash == right.state_hash);
  CHECK(held.grants.size() == 1);
  CHECK(purser.tier(ann, "app") == "pro");
  CHECK(purser.check(ann, "crm"));
  const auto number = [&](const std::string &sql) { return std::get<std::int64_t>(purser.query({.sql = sql}).rows.at(0).at(0)); };
  CHECK(number("SELECT count(*) FROM purser_v_intent") == 2);
  CHECK(number("SELECT count(*) FROM purser_v_intent WHERE state = 'done' AND object <> ''") == 2);
  CHECK(number("SELECT count(*) FROM purser_v_change") == 1);
  CHECK(number("SELECT count(*) FROM purser_v_finding") == 0);
  CHECK(outside.users.size() == 1);
  CHECK(outside.users.begin()->second == "pro");
}

int at_stripe(const Outside &outside, const std::string &path, const std::string &object) {
  std::string body = outside.box.request("GET", path).body;
  std::erase_if(body, [](char c) { return c == ' ' || c == '\n'; });
  int count = 0;
  for (std::size_t at = body.find("\"object\":\"" + object + "\""); at != body.npos;
       at = body.find("\"object\":\"" + object + "\"", at + 1))
    ++count;
  return count;
}

void check_one_effect(const Outside &outside) {
  CHECK(at_stripe(outside, "/v1/customers?limit=100", "customer") == 1);
  CHECK(at_stripe(outside, "/v1/checkout/sessions?limit=100", "checkout.session") == 1);
  CHECK(at_stripe(outside, "/v1/subscriptions?limit=100&status=all", "subscription") == 1);
}

struct Stage {
  TemporaryFolder folder{TemporaryFolder::On::memory};
  Premises premises{folder.file("store.db"), folder.file("catalog.json")};
  Stage() {
    std::ofstream(premises.catalog) << catalog;
    const Outside outside;
    const Purser made(host_config(outside, premises));
    std::filesystem::copy_file(premises.store, folder.file("before.db"));
  }
  const Premises &fresh() const {
    for (const char *tail : {"", "-wal", "-shm"}) std::filesystem::remove(premises.store + tail);
    std::filesystem::copy_file(folder.file("before.db"), premises.store);
    return premises;
  }
};

}  // namespace

TEST_CASE("through the C ABI against the sandbox: crash at every point of one purchase, one effect") {
  const Stage stage;
  std::int64_t points = 0;
  {
    Outside outside;
    REQUIRE_FALSE(host_runs(outside, stage.fresh(), CrashPoints::never));
    REQUIRE(outside.fault == "");
    points = outside.points;
    recover(outside, stage.premises, Again::clicks);
    check_one_effect(outside);
  }
  REQUIRE(points > 50);
  const std::int64_t stride = long_run() ? 1 : std::max<std::int64_t>(1, points / points_of_a_slice);
  std::int64_t crashes = 0;
  for (std::int64_t at = 0; at < points; at += stride) {
    for (const Again how : {Again::clicks, Again::settles}) {
      if (!long_run() && static_cast<std::int64_t>(how) != (at / stride) % 2) continue;
      INFO("crash at point " << at << " of " << points << ", " << (how == Again::clicks ? "clicked again" : "settled first"));
      Outside outside;
      const bool crashed = host_runs(outside, stage.fresh(), at);
      REQUIRE(outside.fault == "");
      REQUIRE(crashed);
      ++crashes;
      recover(outside, stage.premises, how);
      check_one_effect(outside);
    }
  }
  WARN(points << " points, " << crashes << " crashes with recovery" << (long_run() ? "" : " (PURSER_SOAK=1: all, both ways)"));
}
