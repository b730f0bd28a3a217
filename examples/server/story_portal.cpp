// What the customer does in the portal, and how it flows back.
#include "story_steps.hpp"

namespace host::story {
namespace {

std::int64_t quantity_held(Stage &stage, const std::string &subscription) {
  for (const auto &grant : stage.host.purser().account_read({.account = stage.user.id}).grants)
    if (grant.subscription == subscription) return grant.quantity;
  return 0;
}

void swap_to(Stage &stage, Plot &plot, const Choice &to) {
  stage.box().swap(plot.subscription, to.price->key());
  stage.deliver();
  stage.end();
  stage.expect_equal("tier after the change", to.sold->key, stage.paid_at_stripe().tiers[plot.pick.product->key]);
}

}  // namespace

void open_portal(Stage &stage) {
  stage.printer.step("portal", "Ann opens the portal");
  const Response response = stage.ann.post_json("/api/v1/stripe/create-portal", json::write(json::Object{{"userId", stage.user.id}}));
  const auto body = json::read_object(response.body);
  stage.expect(response.status == 200 && body, "create-portal: expected 200, found " + shown(response));
  const Response page = stage.stranger.get_url(json::text_of(*body, "url"));
  stage.expect(page.status == 200, "the portal: expected 200, found " + shown(page));
  stage.printer.line("200  " + json::text_of(*body, "url"));
}

void change_tier(Stage &stage, Plot &plot) {
  if (plot.pick.other) {
    stage.begin("swap", "another tier: " + plot.pick.other.sold->name);
    swap_to(stage, plot, plot.pick.other);
    stage.begin("swap-back", "and back: " + plot.pick.tier.sold->name);
    swap_to(stage, plot, plot.pick.tier);
  } else {
    stage.printer.left_out("change of tier", "the product has one paid tier in this currency");
  }
  if (plot.pick.rhythm) {
    stage.begin("rhythm", "the same tier in another interval, and back: the tier stays");
    stage.box().swap(plot.subscription, plot.pick.rhythm.price->key());
    stage.deliver();
    stage.expect_truth();
    swap_to(stage, plot, plot.pick.tier);
  } else {
    stage.printer.left_out("change of interval", "the tier is sold in one interval in this currency");
  }
  stage.begin("quantity", "three of it, and one again: the tier stays");
  for (const std::int64_t quantity : {3, 1}) {
    stage.box().swap(plot.subscription, std::nullopt, quantity);
    stage.deliver();
    stage.expect_equal("quantity held", std::to_string(quantity), std::to_string(quantity_held(stage, plot.subscription)));
  }
  stage.end();
}

void cancel_and_resume(Stage &stage, Plot &plot) {
  stage.begin("cancel-undo", "cancelled at the period's end, and taken back; webhooks in a wild order, each three times: nothing changes");
  stage.deliver();
  stage.expect_witness_agrees();
  const std::string before = stage.state_hash();
  stage.box().cancel(plot.subscription, true);
  stage.box().resume(plot.subscription);
  stage.deliver(PURSER_ORDER_SHUFFLED, 3);
  stage.expect_witness_agrees();
  stage.end();
  stage.expect_equal("state hash after all", before, stage.state_hash());
  stage.expect(stage.dashboard().find("Ends on") == std::string::npos, "the dashboard shows an end that was taken back");
}

}  // namespace host::story
