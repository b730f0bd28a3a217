#include "session.hpp"

#include <algorithm>
#include <cctype>

#include "random.hpp"

namespace host {
namespace {

constexpr const char *name = "session";
constexpr std::int64_t lifetime_s = 12 * 3600;
constexpr std::size_t sessions_max = 10'000;
constexpr std::size_t word_length = 48;  // 192 bits

}  // namespace

std::string Sessions::begin(const std::string &user, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  if (sessions_.size() >= sessions_max) std::erase_if(sessions_, [&](const auto &one) { return one.second.ends_ms <= now_ms; });
  if (sessions_.size() >= sessions_max) sessions_.erase(sessions_.begin());
  const std::string word = random_word(word_length);
  sessions_[word] = {user, random_word(word_length), now_ms + lifetime_s * 1000};
  return cookie_of(word, lifetime_s);
}

std::string Sessions::end(const Request &request) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(cookie(request, name));
  return cookie_of("", 0);
}

std::optional<Session> Sessions::find(const Request &request, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(cookie(request, name));
  if (found == sessions_.end()) return std::nullopt;
  if (found->second.ends_ms <= now_ms) {
    sessions_.erase(found);
    return std::nullopt;
  }
  return found->second;
}

// Lax, not Strict: the buyer comes back from Stripe's page by a link, and is still signed in. Forms carry a token of their own.
std::string Sessions::cookie_of(const std::string &word, std::int64_t max_age_s) const {
  return std::string(name) + "=" + word + "; Path=/; HttpOnly; SameSite=Lax; Max-Age=" + std::to_string(max_age_s) +
         (secure_ ? "; Secure" : "");
}

std::optional<std::string> read_email(std::string text) {
  constexpr std::size_t bytes_max = 254;
  while (!text.empty() && text.back() == ' ') text.pop_back();
  text.erase(0, text.find_first_not_of(' '));
  const std::size_t at = text.find('@');
  const bool good =
      text.size() <= bytes_max && at != std::string::npos && at > 0 && at + 1 < text.size() &&
      text.find('@', at + 1) == std::string::npos &&
      std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > ' ' && c != 0x7f && c != ',' && c != '<' && c != '>'; });
  if (!good) return std::nullopt;
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

}  // namespace host
