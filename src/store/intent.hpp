// The outbox: one row per outgoing intention, stored before it is sent, and the claim that keeps a second one away.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "domain/claim.hpp"
#include "ports/sql.hpp"

namespace purser::store {

struct IntentRow {
  std::string account;
  std::string intent;  ///< random; the Idempotency-Key, and metadata.purser_intent of what it makes
  std::string kind;    ///< customer, checkout
  std::string claim;   ///< what of the account it claims: domain::claim_of
  domain::IntentState state = domain::IntentState::open;
  std::string path;  ///< where it is posted to
  std::string form;  ///< the body, byte for byte the same at every try
  std::string fingerprint;
  std::string price;   ///< price_… of a checkout
  std::string object;  ///< what it made: cus_…, cs_…
  std::string url;
  TimeMs expires_at_ms = 0;
  std::string error;  ///< reason of the last try
  std::string request_id;
  std::int64_t tries = 0;
  TimeMs created_at_ms = 0;
  TimeMs tried_at_ms = 0;
};

void insert_intent(ports::SqlSession &db, const IntentRow &row);
std::optional<IntentRow> load_intent(ports::SqlSession &db, std::string_view account, std::string_view intent);
/// Everything that a try can change: state, object, url, expires_at_ms, error, request_id, tries, tried_at_ms.
void update_intent(ports::SqlSession &db, const IntentRow &row);
/// Open and unknown ones that were last tried at `tried_before` or earlier, oldest try first.
std::vector<IntentRow> unsettled_intents(ports::SqlSession &db, TimeMs tried_before, std::int64_t limit);

/// The intent that holds the claim.
std::optional<IntentRow> claimed(ports::SqlSession &db, std::string_view account, std::string_view claim);
void put_claim(ports::SqlSession &db, std::string_view account, std::string_view claim, std::string_view intent);

}  // namespace purser::store
