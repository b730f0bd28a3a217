// What becomes of subscriptions: by the customer in the portal, by the host over the API.
#include <algorithm>

#include "steps.hpp"

namespace purser::simulator {
namespace {

std::optional<Living> any(Stage &stage, Dice &dice, const auto &fits) {
  std::vector<Living> fitting;
  for (Living &one : stage.living())
    if (fits(one)) fitting.push_back(std::move(one));
  if (fitting.empty()) return std::nullopt;
  return std::move(fitting[dice.below(fitting.size())]);
}

bool always(const Living &) { return true; }
bool paused(const Living &one) { return json::is_set(one.object, "pause_collection"); }
bool ending(const Living &one) { return json::is_set(one.object, "cancel_at") || json::flag(one.object, "cancel_at_period_end"); }

/// What the API says to a change of a subscription; empty where it refuses.
Done change(Stage &stage, const Living &one, const std::string &form) {
  const Box::Answer answer = stage.box.ask("POST", "/v1/subscriptions/" + one.id, form);
  return answer.status == 200 ? one.account + " " + one.id + ": " + form : Done();
}

std::string proration(Dice &dice) {
  return dice.chance(50) ? "" : "&proration_behavior=" + dice.pick<std::string>({"none", "always_invoice", "create_prorations"});
}

}  // namespace

Done swap(Stage &stage, Dice &dice) {
  const auto one = any(stage, dice, always);
  if (!one) return {};
  for (const json::Value &value : one->items()) {
    const json::Object &item = value.get_object();
    const Catalog::Meaning bought = stage.catalog.meaning(json::inside(item, "price"));
    if (bought.kind != Catalog::Kind::tier) continue;
    const auto product = std::ranges::find(stage.catalog.products, bought.sold->product, &Product::key);
    std::vector<const Price *> others;
    for (const Sold &tier : product->tiers)
      for (const Price &price : tier.prices)
        if (stage.price_id(price) != json::text(json::inside(item, "price"), "id")) others.push_back(&price);
    if (others.empty()) continue;
    const Price &price = *dice.pick(others);
    if (dice.chance(50) && one->items().size() == 1) {
      stage.box.swap(one->id, price.name());
      return one->account + " " + one->id + " swaps to " + price.name();
    }
    return change(stage, *one,
                  "items[0][id]=" + json::text(item, "id") + "&items[0][price]=" + stage.price_id(price) + proration(dice) +
                      (dice.chance(10) ? "&billing_cycle_anchor=now" : ""));
  }
  return {};
}

Done quantity(Stage &stage, Dice &dice) {
  const auto one = any(stage, dice, always);
  if (!one) return {};
  const std::int64_t wanted = dice.between(1, 9);
  if (dice.chance(50)) {
    stage.box.swap(one->id, {}, wanted);
    return one->account + " " + one->id + " takes " + std::to_string(wanted);
  }
  const json::Object &item = one->items()[dice.below(one->items().size())].get_object();
  return change(stage, *one, "items[0][id]=" + json::text(item, "id") + "&items[0][quantity]=" + std::to_string(wanted) + proration(dice));
}

Done pause(Stage &stage, Dice &dice) {
  const auto one = any(stage, dice, [](const Living &l) { return !paused(l); });
  if (!one) return {};
  std::string form = "pause_collection[behavior]=" + dice.pick<std::string>({"void", "keep_as_draft", "mark_uncollectible"});
  if (dice.chance(40)) form += "&pause_collection[resumes_at]=" + std::to_string(stage.now_s() + dice.between(1, 60) * 86'400);
  return change(stage, *one, form);
}

Done unpause(Stage &stage, Dice &dice) {
  const auto one = any(stage, dice, [](const Living &l) { return paused(l) || l.status == "paused"; });
  if (!one) return {};
  if (one->status != "paused") return change(stage, *one, "pause_collection=");
  stage.box.resume(one->id);
  return one->account + " " + one->id + " is resumed";
}

Done cancel(Stage &stage, Dice &dice) {
  const auto one = any(stage, dice, [](const Living &l) { return !ending(l); });
  if (!one) return {};
  switch (dice.below(6)) {
    case 0: stage.box.cancel(one->id, false); return one->account + " " + one->id + " is cancelled now";
    case 1:
      if (stage.box.ask("DELETE", "/v1/subscriptions/" + one->id).status != 200) return {};
      return one->account + " " + one->id + " is deleted by the host";
    case 2: return change(stage, *one, "cancel_at=" + std::to_string(stage.now_s() + dice.between(1, 90 * 86'400)));
    case 3: return change(stage, *one, "cancel_at_period_end=true");
    default: stage.box.cancel(one->id, true); return one->account + " " + one->id + " is cancelled at the period's end";
  }
}

Done undo(Stage &stage, Dice &dice) {
  const auto one = any(stage, dice, ending);
  if (!one) return {};
  if (dice.chance(30)) return change(stage, *one, "cancel_at=");
  if (dice.chance(30)) return change(stage, *one, "cancel_at_period_end=false");
  if (!json::is_set(one->object, "cancel_at") || one->status == "paused") return {};
  stage.box.resume(one->id);
  return one->account + " " + one->id + " goes on";
}

/// What changes an object and no right; and a trial that is given, lengthened or ended.
Done remark(Stage &stage, Dice &dice) {
  const auto one = any(stage, dice, always);
  if (!one) return {};
  switch (dice.below(5)) {
    case 0: return change(stage, *one, "metadata[colour]=" + dice.pick<std::string>({"red", "blue", ""}));
    case 1:
      stage.box.post("/v1/customers/" + one->customer, "name=" + dice.pick<std::string>({"Ann", "Bob", "Cy"}));
      return one->customer + " has another name";
    case 2: return one->status == "trialing" ? change(stage, *one, "trial_end=now") : Done();
    case 3:
      if (one->status != "trialing" && one->status != "active") return {};
      return change(stage, *one, "trial_end=" + std::to_string(stage.now_s() + dice.between(1, 40) * 86'400) + "&proration_behavior=none");
    default: return change(stage, *one, "default_payment_method=");
  }
}

}  // namespace purser::simulator
