#include "billing.hpp"

namespace host {
namespace {

purser::SubscriptionHeld subscription_of(const purser::Billing &billing, const std::string &id) {
  for (const purser::SubscriptionHeld &one : billing.subscriptions)
    if (one.subscription == id) return one;
  return {};
}

bool counts(const purser::GrantHeld &grant) { return grant.reason == "active" || grant.reason == "trial" || grant.reason == "grace"; }

}  // namespace

Account read_account(const purser::Purser &purser, const std::string &account) {
  Account read{purser.account_read({.account = account}), purser.billing_read({.account = account}), {}};
  for (const purser::GrantHeld &grant : read.view.grants)
    if (counts(grant)) read.held.push_back({grant, subscription_of(read.billing, grant.subscription)});
  return read;
}

}  // namespace host
