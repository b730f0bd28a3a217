// What the fold works on: facts about one Stripe object (FOLD.md section 1).
#pragma once
#include <cstdint>
#include <string>
#include <tuple>

#include "base/hash.hpp"

namespace purser::domain {

/// The key of an object. `stripe_account` is the Connect account of the event, empty for the own account.
struct ObjectKey {
  bool livemode = false;
  std::string stripe_account;
  std::string type;  ///< Stripe's word: subscription, invoice, checkout.session, …
  std::string id;
  auto operator<=>(const ObjectKey &) const = default;  // NOLINT(modernize-use-nullptr): of the rewritten `<`
};

enum class EventKind : std::int32_t { created = 0, updated = 1, deleted = 2 };  ///< `updated` is every other type too

/// An event as an edge pre → post between whole states. `state` values are SHA-256 of the canonical record.
struct EventFact {
  std::string id;
  EventKind kind = EventKind::updated;
  std::int64_t created_s = 0;
  std::string api_version;
  bool has_pre = false;
  Digest pre{};
  Digest post{};
  bool source = false;              ///< *.created, or it enters the terminal phase: no edge
  bool terminal = false;            ///< type ends .deleted, or the status cannot be left
  bool incomplete = false;          ///< status is `incomplete`: a hint for the guess
  std::int64_t period_start_s = 0;  ///< hint for the guess
};

/// A GET, or the response of an own POST. `lo_s` = date − round trip − 1.
struct FetchFact {
  std::int64_t date_s = 0;
  std::int64_t lo_s = 0;
  Digest state{};
  bool terminal = false;
  bool checkpoint = false;  ///< stands for all facts before it (FOLD.md section 6): events alone begin with it
  auto order() const { return std::tie(date_s, lo_s, state); }
};

}  // namespace purser::domain
