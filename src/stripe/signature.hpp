// Stripe-Signature: t=<unix seconds>,v1=<hex>[,v1=...] over "<t>.<raw body>" (https://docs.stripe.com/webhooks#verify-manually).
// Split on `,`, then on the first `=`; other schemes and bare words are ignored, white space is not. Where official SDKs
// differ, the stricter reading holds: a v1 in upper case is a mismatch (Go alone accepts it), `t` stands there once, in digits.
#pragma once
#include <cstdint>
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
  accepted = 0,
  secret_empty,
  secret_placeholder,
  secret_wrong_kind,
  secret_whitespace,
  no_secret,
  header_missing,
  header_too_large,
  header_malformed,
  timestamp_missing,
  timestamp_malformed,
  timestamp_repeated,
  signature_missing,
  signature_mismatch,
  timestamp_too_old,
  timestamp_in_future,
  body_empty,
  body_too_large,
  body_not_json,
  body_duplicate_key,
  body_too_deep,
  body_not_an_event,
};
const char *name(Verdict verdict);
/// One line: what was expected, what came, the fix. Never any part of a secret or payload.
std::string explain(Verdict verdict);

/// accepted, or why this text must not be used as a webhook secret: empty, blank, placeholder, white space in it, another kind of key.
Verdict judge_secret(std::string_view secret);

/// The same for an API key: sk_… or rk_…, live or test. secret_wrong_kind for anything else.
Verdict judge_api_key(std::string_view key);
inline bool live_api_key(std::string_view key) { return key.starts_with("sk_live_") || key.starts_with("rk_live_"); }

/// Secrets with their key schedules done once. Immutable: replace the whole set at run time.
class Secrets {
 public:
  /// Throws Failure(refused) for a secret that judge_secret refuses. May be empty: then nothing verifies.
  explicit Secrets(std::span<const std::string> secrets);
  bool empty() const { return keys_.empty(); }
  /// In this order: secrets, header, body size, signature (any v1 against any secret, in constant time), then |now_s - t| <= tolerance_s.
  /// A tolerance of 0 or less accepts only t == now_s: no value turns the check off. The body's content is read_envelope's matter.
  Verdict verify(std::string_view header, std::string_view body, std::int64_t now_s, std::int64_t tolerance_s) const;

 private:
  std::vector<HmacKey> keys_;
};

}  // namespace purser::stripe
