// Buying: on the checkout page, by the host's own hand, by a payment link; and what others sell on the same Stripe account.
#include "steps.hpp"

namespace purser::simulator {
namespace {

const char *const success = "https://app.example.com/welcome?session={CHECKOUT_SESSION_ID}";

const Sold &any_paid_tier(const Stage &stage, Dice &dice) {
  std::vector<const Sold *> paid;
  for (const Product &product : stage.catalog.products)
    for (const Sold &tier : product.tiers)
      if (!tier.prices.empty()) paid.push_back(&tier);
  return *dice.pick(paid);
}

/// From the click to the page; empty where it is refused for a good reason.
std::optional<Checkout> click(Stage &stage, Dice &dice, const std::string &account, const Price &price) {
  CheckoutCreateIn in{.account = account,
                      .email = account + "@example.com",
                      .price = price.name(),
                      .success_url = success,
                      .cancel_url = "https://app.example.com/pricing"};
  if (dice.chance(20)) in.quantity = dice.between(1, 5);
  if (dice.chance(30)) in.trial_days = dice.pick<std::int64_t>({-1, 1, 7, 30});
  try {
    Checkout made = stage.purser.checkout_create(in);
    stage.owners[made.customer] = account;
    stage.customers[made.customer] = true;
    return made;
  } catch (const Error &error) {
    if (error.reason() != "already_subscribed") throw;
    return std::nullopt;
  }
}

/// What the buyer does on Stripe's page.
std::string visit(Stage &stage, Dice &dice, const Checkout &made, const std::string &account) {
  if (dice.chance(5)) return "left open";
  if (dice.chance(5)) {
    stage.box.abandon(made.session_id);
    return "abandoned";
  }
  if (dice.chance(10)) stage.box.decline(made.session_id);
  if (dice.chance(50)) stage.box.advance(dice.between(1, 300) * second_ms);
  stage.box.pay(made.session_id);
  if (!dice.chance(40)) return "paid";
  if (dice.chance(50)) stage.box.advance(dice.between(0, 20) * second_ms);
  stage.purser.checkout_confirm({.account = account, .session = made.session_id});
  return "paid and confirmed";
}

Done checkout(Stage &stage, Dice &dice, const Sold &sold) {
  const std::string account = dice.pick(stage.accounts);
  const Price &price = dice.pick(sold.prices);
  const auto made = click(stage, dice, account, price);
  if (!made) return {};
  if (made->mode == "payment" && std::ranges::find(stage.purchases, made->session_id) == stage.purchases.end())
    stage.purchases.push_back(made->session_id);
  return account + " clicks " + price.name() + " " + made->session_id + " of " + made->customer + ": " + visit(stage, dice, *made, account);
}

std::string items_form(Stage &stage, Dice &dice) {
  std::string form;
  int count = 0;
  const auto add = [&](const std::string &price) {
    const std::string item = "&items[" + std::to_string(count++) + "]";
    form += item + "[price]=" + price + item + "[quantity]=" + std::to_string(dice.between(1, 3));
  };
  std::set<std::string> taken;
  const auto once = [&](const Price &price) {
    if (taken.insert(price.name()).second) add(stage.price_id(price));
  };
  once(dice.pick(any_paid_tier(stage, dice).prices));
  if (dice.chance(25)) once(dice.pick(any_paid_tier(stage, dice).prices));
  if (dice.chance(40)) once(dice.pick(dice.pick(stage.catalog.add_ons).prices));
  if (!stage.foreign_prices.empty() && dice.chance(15)) add(stage.foreign_prices.back());
  return form;
}

std::string trial_form(Dice &dice) {
  if (!dice.chance(35)) return {};
  return "&trial_period_days=" + std::to_string(dice.pick<std::int64_t>({1, 7, 30})) +
         (dice.chance(50)
              ? "&trial_settings[end_behavior][missing_payment_method]=" + dice.pick<std::string>({"cancel", "create_invoice", "pause"})
              : "");
}

}  // namespace

Done buy(Stage &stage, Dice &dice) { return checkout(stage, dice, any_paid_tier(stage, dice)); }

Done one_time(Stage &stage, Dice &dice) {
  return stage.catalog.one_time.empty() ? Done() : checkout(stage, dice, dice.pick(stage.catalog.one_time));
}

Done sell(Stage &stage, Dice &dice) {
  const std::string account = dice.pick(stage.accounts);
  const bool with_card = dice.chance(75);
  std::string customer;
  for (const auto &[id, owner] : stage.owners)
    if (owner == account && stage.customers[id] && dice.chance(50)) customer = id;
  if (customer.empty()) customer = stage.make_customer(account, with_card);
  std::string form = "customer=" + customer + items_form(stage, dice) + trial_form(dice);
  if (dice.chance(20)) form += "&billing_mode[type]=classic";
  if (dice.chance(10)) form += "&cancel_at_period_end=true";
  if (dice.chance(20)) form += "&payment_behavior=default_incomplete";
  if (dice.chance(10)) form += "&collection_method=send_invoice&days_until_due=7";
  const Box::Answer made = stage.box.ask("POST", "/v1/subscriptions", form);
  if (made.status != 200) return account + " of " + customer + ": refused, " + json::text(json::inside(made.object, "error"), "message");
  return account + " of " + customer + " is sold " + json::text(made.object, "id") + " " + json::text(made.object, "status") + form;
}

Done add_on(Stage &stage, Dice &dice) {
  if (stage.catalog.add_ons.empty()) return {};
  const Sold &sold = dice.pick(stage.catalog.add_ons);
  const std::vector<Living> living = stage.living();
  if (living.empty() || dice.chance(30)) return checkout(stage, dice, sold);
  const Living &chosen = dice.pick(living);
  if (chosen.items().size() > 1 && dice.chance(40)) {
    const std::string item =
        json::text(dice.pick(std::vector<json::Value>(chosen.items().begin(), chosen.items().end())).get_object(), "id");
    const Box::Answer gone = stage.box.ask("DELETE", "/v1/subscription_items/" + item);
    return gone.status == 200 ? chosen.id + " loses " + item : Done();
  }
  const std::string price = stage.price_id(dice.pick(sold.prices));
  for (const json::Value &item : chosen.items())
    if (json::text(json::inside(item.get_object(), "price"), "id") == price) return {};
  const Box::Answer made =
      stage.box.ask("POST", "/v1/subscription_items",
                    "subscription=" + chosen.id + "&price=" + price + "&quantity=" + std::to_string(dice.between(1, 4)));
  return made.status == 200 ? chosen.id + " gets " + json::text(made.object, "id") + " " + price : Done();
}

Done link(Stage &stage, Dice &dice) {
  if (!stage.wanting.empty() && dice.chance(60)) {
    const auto [customer, account] = *stage.wanting.begin();
    stage.wanting.erase(stage.wanting.begin());
    stage.purser.account_link({.account = account, .customer = customer});
    stage.host_links[customer] = stage.owners[customer] = account;
    return account + " is linked to " + customer;
  }
  const std::string account = dice.pick(stage.accounts);
  const json::Object made = stage.box.post("/v1/payment_links", "line_items[0][quantity]=1&line_items[0][price]=" +
                                                                    stage.price_id(dice.pick(any_paid_tier(stage, dice).prices)));
  const json::Object opened = stage.box.post("/v1/payment_links/" + json::text(made, "id") + "/open",
                                             "client_reference_id=" + account + "&prefilled_email=buyer@example.com");
  const std::string session = json::text(opened, "id");
  stage.box.pay(session);
  const std::string customer = json::id(stage.box.get("/v1/checkout/sessions/" + session), "customer");
  stage.customers[customer] = true;
  stage.wanting[customer] = account;
  return account + " pays by a payment link as " + customer;
}

Done foreign(Stage &stage, Dice &) {
  if (stage.foreign_prices.size() >= 2) return {};
  const json::Object price =
      stage.box.post("/v1/prices", "currency=usd&unit_amount=700&recurring[interval]=month&product_data[name]=Something%20else");
  stage.foreign_prices.push_back(json::text(price, "id"));
  const std::string customer = json::text(stage.box.post("/v1/customers", "email=stranger@example.com"), "id");
  stage.customers[customer] = true;
  stage.box.card(customer, PURSER_CARD_GOOD);
  const json::Object made = stage.box.post("/v1/subscriptions", "customer=" + customer + "&items[0][price]=" + stage.foreign_prices.back());
  return "another application sells " + json::text(made, "id") + " to " + customer;
}

}  // namespace purser::simulator
