// From the button to access, and everything else that is bought.
#include "story_steps.hpp"

namespace host::story {
namespace {

std::string title(const Catalog &catalog, const Sold &sold) {
  return sold.product.empty() ? sold.name : catalog.product(sold.product).name + " " + sold.name;
}

/// The whole way for one more thing, without looking left or right.
std::string bought(Stage &stage, const Choice &choice) {
  const Stage::Opened opened = stage.open_checkout(choice.price->key());
  stage.box().pay(opened.session);
  stage.customer = json::text_of(stage.stripe("/v1/checkout/sessions/" + opened.session), "customer");
  return opened.session;
}

void buy_second(Stage &stage, const Choice &second) {
  if (!second) return stage.printer.left_out("second product", "the catalog sells no tier of another product in the same currency");
  stage.begin("second", "a tier of another product: features are a union");
  const std::string session = bought(stage, second);
  stage.deliver();
  stage.end();
  stage.expect_equal("tier bought", second.sold->key, stage.paid_at_stripe().tiers[second.sold->product]);

  stage.begin("second-now", "cancelled at once: it falls back, the first product stays");
  stage.box().cancel(stage.subscription_of(session), false);
  stage.deliver();
  stage.end();
  stage.expect(!stage.paid_at_stripe().tiers.contains(second.sold->product), "the sandbox still counts what was cancelled at once");
}

void buy_add_on(Stage &stage, const Choice &add_on) {
  if (!add_on) return stage.printer.left_out("add-on", "the catalog sells none in this currency");
  stage.begin("add-on", "an add-on never touches a tier, nor the tier's subscription id");
  const User before = stage.user;
  static_cast<void>(bought(stage, add_on));
  stage.deliver();
  stage.end();
  stage.expect(stage.paid_at_stripe().add_ons.contains(add_on.sold->key), "the sandbox has no subscription of the add-on");
  stage.expect_equal("users.tier", before.tier, stage.user.tier);
  stage.expect_equal("users.stripe_subscription_id", before.stripe_subscription_id, stage.user.stripe_subscription_id);
}

void buy_one_time(Stage &stage, const Choice &item) {
  if (!item) return stage.printer.left_out("one-time item", "the catalog sells none in this currency");
  stage.begin("one-time", "bought twice, and every webhook three times: credits for exactly two payments");
  for (int i = 0; i < 2; i++) {
    static_cast<void>(bought(stage, item));
    stage.one_time[item.sold->key]++;
    stage.deliver(PURSER_ORDER_AS_CREATED, 3);
  }
  const auto view = stage.host.purser().account_read({.account = stage.user.id});
  for (const auto &[meter, amount] : item.sold->limits)
    for (const auto &limit : view.limits)
      if (limit.meter == meter)
        stage.printer.line("limit of " + meter + ": " + (limit.limit < 0 ? "unlimited" : std::to_string(limit.limit)) + " (" +
                           std::to_string(amount) + " by each payment)");
  stage.end();
}

}  // namespace

void open_checkout(Stage &stage, Plot &plot) {
  stage.begin("checkout", "Ann chooses " + title(stage.catalog, *plot.pick.tier.sold) + "; a second click finds the same session");
  const std::string &price = plot.pick.tier.price->key();
  const Stage::Opened first = stage.open_checkout(price), again = stage.open_checkout(price);
  stage.expect_equal("session of the second click", first.session, again.session);
  stage.expect_equal("URL of the second click", first.url, again.url);
  plot.session = first.session;
  if (plot.pick.other) {
    const Stage::Opened other = stage.open_checkout(plot.pick.other.price->key());
    stage.expect(other.session != first.session, "another tier: expected another session");
    stage.expect_equal("status of the replaced session", "expired",
                       json::text_of(stage.stripe("/v1/checkout/sessions/" + first.session), "status"));
    plot.session = stage.open_checkout(price).session;
    stage.printer.line("another tier replaced the session, and back");
  }
  stage.box().abandon(plot.session);
  const Stage::Opened fresh = stage.open_checkout(price);
  stage.expect(fresh.session != plot.session, "after an expired session: expected a new one");
  plot.session = fresh.session;
  const Response page = stage.stranger.get_url(fresh.url);
  stage.expect(page.status == 200, "the checkout page: expected 200, found " + shown(page));
  stage.customer = json::text_of(stage.stripe("/v1/checkout/sessions/" + plot.session), "customer");
  stage.box().decline(plot.session);
  stage.deliver();
  stage.printer.line("an expired session is followed by a new one; a declined card changes nothing");
  stage.end();
}

void pay(Stage &stage, Plot &plot) {
  stage.begin("pay", "Ann pays; webhooks arrive, the users table changes, access follows");
  stage.box().pay(plot.session);
  plot.subscription = stage.subscription_of(plot.session);
  const std::string status = stage.status_at_stripe(plot.subscription);
  stage.expect_equal("status at Stripe", plot.pick.product->trial_days > 0 ? "trialing" : "active", status);
  stage.deliver();
  stage.end();
  stage.expect_equal("tier bought", plot.pick.tier.sold->key, stage.paid_at_stripe().tiers[plot.pick.product->key]);
  stage.expect_equal("users.stripe_subscription_id", plot.subscription, stage.user.stripe_subscription_id);
}

void come_back(Stage &stage, Plot &plot) {
  stage.begin("success-page", "Ann comes back; asking Stripe again changes nothing, and Bob's browser learns nothing");
  const std::string target = "/welcome?session_id=" + plot.session, before = stage.state_hash();
  const Response response = stage.ann.get(target);
  stage.expect(response.status == 200, "GET /welcome: expected 200, found " + shown(response));
  stage.expect(response.body.find(esc(plot.pick.tier.sold->name)) != std::string::npos,
               "the success page does not name " + plot.pick.tier.sold->name);
  stage.expect_equal("state hash after confirm", before, stage.state_hash());
  stage.expect_equal("GET /welcome of another user", "404", std::to_string(stage.bob.get(target).status));
  const Response twice = stage.create_checkout(plot.pick.tier.price->key(), stage.user.id);
  stage.expect(twice.status == 409, "a second subscription: expected 409, found " + shown(twice));
  stage.end();
}

void buy_more(Stage &stage, Plot &plot) {
  buy_second(stage, plot.pick.second);
  buy_add_on(stage, plot.pick.add_on);
  buy_one_time(stage, plot.pick.one_time);
}

void buy_again(Stage &stage, Plot &plot) {
  stage.begin("again", "Ann buys again; the success page is first, webhooks follow in a wild order, each three times");
  const std::string old = plot.subscription;
  plot.session = bought(stage, plot.pick.tier);
  plot.subscription = stage.subscription_of(plot.session);
  stage.expect(plot.subscription != old && !plot.subscription.empty(), "expected a new subscription, found '" + plot.subscription + "'");
  const bool repeats = plot.pick.product->trial_days > 0 && plot.pick.product->trial == "repeat";
  stage.expect_equal("status at Stripe (one trial per product, unless the catalog repeats it)", repeats ? "trialing" : "active",
                     stage.status_at_stripe(plot.subscription));
  const Response response = stage.ann.get("/welcome?session_id=" + plot.session);
  stage.expect(response.status == 200, "GET /welcome: expected 200, found " + shown(response));
  stage.expect_truth();
  stage.printer.line("access by the success page alone");
  stage.deliver(PURSER_ORDER_SHUFFLED, 3);
  stage.expect_witness_agrees();
  stage.end();
}

}  // namespace host::story
