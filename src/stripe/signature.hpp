// Stripe-Signature: t=<unix seconds>,v1=<hex>[,v1=…] over "<t>.<raw body>" (docs.stripe.com/webhooks, STRIPE.md section 1).
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/hash.hpp"

namespace purser::stripe {

inline constexpr std::size_t header_max_bytes = 8 * 1024;
inline constexpr std::size_t body_max_bytes = 1024 * 1024;
inline constexpr std::int64_t default_tolerance_s = 300;

/// Why a delivery is not believed. Closed; names are part of the CLI's JSON.
enum class Verdict : std::int32_t {
  accepted = 0, secret_empty, secret_placeholder, secret_wrong_kind, secret_whitespace, no_secret,
  header_missing, header_too_large, header_malformed, timestamp_missing, timestamp_malformed, timestamp_repeated,
  signature_missing, signature_mismatch, timestamp_too_old, timestamp_in_future,
  body_empty, body_too_large, body_not_json, body_duplicate_key, body_too_deep, body_not_an_event,
};
const char *name(Verdict verdict);
/// One line: what was expected, what came, the fix. Never any part of a secret or payload.
std::string explain(Verdict verdict);

/// accepted, or why this text must not be used as a webhook secret: empty, blank, placeholder, white space inside, another kind of key.
Verdict judge_secret(std::string_view secret);

/// Secrets with their key schedules done once. Immutable: replace the whole set at run time.
class Secrets {
 public:
  /// Throws Failure(refused) for a secret that judge_secret refuses. May be empty: then nothing verifies.
  explicit Secrets(std::span<const std::string> secrets);
  bool empty() const { return keys_.empty(); }
  /// Signature only: any v1 against any secret, in constant time; then the timestamp against now_s both ways.
  Verdict verify(std::string_view header, std::string_view body, std::int64_t now_s, std::int64_t tolerance_s) const;

 private:
  std::vector<HmacKey> keys_;
};

/// The fields every event carries; one pass without a tree. Views point into `storage` or the body.
struct Envelope {
  std::string id;
  std::string type;
  std::string object;            ///< event, v2.core.event
  std::string api_version;
  std::string account;           ///< Connect
  std::int64_t created_s = 0;
  bool has_created = false;
  bool livemode = false;
  bool has_livemode = false;
  bool thin = false;             ///< a v2 notification: no snapshot
  std::string object_type;       ///< data.object.object, or related_object.type
  std::string object_id;
};
/// accepted, or body_*: strict JSON (duplicate keys, depth) and "one object with a string id, a snapshot or a thin event".
/// `require_id` false: receive stores an event without id as quarantined instead of refusing it.
Verdict read_envelope(std::string_view body, Envelope &out, bool require_id = true);

}  // namespace purser::stripe
