#include <array>

#include "stripe/signature.hpp"

namespace purser::stripe {
namespace {

struct Meaning {
  Verdict verdict;
  const char *name;
  const char *text;  // expected, came, fix
};

constexpr std::array<Meaning, 22> meanings{{
    {Verdict::accepted, "accepted", "the signature is right and the body is an event"},
    {Verdict::secret_empty, "secret_empty",
     "the webhook secret is empty or blank: with it anybody could sign; set the endpoint's signing secret (whsec_...)"},
    {Verdict::secret_placeholder, "secret_placeholder",
     "the webhook secret is a placeholder that everybody knows: set the endpoint's own signing secret (whsec_...) from the Stripe "
     "dashboard"},
    {Verdict::secret_wrong_kind, "secret_wrong_kind",
     "expected a webhook signing secret (whsec_...), got another kind of value (an API key, an object id, an address or a quoted text): "
     "copy the signing secret of this webhook endpoint"},
    {Verdict::secret_whitespace, "secret_whitespace",
     "the webhook secret holds white space or control characters: copy it without line ends and blanks"},
    {Verdict::no_secret, "no_secret", "no webhook secret is set for this endpoint: set its signing secret (whsec_...) before it receives"},
    {Verdict::header_missing, "header_missing",
     "the Stripe-Signature header is missing: pass its value as received; a request without it is not from Stripe"},
    {Verdict::header_too_large, "header_too_large", "the Stripe-Signature header is larger than 8192 bytes: Stripe never sends such a one"},
    {Verdict::header_malformed, "header_malformed",
     "expected t=<seconds>,v1=<hex> in the Stripe-Signature header, found no name=value in it: pass the header's value as received"},
    {Verdict::timestamp_missing, "timestamp_missing",
     "the Stripe-Signature header has no t=<seconds>: pass the header's value as received"},
    {Verdict::timestamp_malformed, "timestamp_malformed",
     "t in the Stripe-Signature header is not 1 to 12 digits: pass the header's value as received"},
    {Verdict::timestamp_repeated, "timestamp_repeated",
     "t stands more than once in the Stripe-Signature header: pass one header only, as received, not several joined"},
    {Verdict::signature_missing, "signature_missing",
     "the Stripe-Signature header has no v1=<hex>: pass the header's value as received; other schemes are not accepted"},
    {Verdict::signature_mismatch, "signature_mismatch",
     "no v1 signature fits this body and the endpoint's secrets: pass the raw request bytes, as received, before any JSON parser or "
     "middleware (a body that was parsed and printed again never verifies), and the signing secret of this very endpoint"},
    {Verdict::timestamp_too_old, "timestamp_too_old",
     "the signature is right but older than the tolerance: an old delivery was sent again, or this machine's clock is fast; check its "
     "time"},
    {Verdict::timestamp_in_future, "timestamp_in_future",
     "the signature is right but its time lies further in the future than the tolerance: this machine's clock is slow; check its time"},
    {Verdict::body_empty, "body_empty", "the body is empty: pass the raw request bytes, and check that no middleware has read them before"},
    {Verdict::body_too_large, "body_too_large", "the body is larger than 1048576 bytes: Stripe never sends such an event"},
    {Verdict::body_not_json, "body_not_json", "the body is not one strict JSON document in UTF-8: pass the raw request bytes, as received"},
    {Verdict::body_duplicate_key, "body_duplicate_key",
     "an object in the body holds the same key twice, so that readers could differ about it: Stripe never sends such an event"},
    {Verdict::body_too_deep, "body_too_deep", "the body is nested deeper than 32: Stripe never sends such an event"},
    {Verdict::body_not_an_event, "body_not_an_event",
     "expected an event (a JSON object with a string id, \"object\": \"event\" or \"v2.core.event\"), found another document: "
     "pass the whole event, not the object inside it"},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < meanings.size(); ++i) {
    if (meanings[i].verdict != static_cast<Verdict>(i)) return false;
  }
  return true;
}
static_assert(in_order(), "the table is indexed by the verdict");

const Meaning *meaning(Verdict verdict) {
  const auto index = static_cast<std::size_t>(verdict);
  return index < meanings.size() ? &meanings[index] : nullptr;
}

}  // namespace

const char *name(Verdict verdict) {
  const Meaning *found = meaning(verdict);
  return found ? found->name : "unknown";
}

std::string explain(Verdict verdict) {
  const Meaning *found = meaning(verdict);
  return found ? found->text : "unknown verdict";
}

}  // namespace purser::stripe
