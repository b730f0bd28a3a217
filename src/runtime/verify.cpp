#include "runtime/verify.hpp"

#include "adapters/system.hpp"
#include "stripe/envelope.hpp"
#include "stripe/signature.hpp"

namespace purser::runtime {
namespace {

stripe::Verdict judge(std::string_view body, std::string_view signature, std::span<const std::string> secrets, TimeMs now,
                      std::int64_t tolerance_s, stripe::Envelope &envelope) {
  for (const std::string &secret : secrets)
    if (const stripe::Verdict verdict = stripe::judge_secret(secret); verdict != stripe::Verdict::accepted) return verdict;
  const stripe::Verdict signed_right = stripe::Secrets(secrets).verify(signature, body, now / second_ms, tolerance_s);
  return signed_right == stripe::Verdict::accepted ? stripe::read_envelope(body, envelope) : signed_right;
}

}  // namespace

Verified verify(std::string_view body, std::string_view signature, std::span<const std::string> secrets, TimeMs now,
                std::int64_t tolerance_s) {
  stripe::Envelope envelope;
  if (now <= 0) now = adapters::system_clock()->exact_ms();
  const stripe::Verdict verdict =
      judge(body, signature, secrets, now, tolerance_s > 0 ? tolerance_s : stripe::default_tolerance_s, envelope);
  Verified verified;
  verified.accepted = verdict == stripe::Verdict::accepted;
  verified.verdict = stripe::name(verdict);
  verified.message = stripe::explain(verdict);
  if (!verified.accepted) return verified;
  verified.event_id = envelope.id;
  verified.event_type = envelope.type;
  verified.thin = envelope.thin;
  verified.livemode = envelope.livemode;
  verified.created_ms = envelope.has_created ? to_ms(envelope.created_s) : 0;
  return verified;
}

}  // namespace purser::runtime
