#include "terminal.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <set>
#include <stdexcept>

namespace purser::cli {
namespace {

bool wants_colour() {
  const char *no_colour = std::getenv("NO_COLOR");
  const char *terminal = std::getenv("TERM");
  return output_is_terminal() && !(no_colour && *no_colour) && !(terminal && std::string_view(terminal) == "dumb");
}

/// Columns on the screen: UTF-8 continuation bytes and colour escapes take none.
std::size_t width(std::string_view text) {
  std::size_t columns = 0;
  bool escape = false;
  for (const char c : text) {
    if (c == '\x1b') escape = true;
    if (!escape && (static_cast<unsigned char>(c) & 0xc0) != 0x80) ++columns;
    if (escape && c == 'm') escape = false;
  }
  return columns;
}

// How many digits a currency has behind the point, where it is not two: docs.stripe.com/currencies.
std::size_t digits_of(const std::string &currency) {
  static const std::set<std::string> none{"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga",
                                          "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"};
  static const std::set<std::string> three{"bhd", "jod", "kwd", "omr", "tnd"};
  return none.contains(currency) ? 0 : three.contains(currency) ? 3 : 2;
}

}  // namespace

bool output_is_terminal() { return isatty(STDOUT_FILENO) == 1; }
bool errors_are_terminal() { return isatty(STDERR_FILENO) == 1; }

std::string coloured(Colour colour, std::string_view text) {
  static const bool wanted = wants_colour();
  if (!wanted) return std::string(text);
  constexpr std::string_view codes[] = {"\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[33m", "\x1b[31m"};
  return std::string(codes[static_cast<int>(colour)]) + std::string(text) + "\x1b[0m";
}

std::string table(const std::vector<std::vector<std::string>> &rows) {
  std::vector<std::size_t> widths;
  for (const auto &row : rows) {
    if (row.size() > widths.size()) widths.resize(row.size());
    for (std::size_t i = 0; i < row.size(); i++) widths[i] = std::max(widths[i], width(row[i]));
  }
  std::string out;
  for (const auto &row : rows) {
    std::string line = "  ";
    for (std::size_t i = 0; i < row.size(); i++) line += row[i] + std::string(widths[i] - width(row[i]) + 2, ' ');
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  const std::size_t sign = number < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > sign + 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

std::string moment(std::int64_t unix_ms) {
  if (unix_ms == std::numeric_limits<std::int64_t>::max()) return "no end known";
  const auto seconds = static_cast<std::time_t>(unix_ms / 1000);
  std::tm parts{};
  char text[64];
  if (!gmtime_r(&seconds, &parts) || !std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts))
    return std::to_string(unix_ms) + " ms";
  return text;
}

std::string money(std::int64_t minor, const std::string &currency) {
  const std::size_t digits = digits_of(currency);
  std::string text = std::to_string(minor < 0 ? -minor : minor);
  if (text.size() <= digits) text.insert(0, digits + 1 - text.size(), '0');
  const std::string rest = text.substr(text.size() - digits);
  const std::string whole = grouped(std::stoll(text.substr(0, text.size() - digits)));
  return (minor < 0 ? "-" : "") + whole + (digits > 0 ? "." + rest : "") + " " + printable(currency);
}

std::string counted(std::int64_t count, const std::string &what) { return grouped(count) + " " + what + (count == 1 ? "" : "s"); }
std::string heading(const std::string &text) { return "\n" + coloured(Colour::bold, text) + "\n"; }

std::string printable(std::string_view text) {
  std::string made(text);
  for (char &c : made)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  return made;
}

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    throw std::runtime_error("standard output cannot be written; check the disk or the pipe");
}

void print_error(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }

}  // namespace purser::cli
