// Where the story plays: the host over HTTP, the sandbox as Stripe, the catalog as the file says, and one buyer.
#pragma once
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "host.hpp"
#include "json.hpp"
#include "story_browser.hpp"
#include "story_catalog.hpp"
#include "story_print.hpp"

namespace host::story {

class Stage {
 public:
  Stage(Host &host, Catalog catalog, Printer &printer);

  /// A step begins: what is in the users table now is its "before".
  void begin(const std::string &name, const std::string &text);
  /// A step ends: prints before and after, and holds everything against Stripe's truth.
  void end();
  /// Throws Wrong with `what` where it is not so.
  void expect(bool so, const std::string &what) const;
  void expect_equal(const std::string &what, const std::string &expected, const std::string &found) const;

  /// What the account must hold by the catalog's file and by what the sandbox's API says of its subscriptions.
  Paid paid_at_stripe() const;
  /// Tiers, features (in memory and over HTTP), limits and the users table, all against paid_at_stripe().
  void expect_truth();
  /// Delivers what waits to the host's webhook route, over HTTP.
  purser::SandboxReport deliver(std::int32_t order = PURSER_ORDER_AS_CREATED, std::int32_t repeat = 1);
  /// All that waits never arrives.
  void lose();
  /// The same, in order, without a word.
  purser::SandboxReport deliver_quietly() { return delivered(PURSER_ORDER_AS_CREATED, 1); }
  /// The account's state hash here and at the witness, who hears every event once and in order.
  void expect_witness_agrees();

  /// POST create-checkout; the answer, whatever its status.
  Response create_checkout(const std::string &price, const std::string &user);
  struct Opened {
    std::string session, url;
  };
  /// The same, where it must be 200.
  Opened open_checkout(const std::string &price);
  /// GET of the sandbox's API; must be 200.
  json::Object stripe(const std::string &path) const;
  /// sub_… of the last session paid.
  std::string subscription_of(const std::string &session) const;
  std::int64_t period_end_ms(const std::string &subscription) const;
  std::string status_at_stripe(const std::string &subscription) const;
  std::string state_hash() const;
  /// To so many milliseconds after that moment.
  void advance_to(std::int64_t moment_ms);
  std::string dashboard();
  const purser::Sandbox &box() const { return *host.box(); }
  bool sabotaged(const std::string &what) const { return host.options().sabotage == what; }

  Host &host;
  Catalog catalog;
  Printer &printer;
  Browser ann, bob, stranger;
  User user;                                     ///< Ann
  std::string customer;                          ///< cus_… once there is one
  std::map<std::string, std::int64_t> one_time;  ///< bought so far
  std::set<std::string> withheld;                ///< subscriptions that give nothing, although Stripe calls them active: refunded, disputed

 private:
  purser::SandboxReport delivered(std::int32_t order, std::int32_t repeat);
  void expect_tiers(const Paid &paid, const Holds &holds);
  void expect_features(const Holds &holds);
  void expect_limits(const Holds &holds);
  void expect_table(const Paid &paid, const Holds &holds);
  std::vector<User> users_before_;
  std::vector<UserTier> tiers_before_;
};

/// "404 …" for messages.
std::string shown(const Response &response);

}  // namespace host::story
