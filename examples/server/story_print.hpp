// How the story looks in a terminal and in a log.
#pragma once
#include <string>
#include <vector>

#include "users.hpp"

namespace host::story {

/// A step that is not as it must be; ends the story.
struct Wrong : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Printer {
 public:
  Printer();  ///< colour only on a terminal, and not where NO_COLOR is set
  void title(const std::string &text) const;
  void step(const std::string &name, const std::string &text);
  void line(const std::string &text) const;
  void left_out(const std::string &what, const std::string &why);
  /// The users table before and after, as one aligned table; tiers of the first user as well.
  void users(const std::vector<User> &before, const std::vector<User> &after) const;
  void tiers(const std::vector<UserTier> &before, const std::vector<UserTier> &after) const;
  void failed(const std::string &what) const;
  void done(const std::string &text) const;
  const std::string &current() const { return current_; }
  const std::vector<std::string> &all_left_out() const { return left_out_; }

 private:
  std::string bold_, dim_, green_, red_, plain_;
  std::string current_;
  std::vector<std::string> left_out_;
  int number_ = 0;
};

}  // namespace host::story
