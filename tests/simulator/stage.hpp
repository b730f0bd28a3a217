// One world: a Stripe, a host with its accounts, and the post between them.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "box.hpp"
#include "catalog.hpp"
#include "dice.hpp"
#include "post.hpp"
#include "truth.hpp"

namespace purser::simulator {

inline constexpr std::int64_t second_ms = 1000, minute_ms = 60 * second_ms, hour_ms = 60 * minute_ms, day_ms = 24 * hour_ms;

/// A live subscription, as Stripe has it now.
struct Living {
  std::string id, customer, account, status;
  json::Object object;
  const json::Array &items() const { return json::list(json::inside(object, "items"), "data"); }
};

class Stage {
  std::string secret_key_, webhook_secret_;  ///< known once the engine is turned to the sandbox

 public:
  explicit Stage(std::uint64_t seed);
  Stage(const Stage &) = delete;
  Stage &operator=(const Stage &) = delete;

  const std::string &secret_key() const { return secret_key_; }
  const std::string &webhook_secret() const { return webhook_secret_; }
  std::int64_t now_ms() const { return box.now_ms(); }
  std::int64_t now_s() const { return now_ms() / second_ms; }
  /// Live ones of all customers.
  std::vector<Living> living() const;
  /// Customers that are not deleted, of accounts.
  std::vector<std::string> paying() const;
  std::string owner(const std::string &customer) const;

  /// What happened meanwhile and what is under way arrives. True: nothing was.
  bool arrives(Dice &dice);
  /// What was lost is found in the list of events, as long as Stripe lists it.
  void heal_lost();
  /// So many of the next fetches are answered 429; 0 = no more are.
  void refuse_fetches(std::int32_t count) const;
  /// Time passes as it does for a host that is up: what is due arrives on the way.
  void pass(Dice &dice, std::int64_t duration_ms);

  /// A customer that the host made by the API itself, with metadata; with a card that pays, or without one.
  std::string make_customer(const std::string &account, bool with_card);
  /// price_…; the sandbox made the ids of prices that have none in the catalog.
  std::string price_id(const Price &price) const;

  Catalog catalog;
  Box box;
  Purser purser;
  Post post;
  std::vector<std::string> accounts;
  std::map<std::string, std::string> owners;      ///< customer → account
  std::map<std::string, bool> customers;          ///< customer → lives
  std::map<std::string, std::string> wanting;     ///< customers of payment links → the account that the host will link them to
  std::map<std::string, std::string> host_links;  ///< customer → account, by account_link
  std::vector<std::string> purchases;             ///< one-time sessions of the store's checkout
  std::vector<std::string> foreign_prices;        ///< prices of another application
  std::function<void()> on_the_way;               ///< while time passes, every few days: what happened is told
  bool heals = true;                              ///< the list of events is swept

 private:
  Purser opened();
  std::int64_t swept_at_ms_ = 0;
  mutable std::map<std::string, std::string> ids_of_lookup_keys_;
};

}  // namespace purser::simulator
