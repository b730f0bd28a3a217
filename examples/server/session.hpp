// Sign-in for a demonstration: an e-mail address is believed as it stands. Put your own sign-in here; everything behind it asks only for
// the user's id. The cookie holds a random word and nothing else.
#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "http.hpp"

namespace host {

struct Session {
  std::string user;  ///< id
  std::string csrf;  ///< stands in every form and comes back with it
  std::int64_t ends_ms = 0;
};

class Sessions {
 public:
  /// `secure`: the cookie travels over https only.
  explicit Sessions(bool secure) : secure_(secure) {}
  /// A new session; the value of its Set-Cookie header.
  std::string begin(const std::string &user, std::int64_t now_ms);
  /// Ends the request's session; the value of the Set-Cookie header that forgets it.
  std::string end(const Request &request);
  std::optional<Session> find(const Request &request, std::int64_t now_ms);

 private:
  std::string cookie_of(const std::string &word, std::int64_t max_age_s) const;
  std::mutex mutex_;
  std::map<std::string, Session> sessions_;
  bool secure_;
};

/// An e-mail address as people type it: one `@`, no spaces, at most 254 bytes; in lower case. nullopt for anything else.
std::optional<std::string> read_email(std::string text);

}  // namespace host
