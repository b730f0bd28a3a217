// Cards, refunds, time, and the end of a customer.
#include <algorithm>

#include "steps.hpp"

namespace purser::simulator {
namespace {

constexpr std::int64_t fail_within_ms = 62 * day_ms;

std::int64_t next_period_end_ms(const Living &one) {
  std::int64_t next = INT64_MAX;
  for (const json::Value &item : one.items()) next = std::min(next, json::number(item.get_object(), "current_period_end") * second_ms);
  return next;
}

/// A seed's time goes into different steps, not into the renewals of one: as long as about so many of them take.
std::int64_t affordable_ms(const std::vector<Living> &living) {
  constexpr double renewals = 8;
  double per_ms = 0;
  for (const Living &one : living) {
    std::int64_t shortest_ms = 3650 * day_ms;
    for (const json::Value &item : one.items())
      shortest_ms = std::min(
          shortest_ms,
          (json::number(item.get_object(), "current_period_end") - json::number(item.get_object(), "current_period_start")) * second_ms);
    per_ms += 1.0 / static_cast<double>(std::max(shortest_ms, hour_ms));
  }
  return per_ms > 0 ? static_cast<std::int64_t>(renewals / per_ms) : 3650 * day_ms;
}

std::string span(std::int64_t ms) {
  std::string text =
      std::to_string(ms / day_ms) + " d " + std::to_string(ms / hour_ms % 24) + " h " + std::to_string(ms / second_ms % 3600) + " s";
  return ms % second_ms == 0 ? text : text + " " + std::to_string(ms % second_ms) + " ms";
}

}  // namespace

Done fail(Stage &stage, Dice &dice) {
  const std::vector<Living> living = stage.living();
  if (living.empty()) return {};
  const Living &one = dice.pick(living);
  const std::int32_t card = dice.chance(80) ? PURSER_CARD_DECLINED : PURSER_CARD_NONE;
  stage.box.card(one.customer, card);
  Done done = one.customer + (card == PURSER_CARD_NONE ? " has no card" : " has a card that is declined");
  const std::int64_t left_ms = next_period_end_ms(one) - stage.now_ms();
  if (left_ms < 0 || left_ms > std::min(fail_within_ms, 2 * affordable_ms(living)) || !dice.chance(70)) return done;
  const std::int64_t after_ms = std::min(dice.pick<std::int64_t>({0, 2 * hour_ms, 4 * day_ms, 20 * day_ms}),
                                         std::max<std::int64_t>(0, affordable_ms(living) - left_ms));
  stage.pass(dice, left_ms + after_ms);
  return done + "; and then " + span(left_ms + after_ms);
}

Done recover(Stage &stage, Dice &dice) {
  const std::vector<Living> living = stage.living();
  std::vector<std::string> due;
  for (const Living &one : living)
    if (one.status != "active" || dice.chance(15)) due.push_back(one.customer);
  if (due.empty()) return {};
  const std::string customer = dice.pick(due);
  stage.box.card(customer, PURSER_CARD_GOOD);
  return customer + " has a good card";
}

Done refund(Stage &stage, Dice &dice) {
  const std::vector<std::string> customers = stage.paying();
  if (customers.empty()) return {};
  const json::Object page = stage.box.get("/v1/charges?limit=10&customer=" + dice.pick(customers));
  for (const json::Value &value : json::list(page, "data")) {
    const json::Object &charge = value.get_object();
    const std::int64_t left = json::number(charge, "amount_captured") - json::number(charge, "amount_refunded");
    if (left < 1 || !dice.chance(60)) continue;
    const std::int64_t amount = dice.chance(50) ? left : dice.between(1, left);
    stage.box.post("/v1/refunds", "charge=" + json::text(charge, "id") + "&amount=" + std::to_string(amount));
    return json::text(charge, "id") + ": " + std::to_string(amount) + " of " + std::to_string(left) + " back";
  }
  return {};
}

Done clock(Stage &stage, Dice &dice) {
  std::int64_t duration_ms = 0;
  const std::vector<Living> living = stage.living();
  switch (dice.below(6)) {
    case 0: duration_ms = dice.between(1, 120) * minute_ms; break;
    case 1: duration_ms = dice.between(1, 48) * hour_ms; break;
    case 2: duration_ms = dice.between(1, 20) * day_ms; break;
    case 3: duration_ms = dice.between(20, 45) * day_ms; break;
    default:
      // To where something begins or ends, and a little beside it.
      if (!living.empty()) {
        const std::int64_t left_ms = next_period_end_ms(dice.pick(living)) - stage.now_ms();
        duration_ms = std::clamp<std::int64_t>(left_ms + dice.pick<std::int64_t>({-1, 0, 1, second_ms, hour_ms}), 1, 45 * day_ms);
      } else {
        duration_ms = dice.between(1, 1000);
      }
  }
  duration_ms = std::min(duration_ms, affordable_ms(living));
  stage.pass(dice, duration_ms);
  return span(duration_ms);
}

Done customer_deleted(Stage &stage, Dice &dice) {
  const std::vector<std::string> customers = stage.paying();
  if (customers.empty()) return {};
  const std::string customer = dice.pick(customers);
  if (stage.box.ask("DELETE", "/v1/customers/" + customer).status != 200) return {};
  stage.customers[customer] = false;
  return customer + " of " + stage.owner(customer);
}

Done policy(Stage &stage, Dice &dice) {
  stage.catalog = read_catalog(with_other_policy(stage.catalog.text, dice.next()));
  stage.purser.catalog_apply({.text = stage.catalog.text});
  return "grace " + std::to_string(stage.catalog.grace_days) + " d, slack " + std::to_string(stage.catalog.renewal_slack_hours) +
         " h, pause " + (stage.catalog.pause_allows ? "allows" : "denies");
}

}  // namespace purser::simulator
