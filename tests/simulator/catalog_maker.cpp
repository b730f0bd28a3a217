// Catalogs of every shape that docs/catalog.md allows and that decides over access.
#include "catalog.hpp"
#include "dice.hpp"

namespace purser::simulator {
namespace {

struct Rhythm {
  const char *interval;
  std::int64_t count;
};
// Usual ones more often than odd ones.
const std::vector<Rhythm> rhythms = {{"month", 1}, {"month", 1}, {"month", 1}, {"year", 1}, {"week", 1},  {"month", 3},
                                     {"week", 2},  {"day", 1},   {"day", 10},  {"day", 45}, {"month", 2}, {"year", 2}};

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : dice_(seed, 0xCA7A106) {}

  json::Object catalog() {
    json::Object features, meters, products, add_ons, one_time;
    for (std::int64_t i = 0, count = dice_.between(1, 6); i < count; ++i) features["f" + std::to_string(i)] = "Feature";
    for (std::int64_t i = 0, count = dice_.between(1, 4); i < count; ++i)
      meters["m" + std::to_string(i)] = json::Object{{"window", dice_.pick<std::string>({"lifetime", "day", "month", "billing_period"})}};
    features_ = features;
    meters_ = meters;
    for (std::int64_t i = 0, count = dice_.between(1, 3); i < count; ++i) products["p" + std::to_string(i)] = product(i);
    for (std::int64_t i = 0, count = dice_.between(1, 2); i < count; ++i) add_ons["a" + std::to_string(i)] = add_on(i);
    for (std::int64_t i = 0, count = dice_.between(1, 2); i < count; ++i) one_time["o" + std::to_string(i)] = item(i);
    return {{"purser_catalog", 1},  {"defaults", policy(dice_)}, {"features", features}, {"meters", meters},
            {"products", products}, {"add_ons", add_ons},        {"one_time", one_time}};
  }

  static json::Object policy(Dice &dice) {
    return {{"trial_days", dice.pick<std::int64_t>({0, 0, 3, 14, 30})},
            {"grace_days", dice.pick<std::int64_t>({0, 1, 5, 14, 14, 40})},
            {"renewal_slack_hours", dice.pick<std::int64_t>({0, 1, 24, 72, 72, 400})},
            {"pause_collection", dice.pick<std::string>({"deny", "allow", "by_behavior"})},
            {"unpaid", dice.chance(60) ? "deny" : "allow"},
            {"refund", dice.chance(70) ? "revoke" : "keep"},
            {"dispute", dice.chance(70) ? "suspend" : "keep"},
            {"trial", dice.chance(60) ? "once" : "repeat"}};
  }

 private:
  json::Array some_features() {
    json::Array some;
    for (const auto &member : features_)
      if (dice_.chance(50)) some.emplace_back(member.key());
    return some;
  }
  json::Object some_limits(bool at_least_one, bool finite = false) {
    json::Object some;
    for (const auto &member : meters_)
      if (dice_.chance(60) || (at_least_one && some.empty()))
        some[member.key()] = !finite && dice_.chance(10) ? json::Value("unlimited") : json::Value(dice_.between(1, 100));
    return some;
  }
  /// By lookup key, by id, or both.
  json::Object price(const std::string &name, const Rhythm *rhythm) {
    json::Object made{{"currency", "usd"}, {"unit_amount", dice_.chance(5) ? 0 : dice_.between(100, 30000)}};
    const int named = static_cast<int>(dice_.below(4));
    if (named != 0) made["lookup_key"] = name;
    if (named != 1) made["id"] = "price_" + name;
    if (rhythm) {
      made["interval"] = rhythm->interval;
      if (rhythm->count != 1) made["interval_count"] = rhythm->count;
    }
    return made;
  }
  json::Array prices(const std::string &name) {
    json::Array made;
    std::set<std::string> taken;
    for (std::int64_t i = 0, count = dice_.between(1, 3); i < count; ++i) {
      const Rhythm &rhythm = dice_.pick(rhythms);
      const std::string word = std::string(rhythm.interval) + std::to_string(rhythm.count);
      if (taken.insert(word).second) made.push_back(price(name + "_" + word, &rhythm));
    }
    return made;
  }
  json::Object with_words(json::Object sold) {
    if (dice_.chance(20)) sold["refund"] = dice_.chance(50) ? "revoke" : "keep";
    if (dice_.chance(20)) sold["dispute"] = dice_.chance(50) ? "suspend" : "keep";
    return sold;
  }
  json::Object product(std::int64_t number) {
    json::Object tiers;
    json::Object fallback{{"features", some_features()}};
    if (dice_.chance(30)) fallback["limits"] = some_limits(false);
    tiers["free"] = fallback;
    for (std::int64_t i = 0, count = dice_.between(1, 3); i < count; ++i) {
      const std::string key = "t" + std::to_string(i);
      tiers[key] = json::Object{
          {"features", some_features()}, {"limits", some_limits(false)}, {"prices", prices("p" + std::to_string(number) + "_" + key)}};
    }
    return with_words({{"fallback", "free"}, {"tiers", tiers}});
  }
  json::Object add_on(std::int64_t number) {
    return with_words({{"features", some_features()}, {"limits", some_limits(true)}, {"prices", prices("a" + std::to_string(number))}});
  }
  json::Object item(std::int64_t number) {
    return with_words({{"credits", some_limits(true, true)}, {"prices", json::Array{price("o" + std::to_string(number), nullptr)}}});
  }

  Dice dice_;
  json::Object features_, meters_;
};

}  // namespace

std::string make_catalog(std::uint64_t seed) { return json::write(Maker(seed).catalog()); }

std::string with_other_policy(const std::string &catalog, std::uint64_t seed) {
  Dice dice(seed);
  json::Object root = json::read(catalog);
  root["defaults"] = Maker::policy(dice);
  return json::write(root);
}

}  // namespace purser::simulator
