// The oracle: what an account must hold, by what Stripe says of its objects and by the catalog's file. A second writing of docs/catalog.md
// and of the table of access ends, with no line of Purser's.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "box.hpp"
#include "catalog.hpp"
#include "refunds.hpp"

namespace purser::simulator {

inline constexpr std::int64_t forever_ms = INT64_MAX;

/// A tier, add-on or credit that an account holds or held.
struct Held {
  std::string product, key, cause, subscription, item, price, status;
  std::int64_t quantity = 1;
  std::int64_t until_ms = 0;  ///< 0 = denied
  bool exact = true;          ///< the end is an end, not slack
  const Sold *sold = nullptr;
  std::string withheld = {};  ///< why it is denied although it has not ended
  bool holds(std::int64_t at_ms) const { return until_ms > 0 && at_ms < until_ms; }
  std::string reason(std::int64_t at_ms) const;
};

/// What follows from it at one moment.
struct Rights {
  std::map<std::string, std::string> tiers;  ///< every product
  std::set<std::string> features;
  Amounts limits;  ///< every meter
};
Rights rights(const Catalog &catalog, const std::vector<Held> &held, std::int64_t at_ms);

/// Deliberate mistakes of the oracle, to see that the simulator notices.
struct Wrong {
  std::int64_t grace_days = 0, slack_ms = 0;
  bool pause = false, refunds = false;
};

/// Which account a customer belongs to; empty = nobody's.
using Owner = std::function<std::string(const std::string &customer)>;

/// What the oracle reads of Stripe's objects; as they are at Stripe, or as somebody believes them to be.
struct Objects {
  std::vector<json::Object> subscriptions;
  std::map<std::string, json::Object> customers;
  struct Purchase {
    json::Object session, price;
    std::int64_t quantity = 1;
  };
  Refunds refunds;
  std::vector<Purchase> purchases;  ///< sessions in payment mode that this store's checkout made
};
/// All that stands at Stripe now. `purchases`: sessions that a checkout of the store made.
Objects objects_at(const Box &box, const std::vector<std::string> &purchases);

/// By account, each sorted by subscription and item.
std::map<std::string, std::vector<Held>> truth(const Catalog &catalog, const Objects &objects, const Owner &owner, const Wrong &wrong = {});

}  // namespace purser::simulator
