#include "run.hpp"

#include <algorithm>
#include <stdexcept>

#include "judge.hpp"
#include "settling.hpp"

namespace purser::simulator {
namespace {

constexpr int numbers_per_step = 4;  ///< a step that is not possible costs a number
constexpr int rest_percent = 12;

/// What a handler would believe that takes the last arrival for the truth.
struct Naive {
  std::map<std::string, json::Object> subscriptions, customers;
  void take(const Letter &letter) {
    const json::Object &object = json::inside(json::inside(letter.event, "data"), "object");
    if (letter.type.starts_with("customer.subscription.")) subscriptions[json::text(object, "id")] = object;
    if (letter.type == "customer.created" || letter.type == "customer.updated") customers[json::text(object, "id")] = object;
  }
  Objects believed(const Objects &at_stripe) const {
    Objects objects{{}, customers, at_stripe.refunds, at_stripe.purchases};
    for (const auto &[id, subscription] : subscriptions) objects.subscriptions.push_back(subscription);
    return objects;
  }
};

class Runner {
 public:
  Runner(std::uint64_t seed, const Options &options, Run &run)
      : seed_(seed), options_(options), run_(run), stage_(seed), rest_dice_(seed, 0x4E57) {
    if (options.sabotage == "wrong-grace") wrong_.grace_days = 1;
    if (options.sabotage == "wrong-slack") wrong_.slack_ms = 1;
    if (options.sabotage == "wrong-pause") wrong_.pause = true;
    if (options.sabotage == "refunds-unseen") wrong_.refunds = true;
    stage_.heals = options.sabotage != "lost-for-good";
    stage_.post.forgets_errors = options.sabotage == "errors-forgotten";
    if (options.sabotage == "last-arrival") stage_.post.on_arrival = [this](const Letter &letter) { naive_.take(letter); };
  }

  void run(const std::set<int> *only) {
    for (int number = 0; run_.steps < options_.steps && number < options_.steps * numbers_per_step; ++number) {
      if (only && !only->contains(number)) continue;
      Dice dice(seed_, static_cast<std::uint64_t>(number) + 1);
      step(number, dice);
      if (dice.chance(rest_percent) && !rest(dice.chance(25))) return;
    }
    if (!rest(true)) return;
    Dice dice(seed_, 0x0DE4);
    run_.failure = other_order(stage_, dice, options_.sabotage == "one-missing");
  }
  void count() {
    run_.events = static_cast<std::int64_t>(stage_.post.letters().size());
    run_.arrivals = stage_.post.arrivals;
  }

 private:
  std::size_t draw(Dice &dice) {
    int all = 0;
    for (const Step &one : steps) all += one.weight;
    int at = static_cast<int>(dice.below(static_cast<std::size_t>(all)));
    std::size_t kind = 0;
    while ((at -= steps[kind].weight) >= 0) ++kind;
    return kind;
  }

  void pause_before(Dice &dice) {
    switch (dice.below(6)) {
      case 0:
      case 1: break;  // in the same moment as the step before
      case 2: stage_.box.advance(dice.between(1, 999)); break;
      case 3: stage_.box.advance(dice.between(1, 15) * second_ms); break;
      default: stage_.box.advance(dice.between(1, 90) * minute_ms); break;
    }
  }

  void step(int number, Dice &dice) {
    pause_before(dice);
    const std::size_t kind = draw(dice);
    const auto fault = static_cast<Fault>(dice.below(fault_names.size()));
    const std::string place =
        "#" + std::to_string(number) + " at " + std::to_string(stage_.now_ms()) + " " + std::string(steps[kind].kind) + ": ";
    run_.log.push_back(place + "(breaks off)");
    std::size_t events = 0;
    bool met = false;
    stage_.on_the_way = [&] {
      const std::vector<const Letter *> letters = stage_.post.collect();
      events += letters.size();
      met = stage_.post.send(stage_.purser, letters, fault, dice) || met;
    };
    const std::string done = steps[kind].run(stage_, dice);
    stage_.on_the_way();
    stage_.on_the_way = nullptr;
    stage_.post.deliver_due(stage_.purser, dice);
    if (done.empty() && events == 0) return run_.log.pop_back();
    run_.log.back() =
        place + done + " | " + std::to_string(events) + " events, " + std::string(fault_names[static_cast<std::size_t>(fault)]);
    if (done.empty()) return;
    ++run_.steps;
    run_.taken.push_back(number);
    if (met) ++run_.table[kind][static_cast<std::size_t>(fault)];
  }

  /// All arrives, what was lost is healed; then Purser must know what Stripe knows. False: it does not.
  bool rest(bool everywhere) {
    run_.log.push_back("rest at " + std::to_string(stage_.now_ms()));
    run_.fetched += settle(stage_, rest_dice_);
    ++run_.rests;
    const Objects objects = objects_at(stage_.box, stage_.purchases);
    const Owner owner = [this](const std::string &customer) { return stage_.owner(customer); };
    const auto right = truth(stage_.catalog, objects, owner, wrong_);
    if (options_.sabotage == "last-arrival") {
      run_.failure = difference(right, truth(stage_.catalog, naive_.believed(objects), owner));
      return run_.failure.empty();
    }
    const Verdict verdict = judge(stage_, right, everywhere);
    run_.moments += verdict.moments;
    run_.compared += verdict.accounts;
    run_.failure = verdict.difference;
    if (!run_.failure.empty()) return false;
    if (options_.sabotage != "changes-missed" || run_.rests == 1) follow(stage_.purser, users_);
    run_.failure = difference(stage_, right, users_);
    return run_.failure.empty();
  }

  std::uint64_t seed_;
  const Options &options_;
  Run &run_;
  Stage stage_;
  Dice rest_dice_;
  Wrong wrong_;
  Naive naive_;
  Users users_;
};

}  // namespace

Run run(std::uint64_t seed, const Options &options, const std::set<int> *only) {
  Run made;
  try {
    Runner runner(seed, options, made);
    try {
      runner.run(only);
    } catch (const std::exception &error) { made.failure = std::string("thrown: ") + error.what(); }
    runner.count();
  } catch (const std::exception &error) { made.failure = std::string("no stage: ") + error.what(); }
  return made;
}

Run shrunk(std::uint64_t seed, const Options &options, const Run &failed, int attempts) {
  Run best = failed;
  std::set<int> kept(failed.taken.begin(), failed.taken.end());
  for (std::size_t chunk = std::max<std::size_t>(1, kept.size() / 2); attempts > 0; chunk /= 2) {
    for (std::size_t at = 0; at < kept.size() && attempts > 0;) {
      std::set<int> fewer = kept;
      const auto first = std::next(fewer.begin(), static_cast<std::ptrdiff_t>(at));
      fewer.erase(first, std::next(first, static_cast<std::ptrdiff_t>(std::min(chunk, kept.size() - at))));
      --attempts;
      Run tried = run(seed, options, &fewer);
      if (tried.failure.empty()) {
        at += chunk;
        continue;
      }
      best = std::move(tried);
      kept = std::move(fewer);
    }
    if (chunk == 1) break;
  }
  return best;
}

}  // namespace purser::simulator
