#include "stripe/failure.hpp"

#include <algorithm>
#include <array>

#include "base/json.hpp"
#include "stripe/retry.hpp"

namespace purser::stripe {
namespace {

/// `error` of the body; empty where the body is another document.
struct Told {
  std::string type, code, message, parameter, decline;
};

Told read(std::string_view body) {
  const json::Parsed parsed = json::parse(body);
  const json::value *error = parsed.fault == json::Fault::none ? json::find(&parsed.root, "error") : nullptr;
  const auto text = [&](std::string_view key) { return std::string(json::as_text(json::find(error, key))); };
  return {text("type"), text("code"), text("message"), text("param"), text("decline_code")};
}

struct Meaning {
  Status status;
  const char *fix;
};

Meaning meaning(std::int32_t http, const Told &told) {
  if (told.code == "idempotency_key_in_use" || told.code == "lock_timeout")
    return {Status::unavailable, "another request holds this object; call again"};
  if (told.type == "idempotency_error") return {Status::conflict, "this key was used for another request; begin a new one"};
  if (told.code == "resource_missing")
    return {Status::not_found, "it was deleted, or belongs to another mode or Stripe account than the API key; check both"};
  switch (http) {
    case 401: return {Status::refused, "set the secret key of this Stripe account and mode"};
    case 402: return {Status::conflict, "the buyer needs another payment method"};
    case 403: return {Status::refused, "give the restricted key this permission, or use another key"};
    case 404: return {Status::not_found, "check the id and the address of the API"};
    case 409: return {Status::conflict, "read the object again, then decide"};
    case 424: return {Status::unavailable, "call again later"};
    case 429: return {Status::limit, "wait retry_after_ms, then call again"};
    default: break;
  }
  if (http >= 500) return {Status::unavailable, "call again; whether it had its effect is not known"};
  if (http >= 400) return {Status::invalid, "fix the parameter"};
  return {Status::unavailable, "expected an answer of Stripe's; check the address of the API"};
}

std::string reason_of(std::int32_t http, const Told &told) {
  if (!told.code.empty()) return told.code;
  if (http == 401) return "authentication_error";
  if (http == 403) return "permission_error";
  if (!told.type.empty()) return told.type;
  return "http_" + std::to_string(http);
}

bool of_key(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '*'; }

/// A key's prefix at the start of a word; 0 where there is none.
std::size_t key_size(std::string_view text) {
  static constexpr std::array<std::string_view, 6> prefixes{"sk_", "rk_", "pk_", "ek_", "whsec_", "Bearer "};
  const auto prefix = std::ranges::find_if(prefixes, [&](std::string_view p) { return text.starts_with(p); });
  if (prefix == prefixes.end()) return 0;
  return static_cast<std::size_t>(std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(prefix->size()), text.end(), of_key) -
                                  text.begin());
}

}  // namespace

std::string without_keys(std::string_view text, std::size_t max_bytes) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const bool word_starts = i == 0 || !of_key(text[i - 1]);
    if (const std::size_t key = word_starts ? key_size(text.substr(i)) : 0; key > 0) {
      out += "[key]";
      i += key;
      continue;
    }
    const auto byte = static_cast<unsigned char>(text[i++]);
    out += byte < 0x20 || byte == 0x7f ? ' ' : static_cast<char>(byte);
  }
  if (out.size() <= max_bytes) return out;
  std::size_t end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;
  out.resize(end);
  return out;
}

Error error_of(const Refusal &refusal) {
  const Told told = read(refusal.body);
  const auto [status, fix] = meaning(refusal.http_status, told);
  Error error;
  error.status = status;
  error.reason = without_keys(reason_of(refusal.http_status, told), failure_text_max_bytes);
  error.parameter = without_keys(told.parameter, failure_text_max_bytes);
  error.request_id = without_keys(refusal.request_id, failure_text_max_bytes);
  error.message = "Stripe answered " + std::to_string(refusal.http_status) + " " + error.reason;
  if (!told.decline.empty()) error.message += " (" + without_keys(told.decline, failure_text_max_bytes) + ")";
  if (!told.message.empty()) error.message += ": " + without_keys(told.message, failure_text_max_bytes);
  error.message += "; " + std::string(fix);
  error.retry_after_ms = retry_after_ms(refusal.retry_after);
  if (status == Status::limit && error.retry_after_ms == 0) error.retry_after_ms = rate_limit_default_ms;
  return error;
}

Error error_of_silence(bool lost, std::string_view reason, std::string_view message) {
  Error error;
  error.status = reason == "timeout" ? Status::timeout : Status::unavailable;
  error.reason = reason.empty() ? "no_answer" : std::string(reason);
  error.message = "expected an answer of Stripe's, found none (" + without_keys(message, failure_text_max_bytes) + "); " +
                  (lost ? "it may have had its effect: it is looked up before anything is repeated" : "nothing was sent: call again");
  return error;
}

}  // namespace purser::stripe
