// What a user pays for, as the pages show it: grants with the subscriptions behind them, both read from Purser's store.
#pragma once
#include <purser.hpp>
#include <string>
#include <vector>

namespace host {

/// One purchase that counts now: the grant of one subscription item or credit.
struct Held {
  purser::GrantHeld grant;
  purser::SubscriptionHeld subscription;  ///< empty for what was bought once
};

/// One account at one moment.
struct Account {
  purser::AccountView view;
  purser::Billing billing;
  std::vector<Held> held;  ///< the grants that count now
};

Account read_account(const purser::Purser &purser, const std::string &account);

}  // namespace host
