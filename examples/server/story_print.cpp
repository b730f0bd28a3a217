#include "story_print.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>

namespace host::story {
namespace {

constexpr std::size_t columns = 6;
using Cells = std::array<std::string, columns>;

std::string shown(const std::string &text) { return text.empty() ? "-" : text; }

Cells cells_of(const std::string &when, const User &user) {
  return {when, user.id, user.email, shown(user.tier), shown(user.stripe_customer_id), shown(user.stripe_subscription_id)};
}

/// Characters, not bytes: a tier may be named in any script.
std::size_t width(const std::string &text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string padded(const std::string &text, std::size_t to) { return text + std::string(to - std::min(to, width(text)), ' '); }

bool same(const User &a, const User &b) {
  return a.tier == b.tier && a.stripe_customer_id == b.stripe_customer_id && a.stripe_subscription_id == b.stripe_subscription_id;
}

}  // namespace

Printer::Printer() {
  const char *no_color = std::getenv("NO_COLOR");
  if (!isatty(STDOUT_FILENO) || (no_color && *no_color)) return;
  bold_ = "\033[1m", dim_ = "\033[2m", green_ = "\033[32m", red_ = "\033[31m", plain_ = "\033[0m";
}

void Printer::title(const std::string &text) const { std::printf("%s%s%s\n", bold_.c_str(), text.c_str(), plain_.c_str()); }

void Printer::step(const std::string &name, const std::string &text) {
  current_ = name;
  std::printf("\n%s%2d  %s%s  %s\n", bold_.c_str(), ++number_, name.c_str(), plain_.c_str(), text.c_str());
  std::fflush(stdout);
}

void Printer::line(const std::string &text) const { std::printf("    %s\n", text.c_str()); }

void Printer::left_out(const std::string &what, const std::string &why) {
  left_out_.push_back(what + ": " + why);
  std::printf("\n%s    left out: %s: %s%s\n", dim_.c_str(), what.c_str(), why.c_str(), plain_.c_str());
}

void Printer::users(const std::vector<User> &before, const std::vector<User> &after) const {
  std::vector<Cells> rows{{"users", "id", "email", "tier", "stripe_customer_id", "stripe_subscription_id"}};
  for (const User &now : after) {
    const auto then = std::find_if(before.begin(), before.end(), [&](const User &one) { return one.id == now.id; });
    if (then != before.end() && same(*then, now)) {
      rows.push_back(cells_of("same", now));
      continue;
    }
    if (then != before.end()) rows.push_back(cells_of("before", *then));
    rows.push_back(cells_of("after", now));
  }
  std::array<std::size_t, columns> widths{};
  for (const Cells &row : rows)
    for (std::size_t i = 0; i < columns; i++) widths[i] = std::max(widths[i], width(row[i]));
  for (const Cells &row : rows) {
    std::string line;
    for (std::size_t i = 0; i < columns; i++) line += padded(row[i], widths[i]) + (i + 1 < columns ? "  " : "");
    const std::string &look = row[0] == "after" ? green_ : row[0] == "users" ? bold_ : dim_;
    std::printf("    %s%s%s\n", look.c_str(), line.substr(0, line.find_last_not_of(' ') + 1).c_str(), plain_.c_str());
  }
}

void Printer::tiers(const std::vector<UserTier> &before, const std::vector<UserTier> &after) const {
  std::map<std::string, std::string> then;
  for (const UserTier &one : before) then[one.product] = one.tier;
  std::size_t widest = 0;
  for (const UserTier &one : after) widest = std::max(widest, width(one.product));
  for (const UserTier &one : after) {
    const bool changed = then[one.product] != one.tier;
    const std::string text =
        padded(one.product, widest) + "  " + (changed && !then[one.product].empty() ? then[one.product] + " -> " : "") + one.tier;
    std::printf("    tier    %s%s%s\n", changed ? green_.c_str() : dim_.c_str(), text.c_str(), plain_.c_str());
  }
}

void Printer::failed(const std::string &what) const {
  std::fflush(stdout);
  std::printf("\n%sFAILED at step '%s'%s: %s\n", red_.c_str(), current_.c_str(), plain_.c_str(), what.c_str());
}

void Printer::done(const std::string &text) const { std::printf("\n%s%s%s\n", green_.c_str(), text.c_str(), plain_.c_str()); }

}  // namespace host::story
