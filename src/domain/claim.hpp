// Who may open a checkout: one claim per account and thing sold, so that there is never a second subscription of a product.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "domain/offer.hpp"

namespace purser::domain {

enum class IntentState : std::int32_t {
  open = 0,     ///< stored; perhaps sent; no answer known
  done = 1,     ///< had its effect
  failed = 2,   ///< refused for good: no effect
  unknown = 3,  ///< answered with a stored 5xx: its key replays that for ever, so what became of it is looked up
};

/// Claims of one account: "" = its Stripe customer; a product key; add_on/KEY; one_time/KEY; cancel/SUBSCRIPTION.
inline constexpr std::string_view customer_claim = "";
inline std::string cancel_claim(std::string_view subscription) { return "cancel/" + std::string(subscription); }

/// What is known of the claim's session, as Stripe says now.
enum class SessionState { none, open, complete, expired };

enum class ClaimStep {
  make,     ///< no session in the way: a new intent
  resume,   ///< the claim's intent has no answer yet: send it again, or look it up, then decide anew
  reuse,    ///< its session is open and the same
  replace,  ///< its session is open and another: expire it, then make
};
/// `same`: the new wish has the fingerprint of the claim's intent.
ClaimStep next_step(IntentState intent, SessionState session, bool same);

}  // namespace purser::domain
