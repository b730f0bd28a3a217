// Connected accounts: those that the platform pays.
#pragma once
#include "sandbox/params.hpp"
#include "sandbox/world.hpp"

namespace purser::sandbox {

struct NewAccount {
  std::string type = "express", country = "US", email;
  Object metadata;
};
/// Ready to be paid: acct_…. Tells of account.updated, as onboarding does.
std::string make_account(World &world, const NewAccount &made);
/// What it has of a currency: transfers, less what was reversed and paid out.
std::int64_t balance_of(World &world, std::string_view account, std::string_view currency);

}  // namespace purser::sandbox
