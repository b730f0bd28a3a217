// What this host asks Purser about a user beyond tiers: when a subscription renews or ends. Read from the documented view, by id.
#pragma once
#include <cstdint>
#include <purser.hpp>
#include <string>
#include <vector>

namespace host {

struct Renewal {
  std::string status;              ///< trialing, active, past_due …
  std::int64_t period_end_ms = 0;  ///< the latest of its items
  std::int64_t trial_end_ms = 0;
  std::int64_t ends_ms = 0;  ///< it is cancelled for that moment; 0 = it goes on
};

/// One purchase that counts now: the grants of one subscription item or credit.
struct Held {
  purser::GrantHeld grant;
  Renewal renewal;
};

/// The grants that count or did until lately, with their renewals.
std::vector<Held> read_held(const purser::Purser &purser, const purser::AccountView &view);
Renewal read_renewal(const purser::Purser &purser, const std::string &subscription);

}  // namespace host
