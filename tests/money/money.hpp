// A host and its Stripe, in one process: the public C++ headers only. Time is the sandbox's.
#pragma once
#include <algorithm>
#include <map>
#include <purser.hpp>
#include <purser_sandbox.hpp>
#include <string>
#include <vector>

namespace purser::test {

inline constexpr std::int64_t minute_ms = 60'000, hour_ms = 60 * minute_ms, day_ms = 24 * hour_ms;
inline constexpr std::int64_t start_ms = 1'767'225'600'000;  ///< 2026-01-01
inline const std::string ann = "acct_ann", bob = "acct_bob";

inline const char *const catalog = R"json({
  "purser_catalog": 1,
  "defaults": {"grace_days": 14, "renewal_slack_hours": 72},
  "features": {"crm": "CRM", "leads": "Leads", "pool": "Mail pool"},
  "meters": {"mails": {"window": "day"}, "seats": {"window": "lifetime"}},
  "products": {
    "app": {"fallback": "free", "tiers": {
      "free": {},
      "starter": {"features": ["leads"], "prices": [{"lookup_key": "app_starter", "id": "price_starter", "currency": "usd", "interval": "month", "unit_amount": 4900}]},
      "pro": {"features": ["leads", "crm"], "prices": [{"lookup_key": "app_pro", "id": "price_pro", "currency": "usd", "interval": "month", "unit_amount": 9900}]}}}},
  "add_ons": {"pool": {"features": ["pool"], "limits": {"mails": 800},
              "prices": [{"lookup_key": "pool_month", "id": "price_pool", "currency": "usd", "interval": "month", "unit_amount": 4900}]}},
  "one_time": {"site": {"credits": {"seats": 1}, "prices": [{"lookup_key": "site_once", "id": "price_site", "currency": "usd", "unit_amount": 1900}]}}
})json";

class Money {
 public:
  Sandbox box{{.catalog_text = catalog, .seed = 7, .start_ms = start_ms}};
  Purser purser{configured()};

  Money() { purser.catalog_apply({.text = catalog}); }

  Checkout buy(const std::string &tier, const std::string &account = ann) const {
    return purser.checkout_create({.account = account,
                                   .email = account + "@example.com",
                                   .tier = tier,
                                   .success_url = "https://app.example.com/welcome?session={CHECKOUT_SESSION_ID}",
                                   .cancel_url = "https://app.example.com/pricing"});
  }
  Confirmation confirm(const std::string &session, const std::string &account = ann) const {
    return purser.checkout_confirm({.account = account, .session = session});
  }
  /// Bought, paid, confirmed, webhooks delivered, and a minute later: what happens within 8 s of a fetch stays unconfirmed until the
  /// next one (test_race.cpp). The subscription's id.
  std::string subscribed(const std::string &tier, const std::string &account = ann) const {
    const Checkout made = buy(tier, account);
    box.pay(made.session_id);
    const std::string subscription = confirm(made.session_id, account).subscription;
    box.deliver(purser);
    box.advance(minute_ms);
    return subscription;
  }
  /// Everything that waits, backwards and three times over.
  SandboxReport deliver_badly() const { return box.deliver(purser, {.order = PURSER_ORDER_REVERSED, .repeat = 3}); }

  std::string tier(const std::string &account = ann) const { return purser.tier(account, "app").value_or(""); }
  std::int64_t limit(const std::string &meter, const std::string &account = ann) const {
    for (const LimitHeld &held : purser.account_read({.account = account}).limits)
      if (held.meter == meter) return held.limit;
    return -7;
  }
  /// What holds the tier, or the add-on of that name.
  GrantHeld grant(const std::string &tier, const std::string &account = ann) const {
    const std::vector<GrantHeld> grants = purser.account_read({.account = account}).grants;
    const std::int64_t now = box.now_ms();
    const auto found =
        std::find_if(grants.begin(), grants.end(), [&](const GrantHeld &g) { return g.tier == tier && g.valid_until_ms > now; });
    return found == grants.end() ? GrantHeld{} : *found;
  }
  /// The change feed since the last look, as "before>after" in order, of one account.
  std::string news(const std::string &account = ann) {
    std::string told;
    const Changes changes = purser.change_next({.consumer = "news"});
    for (const Change &change : changes.changes)
      if (change.account == account) told += (told.empty() ? "" : " ") + change.tier_before + ">" + change.tier;
    if (!changes.changes.empty()) purser.change_done({.consumer = "news", .seq = changes.changes.back().seq});
    return told;
  }

  /// How many objects a list of Stripe's API holds.
  int at_stripe(const std::string &path, const std::string &object) const {
    std::string body = box.request("GET", path).body;
    std::erase_if(body, [](char c) { return c == ' ' || c == '\n'; });
    const std::string wanted = "\"object\":\"" + object + "\"";
    int count = 0;
    for (std::size_t at = body.find(wanted); at != body.npos; at = body.find(wanted, at + 1)) ++count;
    return count;
  }
  int live_subscriptions() const { return at_stripe("/v1/subscriptions?limit=100&status=active", "subscription"); }
  int all_subscriptions() const { return at_stripe("/v1/subscriptions?limit=100&status=all", "subscription"); }
  int open_sessions() const { return at_stripe("/v1/checkout/sessions?limit=100&status=open", "checkout.session"); }

  std::int64_t number(const std::string &sql) const {
    const QueryAnswer answer = purser.query({.sql = sql});
    return std::get<std::int64_t>(answer.rows.at(0).at(0));
  }

 private:
  Config configured() const {
    Config config{.threads = 0, .store = "sqlite::memory:"};  // nothing is asked behind the test's back
    box.configure(config);
    return config;
  }
};

/// The reason word of the Error that `work` throws; empty when it throws none.
template <class Work>
std::string reason_of(const Work &work) {
  try {
    work();
  } catch (const Error &error) { return error.reason(); }
  return {};
}

}  // namespace purser::test
