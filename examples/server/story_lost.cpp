// Webhooks that never come: what Purser notices by itself, and what Stripe's list of events still has.
#include <chrono>
#include <thread>

#include "story_steps.hpp"

namespace host::story {
namespace {

constexpr std::int64_t quiet_ms = 15'000;  // Purser asks 12 seconds after an object's last event
constexpr int looks_max = 200;
constexpr std::chrono::milliseconds between_looks{50};

const purser::GrantHeld *grant_of(const purser::AccountView &view, const std::string &subscription) {
  for (const auto &grant : view.grants)
    if (grant.subscription == subscription) return &grant;
  return nullptr;
}

/// Quantity, and whether it is a guess.
std::pair<std::int64_t, bool> held(Stage &stage, const std::string &subscription) {
  const auto view = stage.host.purser().account_read({.account = stage.user.id});
  const auto *grant = grant_of(view, subscription);
  return grant ? std::pair(grant->quantity, grant->unconfirmed) : std::pair(std::int64_t{0}, false);
}

/// A change whose webhooks are all lost.
void lose(Stage &stage, Plot &plot, const std::optional<std::string> &price, std::int64_t quantity) {
  stage.box().swap(plot.subscription, price, quantity);
  stage.lose();
}

}  // namespace

void lose_and_sweep(Stage &stage, Plot &plot) {
  stage.begin("lost-webhook",
              "every webhook of a change is lost for good; Stripe's list of events has them, and the hourly sweep reads it");
  const std::string product = plot.pick.product->key;
  const std::string before = stage.host.purser().tier(stage.user.id, product).value_or("none");
  if (plot.pick.other)
    lose(stage, plot, plot.pick.other.price->key(), 0);
  else
    lose(stage, plot, std::nullopt, 2);
  stage.expect_equal("tier while nobody told", before, stage.host.purser().tier(stage.user.id, product).value_or("none"));
  if (!plot.pick.other) stage.expect_equal("quantity while nobody told", "1", std::to_string(held(stage, plot.subscription).first));
  const auto swept = stage.host.purser().event_sweep({});
  stage.printer.line(std::to_string(swept.listed) + " events in Stripe's list; what had not come is taken in");
  stage.end();
  if (plot.pick.other) stage.expect_equal("tier healed", plot.pick.other.sold->key, stage.paid_at_stripe().tiers[product]);
  if (!plot.pick.other) stage.expect_equal("quantity healed", "2", std::to_string(held(stage, plot.subscription).first));

  stage.begin("lost-and-back", "and back, told as usual");
  stage.box().swap(plot.subscription, plot.pick.other ? std::optional(plot.pick.tier.price->key()) : std::nullopt, 1);
  stage.deliver();
  stage.end();
}

void lose_and_fetch(Stage &stage, Plot &plot) {
  if (stage.sabotaged("lost-webhooks")) return stage.printer.left_out("gap", "every webhook is lost, so none can contradict another");
  stage.begin("gap", "one of three quick changes is lost: the other two do not fit together, so the object is asked for");
  stage.box().swap(plot.subscription, std::nullopt, 2);
  stage.deliver();
  lose(stage, plot, std::nullopt, 3);
  stage.box().swap(plot.subscription, std::nullopt, 4);
  stage.deliver();
  const auto [guess, unconfirmed] = held(stage, plot.subscription);
  stage.expect(unconfirmed,
               "a gap in one burst of events: expected an unconfirmed state, found quantity " + std::to_string(guess) + " without doubt");
  stage.printer.line("quantity " + std::to_string(guess) + ", unconfirmed: a guess, and it says so");
  stage.box().advance(quiet_ms);
  // The host's own threads may have asked first.
  for (int look = 0; look < looks_max && held(stage, plot.subscription).second; look++) {
    static_cast<void>(stage.host.purser().gap_fetch({}));
    std::this_thread::sleep_for(between_looks);
  }
  const auto [now, still] = held(stage, plot.subscription);
  stage.expect(!still, "the state is unconfirmed still");
  stage.expect_equal("quantity fetched", "4", std::to_string(now));
  stage.printer.line("quantity 4, asked for");
  stage.end();

  stage.begin("gap-closed", "one again");
  stage.box().swap(plot.subscription, std::nullopt, 1);
  stage.deliver();
  stage.end();
  const auto health = stage.host.purser().health_read({});
  stage.printer.line(std::to_string(health.gaps_per_1000_events) + " gaps per 1,000 events, " + std::to_string(health.fetches) +
                     " fetched");
}

}  // namespace host::story
