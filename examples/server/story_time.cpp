// What time does: renewals, payments that fail, and the end.
#include "money.hpp"
#include "story_steps.hpp"

namespace host::story {
namespace {

constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t hour_ms = 60 * minute_ms;
constexpr int held_back_minutes = 120;

/// A feature that only the first product's tier gives; empty where there is none.
std::string own_feature(const Stage &stage, const Plot &plot) {
  Paid paid = stage.paid_at_stripe();
  const Holds with = held_by(stage.catalog, paid);
  paid.tiers.erase(plot.pick.product->key);
  const Holds without = held_by(stage.catalog, paid);
  for (const std::string &feature : with.features)
    if (!without.features.contains(feature)) return feature;
  return "";
}

void expect_check(const Stage &stage, const Plot &plot, const std::string &feature, bool held, const std::string &when) {
  if (!feature.empty())
    stage.expect_equal("check of " + feature + " " + when, held ? "1" : "0", stage.host.purser().check(stage.user.id, feature) ? "1" : "0");
  const std::string &product = plot.pick.product->key;
  const std::string tier = held ? plot.pick.tier.sold->key : plot.pick.product->fallback;
  stage.expect_equal("tier " + when, tier, stage.host.purser().tier(stage.user.id, product).value_or("none"));
}

}  // namespace

void trial_ending(Stage &stage, Plot &plot) {
  if (stage.status_at_stripe(plot.subscription) != "trialing")
    return stage.printer.left_out("trial ending", "no trial is running: the product has none, or a change ended it");
  stage.begin("trial-ending", "two days before the trial ends, the dashboard says so");
  const std::int64_t ends_ms = json::number_of(stage.stripe("/v1/subscriptions/" + plot.subscription), "trial_end") * 1000;
  stage.advance_to(ends_ms - 48 * hour_ms);
  stage.deliver();
  stage.end();
  stage.expect(stage.dashboard().find("data-notice=\"trial_ending\"") != std::string::npos,
               "the dashboard does not say that the trial ends");
}

void renew(Stage &stage, Plot &plot) {
  const bool late = stage.sabotaged("late-renewal");
  const std::int64_t slack_minutes = stage.catalog.renewal_slack_hours * 60;
  stage.begin("renewal", late ? "the period ends, and the webhook is two hours late: access at every minute"
                              : "the period ends and is paid: access goes on");
  const std::int64_t end_ms = stage.period_end_ms(plot.subscription);
  const std::string feature = own_feature(stage, plot);
  for (int minute = -1; minute <= held_back_minutes; minute++) {
    stage.advance_to(end_ms + minute * minute_ms);
    // On time, the webhooks of the last minute have arrived; late, the catalog's slack carries.
    if (!late) stage.deliver_quietly();
    if (!late || minute < slack_minutes)
      expect_check(stage, plot, feature, true, std::to_string(minute) + " minutes after the period's end");
  }
  if (late && slack_minutes < held_back_minutes)
    stage.printer.left_out("access until the late webhook", "the catalog's slack is shorter than two hours");
  stage.deliver();
  stage.end();
  stage.expect(stage.period_end_ms(plot.subscription) > end_ms, "the sandbox did not renew the subscription");
  stage.expect_equal("status at Stripe", "active", stage.status_at_stripe(plot.subscription));
  stage.printer.line("paid until " + date_and_time(stage.period_end_ms(plot.subscription)));
}

void fail_and_recover(Stage &stage, Plot &plot) {
  if (plot.pick.tier.price->amount == 0) return stage.printer.left_out("failed payment", "the tier costs nothing");
  const std::int64_t credit = -json::number_of(stage.stripe("/v1/customers/" + stage.customer), "balance");
  if (credit >= plot.pick.tier.price->amount)
    return stage.printer.left_out("failed payment", "a change of interval left a credit that pays for it");
  const bool grace = stage.catalog.grace_days > 0;
  stage.begin("past-due",
              std::string("the next payment fails: ") +
                  (grace ? "access goes on in the days of grace, and the dashboard says so" : "the catalog gives no grace, access ends"));
  const std::int64_t end_ms = stage.period_end_ms(plot.subscription);
  stage.advance_to(end_ms - minute_ms);
  stage.box().card(stage.customer, PURSER_CARD_DECLINED);
  stage.advance_to(end_ms + 3 * hour_ms);
  stage.deliver();
  stage.expect_equal("status at Stripe", "past_due", stage.status_at_stripe(plot.subscription));
  stage.end();
  stage.expect(stage.dashboard().find("data-notice=\"payment_failed\"") != std::string::npos,
               "the dashboard does not say that a payment failed");
  stage.expect(stage.ann.get("/invoices").body.find("Payment failed") != std::string::npos,
               "the list of invoices does not show what failed");
  const auto owed = stage.host.purser().billing_read({.account = stage.user.id}).owed;
  stage.expect(!owed.empty(), "nothing is owed, although a payment failed");
  stage.printer.line(money(owed[0].amount, owed[0].currency) + " is due");

  stage.begin("recovered", "a new card pays what was due");
  stage.box().card(stage.customer, PURSER_CARD_GOOD);
  stage.deliver();
  stage.expect_equal("status at Stripe", "active", stage.status_at_stripe(plot.subscription));
  stage.end();
  stage.expect(stage.dashboard().find("data-notice=\"payment_failed\"") == std::string::npos,
               "the dashboard still says that a payment failed");
  stage.expect(stage.host.purser().billing_read({.account = stage.user.id}).owed.empty(), "something is owed still");
}

void end(Stage &stage, Plot &plot) {
  stage.begin("cancel", "Ann cancels at the period's end: until then nothing changes");
  stage.box().cancel(plot.subscription, true);
  stage.deliver();
  stage.expect(stage.dashboard().find("Ends on") != std::string::npos, "the dashboard does not show the end");
  stage.end();

  stage.begin("period-end", "the period ends: the tier falls back at that moment, before any webhook");
  const std::int64_t end_ms = stage.period_end_ms(plot.subscription);
  const std::string feature = own_feature(stage, plot);
  stage.advance_to(end_ms - minute_ms);
  expect_check(stage, plot, feature, true, "one minute before the end");
  stage.advance_to(end_ms);
  expect_check(stage, plot, feature, false, "at the end");
  if (!feature.empty()) stage.printer.line("check of " + feature + ": 1 one minute before, 0 at the end");
  stage.host.feed().catch_up();
  for (const UserTier &row : stage.host.users().tiers(stage.user.id))
    if (row.product == plot.pick.product->key) stage.expect_equal("users_tiers by time alone", plot.pick.product->fallback, row.tier);
  stage.deliver();
  stage.end();
  stage.expect(!stage.paid_at_stripe().tiers.contains(plot.pick.product->key), "the sandbox did not end the subscription");
}

}  // namespace host::story
