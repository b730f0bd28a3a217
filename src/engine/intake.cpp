// Which deliveries are kept without effect. Pure: the same event gives the same answer in every process of this store.
#include <algorithm>

#include "engine/change.hpp"

namespace purser::engine {
namespace {

/// evt_ followed by zeros only, of any length: what Stripe's "send test webhook" and many fixtures carry.
bool dummy_id(std::string_view id) {
  constexpr std::string_view prefix = "evt_";
  return id.size() > prefix.size() && id.substr(0, prefix.size()) == prefix && id.find_first_not_of('0', prefix.size()) == id.npos;
}

bool livemode_fits(const stripe::Envelope &envelope, Mode mode) {
  if (mode == Mode::offline) return true;
  return envelope.livemode == (mode == Mode::live);
}

}  // namespace

Intake intake(const stripe::Envelope &envelope, const World &world) {
  using domain::Outcome;
  if (envelope.id.empty()) return {Outcome::quarantined, "no_id"};
  if (dummy_id(envelope.id)) return {Outcome::test_event, "dummy_id"};
  if (!envelope.has_created) return {Outcome::quarantined, "no_created"};
  if (!livemode_fits(envelope, world.mode)) return {Outcome::quarantined, "other_livemode"};
  const bool own = envelope.account.empty() || envelope.account == world.stripe_account;
  const auto &known = world.connect_accounts;
  const auto believed = [&](const std::string &account) { return account == "*" || account == envelope.account; };
  if (!own && std::none_of(known.begin(), known.end(), believed)) return {Outcome::quarantined, "unknown_stripe_account"};
  return {Outcome::recorded, ""};
}

}  // namespace purser::engine
