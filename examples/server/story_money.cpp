// Money that goes back: disputes and refunds, by the catalog's policy.
#include "story_steps.hpp"

namespace host::story {
namespace {

/// The newest invoice of the subscription, where money paid it.
bool paid_with_money(const Stage &stage, const Plot &plot) {
  const json::Object subscription = stage.stripe("/v1/subscriptions/" + plot.subscription);
  const std::string invoice = json::text_of(subscription, "latest_invoice");
  return !invoice.empty() && json::number_of(stage.stripe("/v1/invoices/" + invoice), "amount_paid") > 0;
}

void expect_notice(Stage &stage, const std::string &kind, bool there) {
  const bool found = stage.dashboard().find("data-notice=\"" + kind + "\"") != std::string::npos;
  stage.expect(found == there, "the dashboard " + std::string(there ? "does not say" : "still says") + ": " + kind);
}

}  // namespace

void dispute(Stage &stage, Plot &plot) {
  if (!paid_with_money(stage, plot)) return stage.printer.left_out("dispute", "no money was paid for the current period");
  const bool suspends = plot.pick.product->dispute != "keep";
  stage.begin("dispute",
              std::string("Ann's bank disputes the last payment: ") + (suspends ? "access is suspended" : "the catalog keeps access"));
  stage.box().dispute(plot.subscription, PURSER_DISPUTE_OPENED);
  if (suspends) stage.withheld.insert(plot.subscription);
  stage.deliver();
  stage.end();
  expect_notice(stage, "disputed", true);

  stage.begin("dispute-won", "the host wins it: access is back");
  stage.box().dispute(plot.subscription, PURSER_DISPUTE_WON);
  stage.withheld.erase(plot.subscription);
  stage.deliver();
  stage.end();
  expect_notice(stage, "disputed", false);
}

void refund(Stage &stage, Plot &plot) {
  if (!paid_with_money(stage, plot)) return stage.printer.left_out("refund", "no money was paid for the current period");
  const bool revokes = plot.pick.product->refund != "keep";
  stage.begin("refund",
              std::string("all of the last payment is given back: ") + (revokes ? "the tier ends" : "the catalog keeps the tier"));
  stage.box().refund(plot.subscription);
  if (revokes) stage.withheld.insert(plot.subscription);
  stage.deliver();
  stage.end();
  expect_notice(stage, "refunded", true);

  stage.begin("paid-again", "the next period is paid: it counts again");
  stage.advance_to(stage.period_end_ms(plot.subscription) + 3 * 3'600'000);
  stage.withheld.erase(plot.subscription);
  stage.deliver();
  stage.end();
  expect_notice(stage, "refunded", false);
  const Response invoices = stage.ann.get("/invoices");
  stage.expect(invoices.status == 200 && invoices.body.find("Refunded") != std::string::npos,
               "the list of invoices does not show the refund");
}

}  // namespace host::story
