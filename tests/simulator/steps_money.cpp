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

/// One of the last payments of any customer that fits.
std::optional<json::Object> any_charge(Stage &stage, Dice &dice, const auto &fits) {
  const std::vector<std::string> customers = stage.paying();
  if (customers.empty()) return std::nullopt;
  const json::Object page = stage.box.get("/v1/charges?limit=10&customer=" + dice.pick(customers));
  for (const json::Value &charge : json::list(page, "data"))
    if (fits(charge.get_object()) && dice.chance(60)) return charge.get_object();
  return std::nullopt;
}

Done refund(Stage &stage, Dice &dice) {
  const auto left = [](const json::Object &charge) {
    return json::number(charge, "amount_captured") - json::number(charge, "amount_refunded");
  };
  const auto charge = any_charge(stage, dice, [&](const json::Object &one) { return left(one) > 0 && !json::flag(one, "disputed"); });
  if (!charge) return {};
  const std::int64_t amount = dice.chance(65) ? left(*charge) : dice.between(1, left(*charge));
  stage.box.call(purser_sandbox_refund, json::text(*charge, "id").c_str(), amount);
  return json::text(*charge, "id") + ": " + std::to_string(amount) + " of " + std::to_string(left(*charge)) + " back";
}

Done dispute(Stage &stage, Dice &dice) {
  const auto charge = any_charge(
      stage, dice, [](const json::Object &one) { return json::text(one, "status") == "succeeded" && !json::flag(one, "refunded"); });
  if (!charge) return {};
  const auto outcome = dice.pick<std::int64_t>({PURSER_DISPUTE_OPENED, PURSER_DISPUTE_OPENED, PURSER_DISPUTE_WON, PURSER_DISPUTE_LOST});
  try {
    stage.box.call(purser_sandbox_dispute, json::text(*charge, "id").c_str(), static_cast<std::int32_t>(outcome));
  } catch (const Error &error) {
    if (error.status() != PURSER_CONFLICT) throw;
    return {};
  }
  return json::text(*charge, "id") + (outcome == PURSER_DISPUTE_WON ? ": won" : outcome == PURSER_DISPUTE_LOST ? ": lost" : ": opened");
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
         " h, pause " + stage.catalog.pause;
}

}  // namespace purser::simulator
