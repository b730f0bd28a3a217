// Which texts must not be used as a webhook secret. A real one is whsec_ and 32 or more of [A-Za-z0-9]; test suites use shorter
// ones, so the rules name what is wrong and let everything else pass. No rule may hit a random text: each needs a separator, which
// real secrets do not have, or so many given characters that chance does not make them.
#include <algorithm>
#include <array>
#include <iterator>

#include "stripe/signature.hpp"

namespace purser::stripe {
namespace {

constexpr std::string_view prefix = "whsec_";
constexpr std::size_t repeat_min = 3;  // whsec_xxx

bool blank(char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; }

char lower_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool one_character_repeated(std::string_view s) {
  return s.size() >= repeat_min && std::ranges::all_of(s, [&](char c) { return c == s.front(); });
}

/// <secret>, [secret], {secret}, ${SECRET}: the slot of a template that nobody filled.
bool template_slot(std::string_view s) {
  if (s.starts_with('$')) s.remove_prefix(1);
  if (s.size() < 2) return false;
  static constexpr std::array<std::string_view, 3> pairs{"<>", "[]", "{}"};
  return std::ranges::any_of(pairs, [&](std::string_view pair) { return s.front() == pair[0] && s.back() == pair[1]; });
}

/// Words that survive without separators: `change-me`, `CHANGE_ME` and `ChangeMe` are the same.
bool placeholder_word(std::string_view lower) {
  static constexpr std::array<std::string_view, 10> words{"placeholder", "changeme",    "changethis", "changeinproduction", "replaceme",
                                                          "replacethis", "replacewith", "addyourkey", "insertyour",         "devsecretkey"};
  std::string joined;
  joined.reserve(lower.size());
  std::ranges::copy_if(lower, std::back_inserter(joined), [](char c) { return c != '-' && c != '_'; });
  const std::size_t your = joined.find("your");
  const bool found = std::ranges::any_of(words, [&](std::string_view word) { return joined.find(word) != std::string::npos; }) ||
                     (your != std::string::npos && joined.find("here", your) != std::string::npos);
  wipe(joined);
  return found;
}

bool placeholder(std::string_view lower) {
  const std::string_view body = lower.substr(lower.starts_with(prefix) ? prefix.size() : 0);
  const std::string_view last_word = body.substr(body.find_last_of("-_") + 1);  // npos + 1 is 0: the whole
  return body.empty() || template_slot(body) || body.starts_with("your-") || body.starts_with("your_") || one_character_repeated(body) ||
         (one_character_repeated(last_word) && last_word.front() == 'x') || lower.find("xxxxxxxx") != std::string::npos ||
         lower.find("...") != std::string::npos || lower.find("\xE2\x80\xA6") != std::string::npos ||  // U+2026, the ellipsis
         placeholder_word(lower);
}

/// API keys, ids of other Stripe objects, addresses, and quotes that came along from a settings file.
bool other_kind(std::string_view secret) {
  static constexpr std::array<std::string_view, 18> prefixes{"sk_",   "rk_",  "pk_",   "ek_",  "price_",    "prod_",
                                                             "cus_",  "sub_", "acct_", "evt_", "we_",       "ca_",
                                                             "plan_", "\"",   "'",     "`",    "localhost", "0.0.0.0"};
  return secret.find("://") != std::string_view::npos ||
         std::ranges::any_of(prefixes, [&](std::string_view start) { return secret.starts_with(start); });
}

}  // namespace

Verdict judge_secret(std::string_view secret) {
  if (std::ranges::all_of(secret, blank)) return Verdict::secret_empty;
  if (std::ranges::any_of(secret, blank)) return Verdict::secret_whitespace;
  std::string lower(secret);
  std::ranges::transform(lower, lower.begin(), lower_ascii);
  const bool known_to_all = placeholder(lower);
  wipe(lower);
  if (known_to_all) return Verdict::secret_placeholder;
  if (other_kind(secret)) return Verdict::secret_wrong_kind;
  return Verdict::accepted;
}

Verdict judge_api_key(std::string_view key) {
  static constexpr std::array<std::string_view, 4> kinds{"sk_live_", "sk_test_", "rk_live_", "rk_test_"};
  if (std::ranges::all_of(key, blank)) return Verdict::secret_empty;
  if (std::ranges::any_of(key, blank)) return Verdict::secret_whitespace;
  const bool known = std::ranges::any_of(kinds, [&](std::string_view kind) { return key.starts_with(kind); });
  std::string lower(known ? key.substr(kinds.front().size()) : key);
  std::ranges::transform(lower, lower.begin(), lower_ascii);
  const bool known_to_all = placeholder(lower);
  wipe(lower);
  if (known_to_all) return Verdict::secret_placeholder;
  return known ? Verdict::accepted : Verdict::secret_wrong_kind;
}

}  // namespace purser::stripe
