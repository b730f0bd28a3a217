// Pages are texts. Whatever comes from outside goes through `esc`.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "users.hpp"

namespace host {

/// For text and for attribute values in double quotes.
std::string esc(std::string_view text);

/// What every page has around its content.
struct Frame {
  std::string title;
  std::string here;  ///< the path of the menu's entry that this page is
  std::optional<User> user = {};
  std::string csrf = {};
  bool sandbox = false;
  bool runs = false;  ///< the user may see the operator's page
  int refresh_s = 0;  ///< loads itself again after so many seconds; 0 = never
};

std::string page(const Frame &frame, const std::string &content);
/// A form that is one button. `fields` are hidden inputs, made by `hidden`.
std::string button(const std::string &action, const std::string &csrf, const std::string &fields, const std::string &label,
                   const std::string &look = "");
std::string hidden(const std::string &name, const std::string &value);
std::string link_button(const std::string &url, const std::string &label, const std::string &look = "");
/// tone: good, warn, bad or empty.
std::string notice(const std::string &tone, const std::string &content);
std::string badge(const std::string &tone, const std::string &label);

}  // namespace host
