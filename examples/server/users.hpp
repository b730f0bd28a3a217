// The host's own users table. Its tiers and Stripe ids are written by the change feed and by nothing else.
#pragma once
#include <map>
#include <mutex>
#include <optional>
#include <purser.hpp>
#include <string>
#include <vector>

#include "database.hpp"

namespace host {

struct User {
  std::string id;
  std::string email;
  std::string tier;                    ///< what is paid for, `product/tier`, several with commas; else the fallback's key
  std::string stripe_customer_id;      ///< may be empty
  std::string stripe_subscription_id;  ///< may be empty; of several, the one that granted a tier last
};

/// The tier of one product, and the subscription that grants it.
struct UserTier {
  std::string product, tier, stripe_subscription_id;
};

class Users {
 public:
  /// `fallbacks`: product -> the tier of those who do not pay.
  Users(const std::string &path, std::map<std::string, std::string> fallbacks);
  /// The user with this address, made where there is none.
  User sign_in(const std::string &email);
  std::optional<User> find(const std::string &id);
  std::vector<User> all();
  /// Since when the user's account is closed; 0 = it is open.
  std::int64_t closed_at_ms(const std::string &id);
  void close(const std::string &id, std::int64_t at_ms);
  /// Every row of the user. A user who is not there is fine.
  void remove(const std::string &id);
  std::vector<UserTier> tiers(const std::string &id);
  /// All of them or none, in one transaction. Again is harmless.
  void apply(const std::vector<purser::Change> &changes);

 private:
  void apply_one(const purser::Change &change);
  void summarise(const std::string &id);
  std::mutex mutex_;
  Database database_;
  std::map<std::string, std::string> fallbacks_;
};

}  // namespace host
